"""HTTP errors as answers: a page for people, problem details (RFC 9457) for programs."""

from functools import lru_cache
from string import Template

from markupsafe import escape

from kirsch.errors import HTTPError, Redirect, title_of
from kirsch.headers import STATUS_LINES, local_location
from kirsch.rendering import HTML, JSON, to_json
from kirsch.request import Request
from kirsch.response import SURROGATES, Ready, Response, complete_type
from kirsch.tool import Renderer

PROBLEM_JSON = "application/problem+json"

#: Formats of a route, and media types, whose readers are programs.
DATA, PROGRAM = frozenset({"json", "csv"}), frozenset({JSON, PROBLEM_JSON})

PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>$status $title</title>
<style>:root{color-scheme:light dark}body{font:1.0625rem/1.6 system-ui,sans-serif;max-width:38rem;margin:15vh auto 0;
padding:0 1.25rem}h1{font-size:1.6rem;line-height:1.2}small{opacity:.7}</style></head>
<body><main><p><small>$status</small></p><h1>$title</h1><p>$detail</p><p><a href="$home">To the start page</a></p>
</main></body></html>
""")

#: What people read where an error brings no sentence of its own.
SENTENCES = {
    400: "The request could not be understood.",
    401: "Please sign in first.",
    403: "This is not allowed.",
    404: "There is nothing at this address.",
    500: "Something went wrong on our side.",
    503: "Please try again in a moment.",
}


def answer(request: Request, error: HTTPError, renderer: Renderer | None) -> Response | Ready:
    """The response that says what went wrong, as the client likes to read it."""
    if error.status < 400:
        return _elsewhere(request, error)
    if (
        request.for_programs
        or request.prefers(HTML, JSON, PROBLEM_JSON) in PROGRAM
        or request.urlvars.get("format") in DATA
    ):
        response = Response(to_json(problem(error)), error.status, PROBLEM_JSON)
    elif error.detail or error.headers or (renderer is not None and renderer.error_page):
        response = Response(_page(request, error, renderer), error.status, HTML)
    else:
        line, headers, body = _usual(error.status, request.environ.get("SCRIPT_NAME", ""))
        return line, headers.copy(), body
    response.headerlist.extend(error.headers)
    response.headerlist.append(("Vary", "Accept"))
    return response


def _elsewhere(request: Request, error: HTTPError) -> Response:
    """What the client is to have is at another address, or in its own hands."""
    if not isinstance(error, Redirect):
        return Response(status=error.status, headers=error.headers)
    to = local_location(error.location, error.local)
    response = Response(status=error.status, headers=[("Location", to), *_others(error)])
    return request.response.merge_cookies(response) if request.response is not None else response


def problem(error: HTTPError) -> dict[str, object]:
    """The members of a problem details object (RFC 9457, section 3.1)."""
    members: dict[str, object] = {"type": "about:blank", "title": error.title, "status": error.status}
    if error.detail:
        members["detail"] = error.detail
    if error.errors:
        members["errors"] = error.errors
    return members


def _page(request: Request, error: HTTPError, renderer: Renderer | None) -> str:
    detail = error.detail or SENTENCES.get(error.status, "")
    if renderer is not None and renderer.error_page:
        values = {"status": error.status, "title": error.title, "detail": detail, "errors": error.errors}
        return renderer.render(request, renderer.error_page, values)
    return _plain_page(error.status, error.title, detail, request.environ.get("SCRIPT_NAME", ""))


def _plain_page(status: int, title: str, detail: str, script_name: str) -> str:
    return PAGE.substitute(status=status, title=escape(title), detail=escape(detail), home=escape(script_name + "/"))


@lru_cache(maxsize=64)
def _usual(status: int, script_name: str) -> Ready:
    """The page of an error that brings nothing of its own."""
    body = _plain_page(status, title_of(status), SENTENCES.get(status, ""), script_name).encode("utf-8", SURROGATES)
    headers = [("Content-Type", complete_type(HTML)), ("Content-Length", str(len(body))), ("Vary", "Accept")]
    return STATUS_LINES[status], headers, body


def _others(error: HTTPError) -> list[tuple[str, str]]:
    return [pair for pair in error.headers if pair[0] != "Location"]


def last_resort(identifier: str) -> Response:
    """The answer when even the answer to an error fails."""
    text = f"{STATUS_LINES[500]}\nSomething went wrong on our side. It is in the log as {identifier}.\n"
    return Response(text, 500, "text/plain")
