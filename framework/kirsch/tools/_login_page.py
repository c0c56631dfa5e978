"""The page to sign in on, for sites that have none of their own."""

from string import Template

from markupsafe import Markup, escape

PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>Sign in · $site</title>
<style>:root{color-scheme:light dark;--line:#8886;--mark:#b3122f}
@media(prefers-color-scheme:dark){:root{--mark:#ff8a9c}}
*{box-sizing:border-box}body{font:1.0625rem/1.5 system-ui,sans-serif;max-width:22rem;margin:14vh auto 0;
padding:0 1.25rem}h1{font-size:1.5rem;line-height:1.2;margin:0 0 1.25rem}label{display:block;margin:0 0 1rem}
input{display:block;width:100%;margin-top:.25rem;padding:.55rem .7rem;font:inherit;border:1px solid var(--line);
border-radius:.4rem;background:transparent;color:inherit}button{width:100%;padding:.6rem;font:inherit;font-weight:600;
border:0;border-radius:.4rem;background:#2457c5;color:#fff;cursor:pointer}:focus-visible{outline:3px solid #6a9bff;
outline-offset:1px}p[role=alert]{margin:0 0 1rem;padding:.5rem .75rem;border-left:4px solid var(--mark);
color:var(--mark)}</style></head>
<body><main><h1>Sign in to $site</h1>$message
<form method="post" action="$action">$token<input type="hidden" name="next" value="$next">
<label>Name<input name="name" value="$name" autocomplete="username" autocapitalize="none" spellcheck="false" required
 maxlength="256"$first></label>
<label>Password<input name="password" type="password" autocomplete="current-password" required
 maxlength="1024"$second></label>
<button>Sign in</button></form></main></body></html>
""")


def login_page(*, action: str, next: str, name: str, message: str, site: str, token: Markup) -> str:
    """The page; every text is escaped."""
    alert = Markup('<p role="alert">{}</p>').format(message) if message else ""
    return PAGE.substitute(
        action=escape(action), next=escape(next), name=escape(name), message=alert, site=escape(site), token=token,
        first="" if name else " autofocus", second=" autofocus" if name else "",
    )  # fmt: skip
