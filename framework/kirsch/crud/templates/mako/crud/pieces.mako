## The parts that the pages of a resource share.
<%def name="breadcrumbs(links)">
% if links:
<nav class="crumbs" aria-label="Breadcrumb"><ol>
% for link in links:
% if link.url:
<li><a href="${link.url}">${link.label}</a></li>
% else:
<li><span aria-current="page">${link.label}</span></li>
% endif
% endfor
</ol></nav>
% endif
</%def>

<%def name="cell(value)">\
% if value.kind in ("boolean", "enum"):
<span class="badge ${value.text.lower() if value.kind == 'boolean' else ''}">${value.text}</span>\
% elif value.kind == "references":
% for number, link in enumerate(value.links):
${", " if number else ""}<a href="${link.url}">${link.label}</a>\
% endfor
% if value.text:
 <span class="none">${value.text}</span>\
% endif
% elif value.url:
<a href="${value.url}">${value.text}</a>\
% elif value.kind == "long":
<span class="long">${value.text}</span>\
% elif value.kind == "json":
<code>${value.text}</code>\
% else:
${value.text}\
% endif
</%def>

<%def name="pager(page)">
% if page.pages > 1:
<nav class="pager" aria-label="Pages"><ul>
% if page.previous_url:
<li><a href="${page.previous_url}" rel="prev">Previous</a></li>
% else:
<li><span class="none">Previous</span></li>
% endif
% for one in page.numbers:
% if one.current:
<li class="number"><a href="${one.url}" aria-current="page">${one.number}</a></li>
% elif one.number:
<li class="number"><a href="${one.url}">${one.number}</a></li>
% else:
<li class="number"><span class="none">…</span></li>
% endif
% endfor
% if page.next_url:
<li><a href="${page.next_url}" rel="next">Next</a></li>
% else:
<li><span class="none">Next</span></li>
% endif
</ul></nav>
% endif
</%def>

<%def name="hidden(pairs)">
% for name, value in pairs:
<input type="hidden" name="${name}" value="${value}">
% endfor
</%def>

<%def name="notes(one)">\
% if one.help or one.errors:
 aria-describedby="${' '.join([f'{one.id}-help'] * bool(one.help) + [f'{one.id}-error'] * bool(one.errors))}"\
% endif
</%def>

<%def name="attributes(one)">\
% for name, value in one.attributes.items():
 ${name}="${value}"\
% endfor
${" required" if one.required else ""}${' aria-invalid="true"' if one.errors else "" | n}${notes(one)}\
</%def>

<%def name="label(one)">\
${one.label}\
% if not one.required and one.kind != "checkbox":
 <span class="optional">optional</span>\
% endif
</%def>

<%def name="options(one)">\
% for option in one.options:
<option value="${option.value}"${" selected" if option.selected else ""}>${option.label}</option>
% endfor
</%def>

<%def name="choice(one, option)">
<label><input type="checkbox" name="${one.name}" value="${option.value}"${" checked" if option.selected else ""}> ${option.label}</label>
</%def>

<%def name="remarks(one)">
% if one.help:
<p class="help" id="${one.id}-help">${one.help}</p>
% endif
% if one.errors:
<p class="error" id="${one.id}-error">${" ".join(one.errors)}</p>
% endif
</%def>

<%def name="field(one)">
<% wrong = " wrong" if one.errors else "" %>
% if one.kind == "multiselect":
<fieldset class="field${wrong}" id="${one.id}"${notes(one)}>
<legend>${label(one)}</legend>
<div class="choices">
% for option in sorted(one.options, key=lambda option: not option.selected):
${choice(one, option)}
% endfor
% if not one.options:
<span class="none">There is nothing to choose from yet.</span>
% endif
</div>
${remarks(one)}
</fieldset>
% elif one.kind == "checkbox":
<div class="field tick${wrong}">
<input type="checkbox" id="${one.id}" name="${one.name}" value="1"${" checked" if one.checked else ""}${attributes(one)}>
<label for="${one.id}">${label(one)}</label>
${remarks(one)}
</div>
% else:
<div class="field${wrong}">
<label for="${one.id}">${label(one)}</label>
% if one.kind == "textarea":
<textarea id="${one.id}" name="${one.name}" rows="6"${attributes(one)}>
${one.value}</textarea>
% elif one.kind == "select":
<select id="${one.id}" name="${one.name}"${attributes(one)}>
${options(one)}
</select>
% elif one.kind == "datalist":
<input type="text" id="${one.id}" name="${one.name}" value="${one.value}" list="${one.id}-options" autocomplete="off"${attributes(one)}>
<datalist id="${one.id}-options">
% for option in one.options:
<option value="${option.value}">${option.label}</option>
% endfor
</datalist>
% else:
<input type="${one.kind}" id="${one.id}" name="${one.name}" value="${one.value}"${attributes(one)}>
% endif
${remarks(one)}
</div>
% endif
</%def>

<%def name="form(page)">
% if page.wrong or page.errors:
<div class="flash error" role="alert">
<h2>Not saved yet</h2>
<ul>
% for error in page.errors:
<li>${error}</li>
% endfor
% for one in page.wrong:
<li><a href="#${one.id}">${one.label}</a>: ${" ".join(one.errors)}</li>
% endfor
</ul>
</div>
% endif
<form class="card sheet" method="post" action="${page.action}">
${csrf()}
${hidden(page.hidden)}
% for one in page.fields:
${field(one)}
% endfor
<div class="actions">
<button class="button primary">${page.submit}</button>
<a class="button" href="${page.cancel_url}">Cancel</a>
% if page.delete_url:
<a class="button danger apart" href="${page.delete_url}">Delete</a>
% endif
</div>
</form>
</%def>

<%def name="relation(one, new_url='')">
<section class="card related">
<header class="head"><h2>${one.label} <span class="count">${f"{one.count:,}"}</span></h2>
% if new_url:
<a class="button small" href="${new_url}" aria-label="Add to ${one.label}">Add</a>
% endif
</header>
% if one.rows:
<ul class="links">
% for link in one.rows:
% if link.url:
<li><a href="${link.url}">${link.label}</a></li>
% else:
<li>${link.label}</li>
% endif
% endfor
</ul>
% else:
<p class="none">None yet.</p>
% endif
% if one.more_url and one.count > len(one.rows):
<p><a href="${one.more_url}">Show all ${f"{one.count:,}"}</a></p>
% endif
</section>
</%def>
