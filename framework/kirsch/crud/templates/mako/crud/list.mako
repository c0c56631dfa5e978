<%inherit file="/layout.mako"/>
<%namespace name="pieces" file="/crud/pieces.mako"/>
<%block name="title">${page.title}${f", page {page.pager.page}" if page.pager.page > 1 else ""}</%block>
<%block name="content">
${pieces.breadcrumbs(page.breadcrumbs)}
<header class="head">
<h1>${page.title}</h1>
% if page.new_url:
<a class="button primary" href="${page.new_url}">New ${page.singular}</a>
% endif
</header>
% for notice in page.notices:
<p class="flash warning">${notice}</p>
% endfor
% if page.searchable or page.filters:
<form class="find" role="search" method="get" action="${page.url}">
${pieces.hidden(page.hidden)}
% if page.searchable:
<div class="field grow"><label for="q">Search</label>
<input type="search" id="q" name="q" value="${page.search}"></div>
% endif
% for one in page.filters:
<div class="field"><label for="filter-${one.name}">${one.label}</label>
% if one.kind == "select":
<select id="filter-${one.name}" name="${one.name}">
${pieces.options(one)}
</select>
% else:
<input type="text" id="filter-${one.name}" name="${one.name}" value="${one.value}">
% endif
</div>
% endfor
<div class="actions">
<button class="button">${"Search" if page.searchable else "Filter"}</button>
% if page.reset_url:
<a class="button plain" href="${page.reset_url}">Clear</a>
% endif
</div>
</form>
% endif
% if page.rows:
<div class="card scroll">
<table class="rows">
<caption>${f"{page.pager.first:,}–{page.pager.last:,} of {page.pager.total:,}"} ${page.singular if page.pager.total == 1 else page.plural}</caption>
<thead><tr>
% for column in page.columns:
<th scope="col" class="${column.kind}${"" if column.sort_url else " fixed"}"${f' aria-sort="{column.sorted}"' if column.sorted else "" | n}>\
% if column.sort_url:
<a href="${column.sort_url}">${column.label}</a></th>
% else:
${column.label}</th>
% endif
% endfor
<th scope="col" class="fixed do"><span class="unseen">Actions</span></th>
</tr></thead>
<tbody>
% for row in page.rows:
<tr>\
% for column, value in zip(page.columns, row.cells):
% if column is page.columns[0]:
<th scope="row">\
% if value.kind == "reference":
${pieces.cell(value)}</th>\
% else:
<a href="${row.url}">${row.label if value.kind in ("empty", "references") else value.text}</a></th>\
% endif
% else:
<td${f' class="{value.kind}"' if value.kind in ("number", "date", "datetime", "time") else "" | n} data-of="${column.label}">${pieces.cell(value)}</td>\
% endif
% endfor
<td class="do">\
% if row.cells[0].kind == "reference":
<a href="${row.url}">Show</a> \
% endif
% if row.edit_url:
<a href="${row.edit_url}">Edit</a> \
% endif
% if row.delete_url:
<a href="${row.delete_url}">Delete</a>\
% endif
</td></tr>
% endfor
</tbody>
</table>
</div>
% else:
<div class="card blank">
% if page.reset_url:
<p class="lead">No ${page.singular} matches.</p>
<p><a class="button" href="${page.reset_url}">Show all ${page.plural}</a></p>
% else:
<p class="lead">There are no ${page.plural} yet.</p>
% if page.new_url:
<p><a class="button primary" href="${page.new_url}">Create the first one</a></p>
% endif
% endif
</div>
% endif
<div class="below">
${pieces.pager(page.pager)}
% if page.rows and (page.csv_url or page.json_url):
<p class="formats">Download
% if page.csv_url:
<a href="${page.csv_url}">CSV</a>
% endif
% if page.json_url:
<a href="${page.json_url}">JSON</a>
% endif
</p>
% endif
</div>
</%block>
