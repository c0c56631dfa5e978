"""Text from outside as values of Python's types, and why a text is none."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from math import isfinite
from typing import Any, TypeVar
from uuid import UUID

Convert = Callable[[str], Any]
Value = TypeVar("Value")

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})


def to_int(text: str) -> int:
    """A whole number of ASCII digits, at most 4,000 of them."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 4000:
        raise ValueError("is not a whole number")
    return int(text)


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
    if len(text) != 36:
        raise ValueError("is not a UUID")
    try:
        return UUID(text)
    except ValueError:
        raise ValueError("is not a UUID") from None


def to_enum(kind: type[Enum]) -> Convert:
    """A converter to the members of *kind*, by value (as text) or by name."""
    members = {str(member.value): member for member in kind} | {member.name: member for member in kind}

    def convert(text: str) -> Enum:
        if text not in members:
            raise ValueError(f"is none of {', '.join(member.name for member in kind)}")
        return members[text]

    return convert


CONVERTERS: dict[Any, Convert] = {
    str: str,
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


def converter(kind: Any) -> Convert | None:
    """The converter to *kind*, or None where there is none."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return to_enum(kind)
    return CONVERTERS.get(kind)


def _iso(read: Callable[[str], Value], text: str, what: str) -> Value:
    try:
        return read(text)
    except ValueError:
        raise ValueError(f"is not {what}") from None
