"""Texts of paths, query strings and forms as values of Python's types, and why a text is none.

A converter raises ValueError with the end of a sentence that begins with the name of what was sent.
"""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from math import isfinite
from typing import Any, TypeVar
from uuid import UUID

Convert = Callable[[Any], Any]
Value = TypeVar("Value")

#: What is wrong with a text that holds half of a surrogate pair: UTF-8 cannot write it.
HALF = "holds half a character"
#: Characters of a whole number, zeros before it included; Python takes long to read very many.
DIGITS = 400
TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})


def to_text(text: Any) -> str:
    """The text itself; an uploaded file is none."""
    if type(text) is str:
        return text
    raise ValueError("is a file, not a text")


def to_int(text: str) -> int:
    """A whole number of ASCII digits that fits into 64 bits: every database can be asked for it."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError("is not a whole number")
    return in_64_bits(int(text) if len(digits) <= DIGITS else 2**63)


def in_64_bits(number: int) -> int:
    """*number*, if it is neither below -2**63 nor above 2**63 - 1."""
    if not -(2**63) <= number < 2**63:
        raise ValueError("is too large a number")
    return number


def to_float(text: str) -> float:
    """A finite number."""
    try:
        number = float(text) if text.isascii() and "_" not in text else None
    except ValueError:
        number = None
    if number is None or not isfinite(number):
        raise ValueError("is not a number")
    return number


def to_decimal(text: str) -> Decimal:
    """A finite decimal number."""
    try:
        number = Decimal(text) if text.isascii() and "_" not in text else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise ValueError("is not a number")
    return number


def to_bool(text: str) -> bool:
    """Yes or no, as forms and people write it; an empty text is no."""
    word = text.lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise ValueError("is neither yes nor no")


def to_date(text: str) -> date:
    """A day as in ISO 8601: 2026-11-21."""
    return _iso(date.fromisoformat, text, "a date like 2026-11-21")


def to_time(text: str) -> time:
    """A time of day as in ISO 8601: 18:30."""
    return _iso(time.fromisoformat, text, "a time like 18:30")


def to_datetime(text: str) -> datetime:
    """A moment as in ISO 8601: 2026-11-21T18:30."""
    return _iso(datetime.fromisoformat, text, "a date and time like 2026-11-21T18:30")


def to_uuid(text: str) -> UUID:
    """A UUID in its canonical form (RFC 9562, section 4)."""
    try:
        key = UUID(text)
    except ValueError:
        key = None
    if key is None or str(key) != text.lower():  # UUID() reads braces, underscores and more
        raise ValueError("is not a UUID")
    return key


def to_enum(kind: type[Enum]) -> Convert:
    """A converter to the members of *kind*, by value (as text) or, where no value is such, by name."""
    members = dict(kind.__members__) | {str(member.value): member for member in kind}
    return _choice(members, ", ".join(str(member.value) for member in kind))


def to_literal(values: tuple[Any, ...]) -> Convert:
    """A converter to one of *values*, the members of a ``Literal``."""
    members = {str(_plain(value)): value for value in values if value is not None}
    return _choice(members, ", ".join(members))


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _choice(members: dict[str, Any], named: str) -> Convert:
    def convert(text: str) -> Any:
        if text not in members:
            raise ValueError(f"is none of {named}")
        return members[text]

    return convert


CONVERTERS: dict[Any, Convert] = {
    str: to_text,
    int: to_int,
    float: to_float,
    bool: to_bool,
    Decimal: to_decimal,
    date: to_date,
    time: to_time,
    datetime: to_datetime,
    UUID: to_uuid,
    Any: lambda text: text,
}


def _iso(read: Callable[[str], Value], text: str, what: str) -> Value:
    try:
        return read(text)
    except ValueError:
        raise ValueError(f"is not {what}") from None
