<%inherit file="/layout.mako"/>
<%namespace name="pieces" file="/crud/pieces.mako"/>
<%block name="title">${"Error: " if page.wrong or page.errors else ""}${page.title}</%block>
<%block name="content">
${pieces.breadcrumbs(page.breadcrumbs)}
<header class="head"><h1>${page.title}</h1></header>
${pieces.form(page)}
</%block>
