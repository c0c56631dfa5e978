"""From what an action returns to a response: pages, JSON, text."""

import dataclasses
import json
import logging
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from kirsch.errors import KirschError, NotAcceptable
from kirsch.request import Request
from kirsch.response import Markup, Response
from kirsch.tool import Renderer

Render = Callable[[Request, Any], Response]
logger = logging.getLogger("kirsch")

HTML, JSON, TEXT = "text/html", "application/json", "text/plain"


def make_render(renderer: Renderer | None, template: str, action: str) -> Render:
    """The function that turns what *action* returned into a response.

    A dict becomes a page where a renderer is on and the client does not ask for JSON, by ``.json`` or by `Accept`.
    """

    def render(request: Request, result: Any) -> Response:
        if isinstance(result, Response):
            return result
        body: str | bytes
        if isinstance(result, str):
            body, content_type = result, HTML if hasattr(result, "__html__") else TEXT
        elif isinstance(result, dict):
            return _render_dict(request, result)
        elif isinstance(result, bytes):
            body, content_type = result, "application/octet-stream"
        elif result is None:
            return _touched(request, action)
        elif isinstance(result, list | tuple | int | float) or hasattr(result, "__json__"):
            body, content_type = to_json(result), JSON
        else:
            raise TypeError(f"{action} returned {type(result).__name__}; return a dict, list, text, bytes or Response.")
        if request.response is not None:
            return _fill(request.response, body, content_type)
        return Response(body, 200, content_type)

    def _render_dict(request: Request, result: dict[str, Any]) -> Response:
        wanted = _wanted(request, renderer is not None)
        if wanted == JSON:
            response = _fill(request.response, _json_of(result, renderer is not None, action), JSON)
        else:
            assert renderer is not None
            page = renderer.render(request, getattr(result, "template", template), result)
            response = _fill(request.response, page, HTML)
        if renderer is not None:
            response.headers.add("Vary", "Accept")
        return response

    return render


def _wanted(request: Request, page: bool) -> str:
    """The media type of a dict: what the route's format says, else what the client likes best."""
    asked = request.urlvars.get("format")
    if asked == "json" or not page:
        return JSON
    if asked == "html":
        return HTML
    return request.prefers(HTML, JSON) or HTML


def _json_of(result: dict[str, Any], page: bool, action: str) -> str:
    try:
        return to_json(result)
    except TypeError as error:
        if not page:
            raise
        logger.info("%s has no JSON form: %s", action, error)
        raise NotAcceptable("This page has no JSON form.") from None


def _fill(response: Response | None, body: str | bytes, content_type: str) -> Response:
    if response is None:
        return Response(body, 200, content_type)
    filled = Response(body, response.status_code, content_type)
    kept = [pair for pair in response.headerlist if pair[0].lower() not in ("content-type", "content-length")]
    filled.headerlist.extend(kept)
    return filled


def _touched(request: Request, action: str) -> Response:
    if request.response is None:
        raise KirschError(f"{action} returned None. Return a dict, list, text, bytes or Response.")
    return request.response


def to_json(value: Any) -> str:
    """*value* as JSON text: dates as ISO 8601, decimals and UUIDs as texts, enums by value, dataclasses as objects.

    :raises TypeError: for a value that has no such form.
    """
    return json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _plain(value: Any) -> Any:
    if hasattr(value, "__json__"):
        return value.__json__()
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID | Markup):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset):
        return sorted(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: getattr(value, item.name) for item in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} has no JSON form; give it a method __json__")
