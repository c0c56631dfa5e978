<%inherit file="/layout.mako"/>
<%namespace name="pieces" file="/crud/pieces.mako"/>
<%block name="title">Error: ${page.title}</%block>
<%block name="content">
${pieces.breadcrumbs(page.breadcrumbs)}
<header class="head"><h1>${page.title}</h1></header>
<div class="flash warning" role="alert">
% if page.message:
<p>${page.message}</p>
% else:
<p>Somebody else saved this while you were editing. Nothing of yours has been saved yet.</p>
% endif
</div>
<div class="card scroll">
<table class="rows compare">
<caption>What you entered, and what is saved now</caption>
<thead><tr><th scope="col">Field</th><th scope="col">Yours</th><th scope="col">Saved meanwhile</th></tr></thead>
<tbody>
% for row in page.rows:
<tr${' class="differs"' if row.differs else "" | n}><th scope="row">${row.label}
% if row.differs:
 <span class="badge">differs</span>
% endif
</th><td data-of="Yours">${row.yours or "—"}</td><td data-of="Saved meanwhile">${row.theirs or "—"}</td></tr>
% endfor
</tbody>
</table>
</div>
<p class="actions">
<a class="button" href="${page.edit_url}">Discard mine and edit theirs</a>
<a class="button plain" href="${page.theirs_url}">Show the saved version</a>
</p>
<h2>Or save yours over it</h2>
${pieces.form(page.form)}
</%block>
