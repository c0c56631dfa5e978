"""From what an action returns to a response: pages, JSON, text."""

import json
import logging
from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from io import SEEK_END, IOBase, TextIOBase
from typing import Any
from uuid import UUID

from kirsch.conversion.plain import has_members, members_of
from kirsch.errors import KirschError, NotAcceptable
from kirsch.renderer import Renderer, Shown
from kirsch.request import Request
from kirsch.response import SURROGATES, FileBody, Markup, Page, Ready, Response, complete_type
from kirsch.streaming import Stream, blocks

Render = Callable[[Request, Any], Response | Ready]
logger = logging.getLogger("kirsch")

HTML, JSON, TEXT = "text/html", "application/json", "text/plain"
#: What a template makes.
PAGES = frozenset({HTML, "application/xhtml+xml"})
HTML_TYPE, JSON_TYPE, TEXT_TYPE, BYTES_TYPE = (
    ("Content-Type", complete_type(kind)) for kind in (HTML, JSON, TEXT, "application/octet-stream")
)
#: Of a page that is JSON for those who ask for it.
VARY = ("Vary", "Accept")
#: The header of bodies below this size is at hand.
SMALL = 4096
LENGTHS = [("Content-Length", str(size)) for size in range(SMALL)]


def make_render(renderer: Renderer | None, usual: Shown, action: str) -> Render:
    """The function that turns what *action* returned into a response.

    A dict becomes a page where a renderer is on and the client does not ask for JSON, by ``.json`` or by `Accept`;
    *usual* says which, for a dict that does not say it itself.
    """

    def render(request: Request, result: Any) -> Response | Ready:  # noqa: PLR0912  # all that may be returned
        varies = False
        if isinstance(result, str):
            content_type = HTML_TYPE if hasattr(result, "__html__") else TEXT_TYPE
            body = result.encode("utf-8", SURROGATES)
        elif isinstance(result, Response):
            return result
        elif isinstance(result, dict):
            if renderer is None:
                text, content_type = to_json(result), JSON_TYPE
            elif _wanted(request) == JSON:
                varies, text, content_type = True, _json_of(result, action), JSON_TYPE
            else:
                shown = result if isinstance(result, Page) else usual
                if shown.stream and not shown.fragment:
                    return _streamed(request, renderer.streamed(request, shown.template, result))
                text = renderer.render(request, shown.template, result, shown.fragment)
                varies, content_type = True, HTML_TYPE
            body = text.encode("utf-8", SURROGATES)
        elif isinstance(result, bytes):
            body, content_type = result, BYTES_TYPE
        elif result is None:
            return _touched(request, action)
        elif isinstance(result, Iterator):
            return _in_pieces(request, result)
        elif isinstance(result, list | tuple | int | float) or hasattr(result, "__json__") or has_members(result):
            body, content_type = to_json(result).encode("utf-8", SURROGATES), JSON_TYPE
        else:
            raise TypeError(f"{action} returned {type(result).__name__}; return a dict, list, text, bytes or Response.")
        if request.response is not None:
            response = fill(request.response, body, content_type)
            if varies:
                response.headerlist.append(VARY)
            return response
        size = len(body)
        headers = [content_type, LENGTHS[size] if size < SMALL else ("Content-Length", str(size))]
        if varies:
            headers.append(VARY)
        return "200 OK", headers, body

    return render


def _wanted(request: Request) -> str:
    """The media type of a page's dict: what ``tools.accept`` or the route's format says, else what the client likes."""
    if request.offers("media"):
        return HTML if request.take("media") in PAGES else JSON
    asked = request.urlvars.get("format")
    if asked == "json":
        return JSON
    if asked == "html":
        return HTML
    return request.prefers(HTML, JSON) or HTML


def _streamed(request: Request, pieces: Iterator[str]) -> Response:
    response = fill(request.response, b"", HTML_TYPE)
    response.app_iter = Stream(pieces)
    response.headerlist.append(VARY)
    return response


def _in_pieces(request: Request, result: Any) -> Response:
    """What an iterator makes, or what is left of an open file, with its length where that is known."""
    binary = isinstance(result, IOBase) and not isinstance(result, TextIOBase)
    response = fill(request.response, b"", BYTES_TYPE if binary else TEXT_TYPE)
    if binary and result.seekable() and not result.tell():
        size = result.seek(0, SEEK_END)
        result.seek(0)
        response.app_iter = FileBody(result)
        response.content_length = size
    else:
        response.app_iter = Stream(blocks(result) if isinstance(result, IOBase) else result)
    return response


def _json_of(result: dict[str, Any], action: str) -> str:
    try:
        return to_json(result)
    except TypeError as error:
        logger.info("%s has no JSON form: %s", action, error)
        raise NotAcceptable("This page has no JSON form.") from None


def fill(response: Response | None, body: str | bytes, content_type: tuple[str, str]) -> Response:
    """*body* with the status, the headers and the type that the action has set on its own *response*."""
    if response is None:
        return Response(body, 200, content_type[1])
    own = response.headers.get("Content-Type")  # What the action set stays; text/html is what nobody set.
    filled = Response(body, response.status_code, content_type[1] if own in (None, HTML_TYPE[1]) else own)
    filled.status = response.status
    filled.conditional_response = response.conditional_response
    kept = [pair for pair in response.headerlist if pair[0].lower() not in ("content-type", "content-length")]
    filled.headerlist.extend(kept)
    filled.over_http = response.over_http
    return filled


def _touched(request: Request, action: str) -> Response:
    if request.response is None:
        raise KirschError(f"{action} returned None. Return a dict, list, text, bytes or Response.")
    return request.response


def to_json(value: Any) -> str:
    """*value* as JSON text: dates as ISO 8601, decimals and UUIDs as texts, enums by value, records as objects.

    :raises TypeError: for a value that has no such form.
    """
    return _encode(value)


def plain(value: Any) -> Any:
    """The JSON form of a value that has none of its own.

    :raises TypeError: for a value that Kirsch knows no form of either.
    """
    if hasattr(value, "__json__"):
        return value.__json__()
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID | Markup):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset):
        return in_order(value)
    if has_members(value):
        return members_of(value, plain)
    raise TypeError(f"{type(value).__name__} has no JSON form; give it a method __json__")


def in_order(values: Collection[Any]) -> list[Any]:
    """*values* from the least to the greatest, or as they come where no order says which that is."""
    try:
        return sorted(values)
    except TypeError:
        return list(values)


# What holds itself is a RecursionError without the check as well, which costs every answer a little.
_encode = json.JSONEncoder(
    default=plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False
).encode
