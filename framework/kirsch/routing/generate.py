"""URLs from names and values, so that what was made is matched again by the route it was made for."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from typing import Any, Protocol
from urllib.parse import quote, quote_plus, unquote

from kirsch.errors import did_you_mean
from kirsch.routing.converters import ANYTHING, CONVERTERS, SHORT, RouteError
from kirsch.routing.parts import FORMAT, Part

#: What stands in a path as it is (RFC 3986, section 3.3), letters, digits and ``-._`` apart.
LITERAL = "/:@!$&'()*+,;=~"

#: One variable of a URL: the place of its text among the pieces, its name, the test which says that a short text of
#: ASCII letters and digits fits as it is (None where that does not say it), and the part itself.
Writer = tuple[int, str, Callable[[str], bool] | None, Part]


class Buildable(Protocol):
    """What building a URL needs to know of a route."""

    name: str | None
    routepath: str
    static: bool
    ambiguous: bool
    separated: bool
    filter: Callable[[dict[str, Any]], dict[str, Any]] | None
    parts: tuple[str | Part, ...]
    pieces: list[str]
    writers: tuple[Writer, ...]
    defaults: dict[str, Any]
    constants: dict[str, Any]

    @property
    def regmatch(self) -> re.Pattern[str]: ...

    @property
    def req_regs(self) -> dict[str, re.Pattern[str]]: ...


def writers_of(parts: Sequence[str | Part]) -> tuple[list[str], tuple[Writer, ...]]:
    """The quoted pieces of a URL, empty where the variables come, and how those are written."""
    pieces = ["" if isinstance(part, Part) else quote(part, safe=LITERAL) for part in parts]
    return pieces, tuple(
        (at, part.name, FITS.get((part.kind, part.type, part.converter.pattern)), part)
        for at, part in enumerate(parts)
        if isinstance(part, Part)
    )


#: For the variables that are most common: which texts need no further look.
FITS = {
    ("value", "str", CONVERTERS["str"].pattern): str.isalnum,
    ("value", "int", CONVERTERS["int"].pattern): str.isdecimal,
}


def build(route: Buildable, arguments: dict[str, Any]) -> str:
    """The URL of *route* with *arguments*, which are used up; those that are no variables become the query string.

    A format of None and extras of None are left out, lists repeat, `_anchor` follows a `#`.

    :raises RouteError: for a missing argument, and for a value that the route itself would not match.
    """
    if route.filter is not None:
        arguments = route.filter(arguments)
    pieces = route.pieces.copy()
    in_doubt = not route.separated
    for at, name, fits, part in route.writers:
        value = arguments.pop(name, None)
        if fits is not None:
            if type(value) is int:
                value = str(value)
            if type(value) is str and fits(value) and value.isascii() and len(value) < SHORT:
                pieces[at] = value
                continue
        pieces[at] = text = _written(route, part, value, arguments)
        in_doubt = in_doubt or text != ""
    if in_doubt and route.ambiguous:
        _check_round_trip(route, pieces)
    url = "".join(pieces)
    return url + _rest(route, arguments) if arguments else url


def _called(route: Buildable) -> str:
    return f"route {route.name!r}" if route.name else f"route {route.routepath}"


def _written(route: Buildable, part: Part, value: Any, others: Mapping[str, Any]) -> str:
    """*value*, checked and quoted."""
    if value is None:
        value = route.defaults.get(part.name)
    if value is None or value == "":
        if part.kind == "format":
            return ""
        _refuse_absent(route, part, value, others)
    text = part.write(value)
    if not route.static:
        _check_value(route, part, text)
    try:
        quoted = quote(text, safe="/" if part.converter.spans else "")
    except UnicodeEncodeError:
        raise RouteError(_surrogate(route)) from None
    return f".{quoted}" if part.kind == "format" else quoted


def _surrogate(route: Buildable) -> str:
    return f"{_called(route)}: a value holds half of a surrogate pair, which no URL can carry"


def _refuse_absent(route: Buildable, part: Part, value: object, extras: Mapping[str, Any]) -> None:
    if value == "" and route.req_regs[part.name].match(""):
        return
    state = "is empty" if value == "" else "is missing"
    near = did_you_mean(part.name, extras) if value is None and extras else ""
    hint = f" {near.replace('Did you mean', 'Was it given as')}" if near.startswith("Did") else ""
    raise RouteError(f"{_called(route)} ({route.routepath}): the argument {part.name!r} {state}.{hint}")


def _check_value(route: Buildable, part: Part, text: str) -> None:
    if not _is_value(route, part, text):
        wanted = f"of type {part.type}" if part.type != "str" else f"to match {part.converter.pattern}"
        wanted = "without a slash" if part.converter.pattern in (ANYTHING, FORMAT) else wanted
        raise RouteError(
            f"{_called(route)} ({route.routepath}): {part.name}={text!r} is refused; it has to be {wanted}"
        )
    if any(segment in (".", "..") for segment in text.split("/")):
        raise RouteError(f"{_called(route)} ({route.routepath}): {part.name}={text!r} would climb to another address")


def _is_value(route: Buildable, part: Part, text: str) -> bool:
    if not route.req_regs[part.name].match(text):
        return False
    try:
        if part.converter.read is not None:
            part.converter.read(text)
    except ValueError:
        return False
    return True


def _check_round_trip(route: Buildable, pieces: list[str]) -> None:
    """Refuse values that are fine alone but would be read back differently, as 'a.json' before `{.format}`."""
    found = route.regmatch.match(unquote("".join(pieces)))
    for at, name, _, part in route.writers:
        wanted = unquote(pieces[at]).removeprefix("." if part.kind == "format" else "")
        got = None if found is None else found[name]
        if (got or "") != wanted:
            raise RouteError(f"{_called(route)} ({route.routepath}): {name}={wanted!r} would be read back as {got!r}")


def _rest(route: Buildable, extras: dict[str, Any]) -> str:
    """What follows the path: the query string and the anchor."""
    anchor = extras.pop("_anchor", None)
    try:
        return _query(route, extras) + (f"#{quote(str(anchor), safe='')}" if anchor is not None else "")
    except UnicodeEncodeError:
        raise RouteError(_surrogate(route)) from None


def _query(route: Buildable, extras: Mapping[str, Any]) -> str:
    pairs = []
    for key, value in extras.items():
        if key in route.constants:
            if value != route.constants[key]:
                raise RouteError(f"{_called(route)} always has {key}={route.constants[key]!r}, not {value!r}")
            continue
        values = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
        pairs += [f"{_encoded(key)}={_encoded(_plain(item))}" for item in values if item is not None]
    return f"?{'&'.join(pairs)}" if pairs else ""


def _encoded(text: str) -> str:
    return text if text.isalnum() and text.isascii() else quote_plus(text)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, (date, time)) else str(value)
