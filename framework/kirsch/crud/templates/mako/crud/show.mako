<%inherit file="/layout.mako"/>
<%namespace name="pieces" file="/crud/pieces.mako"/>
<%block name="title">${page.title}</%block>
<%block name="content">
${pieces.breadcrumbs(page.breadcrumbs)}
<header class="head">
<h1>${page.title}</h1>
<div class="actions">
% if page.edit_url:
<a class="button primary" href="${page.edit_url}">Edit</a>
% endif
% if page.delete_url:
<a class="button danger" href="${page.delete_url}">Delete</a>
% endif
</div>
</header>
<dl class="card facts">
% for fact in page.facts:
<div><dt>${fact.label}</dt><dd class="${fact.cell.kind}">${pieces.cell(fact.cell)}</dd></div>
% endfor
</dl>
% if page.related:
<div class="relations">
% for one in page.related:
${pieces.relation(one, one.new_url)}
% endfor
</div>
% endif
% if page.json_url:
<p class="formats">Download <a href="${page.json_url}">JSON</a></p>
% endif
</%block>
