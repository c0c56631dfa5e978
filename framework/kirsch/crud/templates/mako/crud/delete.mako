<%inherit file="/layout.mako"/>
<%namespace name="pieces" file="/crud/pieces.mako"/>
<%block name="title">${page.title}</%block>
<%block name="content">
${pieces.breadcrumbs(page.breadcrumbs)}
<header class="head"><h1>${page.title}</h1></header>
<div class="card question">
% if page.message:
<p class="lead">${page.message}</p>
% else:
<p class="lead"><strong>${page.label}</strong> will be gone for good.</p>
% endif
% if page.consequences:
<ul>
% for sentence in page.consequences:
<li>${sentence}</li>
% endfor
</ul>
% endif
<form method="post" action="${page.action}">
${csrf()}
${pieces.hidden(page.hidden)}
<div class="actions">
<button class="button danger full">Delete</button>
<a class="button" href="${page.cancel_url}">Cancel</a>
</div>
</form>
</div>
</%block>
