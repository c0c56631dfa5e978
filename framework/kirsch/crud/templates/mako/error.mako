<%inherit file="/layout.mako"/>
<%block name="title">${error.title}</%block>
<%block name="content">
<section class="mishap">
<p class="code">${error.status}</p>
<h1>${error.title}</h1>
% if error.detail:
<p class="lead">${error.detail}</p>
% endif
<p><a class="button" href="${request.script_name}/">To the start page</a></p>
</section>
</%block>
