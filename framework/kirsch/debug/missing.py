"""The page of development where no route answers: which came nearest, which part of it failed, and all there are."""

from html import escape

from kirsch.debug.page import document
from kirsch.debug.summary import path_of
from kirsch.errors import HTTPError
from kirsch.headers import ONE_PAGE
from kirsch.request import Request
from kirsch.response import Response
from kirsch.routing import Attempt, Mapper, Route, explain, nearest

#: Routes that are listed; a site with more looks for them with `kirsch routes WORD`.
LISTED = 200

PATHS = """
.path{font:1.05rem/1.9 ui-monospace,monospace;padding:.25rem 0;overflow-wrap:anywhere}.path span{color:var(--dim)}
.path b{color:var(--red);background:var(--mark);border-radius:.25rem;padding:.1rem .3rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.5rem .75rem;margin:.5rem 0}
.card p{color:inherit}.card p+p{color:var(--dim)}.wide{overflow-x:auto}td code{font:.85rem ui-monospace,monospace}
.wide td{white-space:nowrap}tr.near td{background:var(--mark)}tr.near td:first-child{border-left:3px solid var(--red)}
"""


def missing(request: Request, error: HTTPError, mapper: Mapper) -> HTTPError | Response:
    """*error* (404 or 405) with the reason in its detail, or as a page for people."""
    path, environ = path_of(request)[len(request.environ.get("SCRIPT_NAME", "")) :] or "/", request.environ
    if request.prefers("text/html", "application/json", "application/problem+json") != "text/html":
        detail = "; ".join(line.strip() for line in explain(mapper, request.method, path, environ))
        return HTTPError(detail, headers=error.headers, status=error.status)
    attempt = None if request.allowed else nearest(mapper, request.method, path, environ)
    near = [attempt.route] if attempt else [route for route, _ in mapper.every(path)]
    first = attempt_section(path, attempt) if attempt else allowed_section(request, near)
    body = first + routes_section(mapper, near)
    return Response(page(request, error, body), error.status, headers=[*error.headers, ("Vary", "Accept"), ONE_PAGE])


def page(request: Request, error: HTTPError, body: str) -> str:
    """The whole page around *body*."""
    return document(
        f"{error.status} No route answers {request.method} {path_of(request)}",
        f"<p>{error.status} {escape(error.title)}</p>"
        f"<h1>No route answers <b>{escape(request.method)} {escape(path_of(request))}</b></h1>{body}"
        f"<p>The same in a terminal: <code>kirsch explain {escape(request.method)} {escape(request.url)}</code></p>"
        "<p>This page is shown because the site runs in development. Elsewhere people see the site's own page.</p>",
        PATHS,
    )


def attempt_section(path: str, attempt: Attempt) -> str:
    """The nearest route, the path with the part marked that failed, and the reason."""
    texts = path.split("/")[1:]
    end = attempt.at + 1 if attempt.at < len(attempt.route.segments) and not attempt.route.spans else len(texts)
    failed = "/".join(texts[attempt.at : end])
    marked = f"/<b>{escape(failed) or '&nbsp;'}</b>" if attempt.at < len(texts) else ""
    before, after = ("".join(f"/{escape(text)}" for text in some) for some in (texts[: attempt.at], texts[end:]))
    return (
        f'<div class="card"><div class="path"><span>{before}</span>{marked}<span>{after}</span></div>'
        f"<p>{escape(attempt.reason[:1].upper() + attempt.reason[1:])}.</p>"
        f"<p>The nearest route is <code>{escape(attempt.route.label)}</code>, connected in "
        f"{escape(attempt.route.place)}.</p></div>"
    )


def allowed_section(request: Request, near: list[Route]) -> str:
    """The methods that would do, and the routes that answer them."""
    routes = "".join(
        f"<p><code>{escape(route.label)}</code>, connected in {escape(route.place)}.</p>" for route in near
    )
    allowed = escape(", ".join(request.allowed))
    return f'<div class="card"><p>The path is known, but for {allowed} only.</p>{routes}</div>'


def routes_section(mapper: Mapper, near: list[Route]) -> str:
    """The table of routes in the order they are tried; those in *near* are marked."""
    rows = "".join(row(route, route in near) for route in mapper.matchlist[:LISTED])
    more = len(mapper.matchlist) - LISTED
    note = f"<p>And {more} more; <code>kirsch routes WORD</code> finds them.</p>" if more > 0 else ""
    return f'<h2>Routes, in the order they are tried</h2><div class="wide"><table>{rows}</table></div>{note}'


def row(route: Route, is_near: bool) -> str:
    """One line of the table."""
    methods = ", ".join(sorted(route.methods or ())) or "any"
    texts = [methods, route.name or "", route.destination, route.place]
    first, *others = [f"<td>{escape(text)}</td>" for text in texts]
    path = f"<td><code>{escape(route.routepath)}</code></td>"
    return f"<tr{' class=near' if is_near else ''}>{first}{path}{''.join(others)}</tr>"
