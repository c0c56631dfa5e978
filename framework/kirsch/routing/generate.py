"""URLs from names and values, so that what was made is matched again by the route it was made for."""

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from kirsch.errors import did_you_mean
from kirsch.routing.parts import Part, RouteError

LITERAL = "/:@!$&'()*+,;=~"


class Buildable(Protocol):
    """What building a URL needs to know of a route."""

    name: str | None
    routepath: str
    static: bool
    parts: tuple[str | Part, ...]
    defaults: dict[str, Any]
    constants: dict[str, Any]
    regmatch: re.Pattern[str]
    req_regs: dict[str, re.Pattern[str]]


def build(route: Buildable, arguments: Mapping[str, Any]) -> str:
    """The URL of *route* with *arguments*; those that are no variables become the query string.

    A format of None and extras of None are left out, lists repeat, `_anchor` follows a `#`.

    :raises RouteError: for a missing argument, and for a value that the route itself would not match.
    """
    extras = dict(arguments)
    anchor = extras.pop("_anchor", None)
    texts = [part if isinstance(part, str) else _text(route, part, extras) for part in route.parts]
    if not route.static:
        _check_round_trip(route, texts)
    try:
        url = "".join(_quoted(part, text) for part, text in zip(route.parts, texts, strict=True))
        return url + _query(route, extras) + (f"#{quote(str(anchor), safe='')}" if anchor is not None else "")
    except UnicodeEncodeError:
        raise RouteError(f"{_called(route)}: a value holds half of a surrogate pair, which no URL can carry") from None


def _called(route: Buildable) -> str:
    return f"route {route.name!r}" if route.name else f"route {route.routepath}"


def _text(route: Buildable, part: Part, extras: dict[str, Any]) -> str:
    """The text of one variable, taken out of *extras*."""
    value = extras.pop(part.name, None)
    if value is None:
        value = route.defaults.get(part.name)
    if value is None or value == "":
        if part.kind == "format":
            return ""
        _refuse_absent(route, part, value, extras)
    text = part.write(value)
    if not route.static:
        _check_value(route, part, text)
    return f".{text}" if part.kind == "format" else text


def _refuse_absent(route: Buildable, part: Part, value: object, extras: Mapping[str, Any]) -> None:
    if value == "" and route.req_regs[part.name].match(""):
        return
    state = "is empty" if value == "" else "is missing"
    near = did_you_mean(part.name, extras) if value is None and extras else ""
    hint = f" {near.replace('Did you mean', 'Was it given as')}" if near.startswith("Did") else ""
    raise RouteError(f"{_called(route)} ({route.routepath}): the argument {part.name!r} {state}.{hint}")


def _check_value(route: Buildable, part: Part, text: str) -> None:
    if not route.req_regs[part.name].match(text):
        wanted = f"of type {part.type}" if part.type != "str" else f"to match {part.converter.pattern}"
        wanted = "without a slash" if part.converter.pattern in ("[^/]+?", "[^/.]+?") else wanted
        raise RouteError(
            f"{_called(route)} ({route.routepath}): {part.name}={text!r} is refused; it has to be {wanted}"
        )
    if any(segment in (".", "..") for segment in text.split("/")):
        raise RouteError(f"{_called(route)} ({route.routepath}): {part.name}={text!r} would climb to another address")


def _check_round_trip(route: Buildable, texts: list[str]) -> None:
    """Refuse values that are fine alone but would be read back differently, as 'a.json' before `{.format}`."""
    found = route.regmatch.match("".join(texts))
    for part, text in zip(route.parts, texts, strict=True):
        if isinstance(part, str):
            continue
        wanted = text[1:] if part.kind == "format" else text
        got = None if found is None else found[part.name]
        if (got or "") != wanted:
            raise RouteError(
                f"{_called(route)} ({route.routepath}): {part.name}={wanted!r} would be read back as {got!r}"
            )


def _quoted(part: str | Part, text: str) -> str:
    if isinstance(part, str):
        return quote(text, safe=LITERAL)
    return quote(text, safe="/" if part.converter.spans else "")


def _query(route: Buildable, extras: Mapping[str, Any]) -> str:
    pairs = []
    for key, value in extras.items():
        if key in route.constants:
            if value != route.constants[key]:
                raise RouteError(f"{_called(route)} always has {key}={route.constants[key]!r}, not {value!r}")
            continue
        values = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
        pairs += [(key, _plain(item)) for item in values if item is not None]
    return f"?{urlencode(pairs)}" if pairs else ""


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, (date, time)) else str(value)
