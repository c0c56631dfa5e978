"""HTTP errors as answers: a page for people, problem details (RFC 9457) for programs, a few lines for others."""

import logging
from collections.abc import Callable
from functools import lru_cache
from string import Template
from typing import Any

from markupsafe import escape

from kirsch.errors import HTTPError, Redirect, title_of
from kirsch.headers import STATUS_LINES, local_location
from kirsch.renderer import Renderer
from kirsch.rendering import HTML, JSON, TEXT, to_json
from kirsch.request import Request
from kirsch.response import SURROGATES, Page, Ready, Response, complete_type
from kirsch.target import prefix_of
from kirsch.templating import error_page_of

logger = logging.getLogger("kirsch")

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


def answer(request: Request, error: HTTPError, *renderers: Renderer | None) -> Response | Ready:
    """The response that says what went wrong, as the client likes to read it.

    Of *renderers* the first that has a page for the error shows it.
    """
    if error.status < 400:
        return _elsewhere(request, error)
    form = _form(request)
    if form == PROBLEM_JSON:
        response = Response(to_json(problem(error)), error.status, PROBLEM_JSON)
    elif form == TEXT:
        response = Response(_text(error), error.status, TEXT)
    elif renderers and (shown := _shown(request, error, renderers)) is not None:
        response = shown
    elif error.detail or error.headers:
        response = Response(_plain_page(request, error), error.status, HTML)
    else:
        line, headers, body = _usual(error.status, prefix_of(request.environ))
        return line, headers.copy(), body
    response.headerlist.extend(error.headers)
    response.headerlist.append(("Vary", "Accept"))
    return response


def _form(request: Request) -> str:
    """The media type of the answer: problem details for programs, text for who takes neither these nor HTML."""
    asked = request.urlvars.get("format")
    if request.for_programs or asked in DATA:
        return PROBLEM_JSON
    if asked == "html":
        return HTML
    accept = request.environ.get("HTTP_ACCEPT")
    if not accept or accept == "*/*":  # It does not say what it likes, so what it has sent tells.
        return PROBLEM_JSON if request.environ.get("CONTENT_TYPE") and request.is_json else HTML
    liked = request.prefers(HTML, JSON, PROBLEM_JSON, TEXT)
    if liked is None:
        return PROBLEM_JSON if "+json" in accept else TEXT
    return PROBLEM_JSON if liked in PROGRAM else liked


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


def detail_of(error: HTTPError) -> str:
    """The sentence for the person who sees the error; empty where there is none."""
    return error.detail or SENTENCES.get(error.status, "")


def _text(error: HTTPError) -> str:
    lines = [f"{error.status} {error.title}", detail_of(error)]
    lines += [f"{name}: {' '.join(sentences)}" for name, sentences in error.errors.items()]
    return "".join(f"{line}\n" for line in lines if line)


def _shown(request: Request, error: HTTPError, renderers: tuple[Renderer | None, ...]) -> Response | None:
    """The site's own page; None where it has none, and where that fails itself."""
    for place, renderer in enumerate(renderers):
        if renderer is None or renderer in renderers[:place]:
            continue
        if (page := error_page_of(renderer.pages_of_errors, error.status)) is None:
            continue
        try:
            return (
                _by_template(request, error, renderer, page)
                if isinstance(page, str)
                else _by_code(request, error, renderer, page)
            )
        except Exception:
            logger.exception("request %s: the error page %r for a %d failed", request.id, page, error.status)
    return None


def _by_template(
    request: Request, error: HTTPError, renderer: Renderer, page: str, more: dict[str, Any] | None = None
) -> Response:
    values = {"status": error.status, "title": error.title, "detail": detail_of(error), "errors": error.errors}
    return Response(renderer.render(request, page, values | (more or {})), error.status, HTML)


def _by_code(request: Request, error: HTTPError, renderer: Renderer, page: Callable[..., Any]) -> Response:
    """What a function of the site answers; that it is an error stays true whatever it returns, a redirect apart."""
    made = page(request, error)
    if isinstance(made, Page):
        return _by_template(request, error, renderer, made.template, made)
    if isinstance(made, str):
        made = Response(made, error.status, HTML if hasattr(made, "__html__") else TEXT)
    if not isinstance(made, Response):
        raise TypeError(f"An error page is a Page, text, Markup or a Response, not {type(made).__name__}.")
    if made.status_code < 300:
        made.status_code = error.status
    return made


def _plain_page(request: Request, error: HTTPError) -> str:
    return _filled_page(error.status, error.title, detail_of(error), request.prefix)


def _filled_page(status: int, title: str, detail: str, script_name: str) -> str:
    return PAGE.substitute(status=status, title=escape(title), detail=escape(detail), home=escape(script_name + "/"))


@lru_cache(maxsize=64)
def _usual(status: int, script_name: str) -> Ready:
    """The page of an error that brings nothing of its own."""
    body = _filled_page(status, title_of(status), SENTENCES.get(status, ""), script_name).encode("utf-8", SURROGATES)
    headers = [("Content-Type", complete_type(HTML)), ("Content-Length", str(len(body))), ("Vary", "Accept")]
    return STATUS_LINES[status], headers, body


def _others(error: HTTPError) -> list[tuple[str, str]]:
    return [pair for pair in error.headers if pair[0] != "Location"]


def last_resort(identifier: str) -> Response:
    """The answer when even the answer to an error fails."""
    text = f"{STATUS_LINES[500]}\nSomething went wrong on our side. It is in the log as {identifier}.\n"
    return Response(text, 500, "text/plain")
