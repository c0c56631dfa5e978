<%inherit file="/layout.mako"/>
<%namespace name="pieces" file="/crud/pieces.mako"/>
<%block name="title">${page.title}</%block>
<%block name="content">
${pieces.breadcrumbs(page.breadcrumbs)}
<header class="head"><h1>${page.title}</h1></header>
<div class="flash warning" role="alert">
% if page.message:
<p>${page.message}</p>
% else:
<p>Other rows refer to <strong>${page.label}</strong>. Change or delete them first.</p>
% endif
</div>
<div class="relations">
% for one in page.blockers:
${pieces.relation(one)}
% endfor
</div>
<p><a class="button" href="${page.cancel_url}">Back to ${page.label}</a></p>
</%block>
