"""Types of variables: how their values are written in a path, and how they are read out of one."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from kirsch.conversion.texts import to_float, to_int
from kirsch.errors import KirschError


class RouteError(KirschError, ValueError):
    """A route that cannot be made, or a URL that cannot be built; the sentence says which part and why."""


@dataclass(frozen=True)
class Converter:
    """How one type of variable looks in a path: a regular expression and the ways from and to text.

    *read* raises ValueError for text that is no value after all; the route then does not match. *spans* says that
    values may hold slashes; *gives* is the class of what is read, which the action's annotation is held against.
    """

    pattern: str
    read: Callable[[str], Any] | None = None
    write: Callable[[Any], str] = str
    spans: bool = False
    gives: type | None = None


def converter_of(given: object) -> Converter:
    """*given* as a converter: one already, an Enum (its values are the texts), or a function that reads a segment.

    :raises RouteError: for anything else.
    """
    if isinstance(given, Converter):
        return given
    if isinstance(given, type) and issubclass(given, Enum):
        return _enum_converter(given)
    if callable(given):
        return Converter(ANYTHING, read=given, gives=given if isinstance(given, type) else None)
    raise RouteError(f"{given!r} is no type of a variable; give a Converter, an Enum class or a function of a text")


def _enum_converter(kind: type[Enum]) -> Converter:
    members = {str(member.value): member for member in kind}
    longest_first = sorted(members, key=len, reverse=True)
    return Converter(
        "|".join(map(re.escape, longest_first)) or "(?!)",
        read=members.__getitem__,
        spans=any("/" in text for text in members),
        gives=kind,
    )


#: What a variable without a type takes: a segment, or what is left of it up to the text that follows.
ANYTHING = "[^/]+?"


#: Digits from which on a number may not fit into 64 bits.
SHORT = 19


def _read_int(text: str) -> int:
    return int(text) if len(text) < SHORT else to_int(text)


def _write_number(value: Any) -> str:
    """Without an exponent, and so that the same number is read."""
    return format(Decimal(repr(value)) if isinstance(value, float) else value, "f" if _fraction(value) else "")


def _fraction(value: Any) -> bool:
    return isinstance(value, (float, Decimal)) and math.isfinite(value)


def _write_date(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"

CONVERTERS: dict[str, Any] = {
    "str": Converter(ANYTHING, gives=str),
    "int": Converter("-?[0-9]+", _read_int, gives=int),
    "float": Converter(_NUMBER, to_float, _write_number, gives=float),
    "decimal": Converter(_NUMBER, Decimal, _write_number, gives=Decimal),
    "date": Converter(_DAY, date.fromisoformat, _write_date, gives=date),
    "datetime": Converter(f"{_DAY}T{_TIME}", datetime.fromisoformat, _write_date, gives=datetime),
    "uuid": Converter("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", UUID, gives=UUID),
    "path": Converter(".+", spans=True, gives=str),
}
