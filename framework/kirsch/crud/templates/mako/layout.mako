<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title><%block name="title">${site}</%block> · ${site}</title>
<link rel="icon" href="${asset('favicon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${asset('kirsch.css')}">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
<a class="brand" href="${request.script_name}/">${site}</a>
<% links = navigation() %>
% if links:
<details class="menu"><summary>Menu</summary>
<nav aria-label="Main"><ul>
% for link in links:
<li><a href="${link.url}"${' aria-current="page"' if link.current else '' | n}>${link.label}</a></li>
% endfor
</ul></nav>
</details>
% endif
</header>
<main id="content" tabindex="-1">
% for kind, text in flash():
<p class="flash ${kind}" role="status">${text}</p>
% endfor
<%block name="content"/>
</main>
<footer class="foot"><p>${site}</p></footer>
</body>
</html>
