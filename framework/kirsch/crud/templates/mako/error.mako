## The block called title hides the value called title, so it is taken from the context.
<%inherit file="/layout.mako"/>
<%block name="title">${context['title']}</%block>
<%block name="content">
<section class="mishap">
<p class="code">${status}</p>
<h1>${context['title']}</h1>
% if detail:
<p class="lead">${detail}</p>
% endif
% if errors:
<ul>
% for name, sentences in errors.items():
<li>${name}: ${" ".join(sentences)}</li>
% endfor
</ul>
% endif
<p><a class="button" href="${request.script_name}/">To the start page</a></p>
</section>
</%block>
