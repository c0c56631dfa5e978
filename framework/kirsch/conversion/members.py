"""Scalars of JSON as values of Python's types: strictly, since JSON knows numbers, texts and truth apart.

A number is a number, ``true`` is no 1, and a text is a text; what JSON has no word for (days, times, decimals, UUIDs)
comes as the text that a form would send. Converters raise ValueError as those of :mod:`~kirsch.conversion.texts` do.
"""

from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from math import isfinite
from typing import Any
from uuid import UUID

from kirsch.conversion.texts import (
    HALF,
    Convert,
    in_64_bits,
    to_date,
    to_datetime,
    to_decimal,
    to_enum,
    to_time,
    to_uuid,
)

#: Beyond this a float no longer says which whole number was meant (RFC 8259, section 6).
EXACT = 2**53


def as_text(value: Any) -> str:
    """A text that UTF-8 can write, which half a surrogate pair is not."""
    if type(value) is not str:
        raise ValueError("is not a text")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError(HALF) from None
    return value


def as_int(value: Any) -> int:
    """A whole number that fits into 64 bits, which 5.0 is as well."""
    if type(value) is int:
        return in_64_bits(value)
    if type(value) is float and value.is_integer() and abs(value) <= EXACT:
        return int(value)
    raise ValueError("is not a whole number")


def as_float(value: Any) -> float:
    """A finite number."""
    if type(value) is int:
        try:
            return float(value)
        except OverflowError:
            raise ValueError("is not a number") from None
    if type(value) is float and isfinite(value):
        return value
    raise ValueError("is not a number")


def as_decimal(value: Any) -> Decimal:
    """A number, or a text that is one: only texts keep every digit on the way through JSON."""
    return to_decimal(str(value) if type(value) in (int, float) else _text(value, "is not a number"))


def as_bool(value: Any) -> bool:
    """True or false."""
    if type(value) is bool:
        return value
    raise ValueError("is neither true nor false")


def as_date(value: Any) -> date:
    """A day, as a text."""
    return to_date(_text(value, "is not a date like 2026-11-21"))


def as_time(value: Any) -> time:
    """A time of day, as a text."""
    return to_time(_text(value, "is not a time like 18:30"))


def as_datetime(value: Any) -> datetime:
    """A moment, as a text."""
    return to_datetime(_text(value, "is not a date and time like 2026-11-21T18:30"))


def as_uuid(value: Any) -> UUID:
    """A UUID, as a text."""
    return to_uuid(_text(value, "is not a UUID"))


def as_enum(kind: type[Enum]) -> Convert:
    """A converter to the members of *kind*: by value, of the same type, or by a text as in a form."""
    return _exactly({(type(member.value), member.value): member for member in kind}, to_enum(kind))


def as_literal(values: tuple[Any, ...]) -> Convert:
    """A converter to one of *values*, of the same type."""
    named = ", ".join(str(value) for value in values)

    def refuse(_value: Any) -> Any:
        raise ValueError(f"is none of {named}")

    members = {}
    for value in values:
        plain = value.value if isinstance(value, Enum) else value
        members[type(plain), plain] = value
    return _exactly(members, refuse)


def _exactly(members: dict[Any, Any], otherwise: Convert) -> Convert:
    def convert(value: Any) -> Any:
        if isinstance(value, list | dict):
            return otherwise("")
        found = members.get((type(value), value))
        return otherwise(str(value) if type(value) is str else "") if found is None else found

    return convert


def _text(value: Any, refusal: str) -> str:
    if type(value) is str:
        return value
    raise ValueError(refusal)


MEMBERS: dict[Any, Convert] = {
    str: as_text,
    int: as_int,
    float: as_float,
    bool: as_bool,
    Decimal: as_decimal,
    date: as_date,
    time: as_time,
    datetime: as_datetime,
    UUID: as_uuid,
    Any: lambda value: value,
}
