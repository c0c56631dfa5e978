"""Defaults of fields: from the words of a spec to Python source, or to the reason why not."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TypeVar
from uuid import UUID

from kirsch_scaffold import source
from kirsch_scaffold.fields import TEXTS, Field

Moment = TypeVar("Moment")
YES = frozenset(["yes", "true", "on", "1", "y"])
NO = frozenset(["no", "false", "off", "0", "n"])


class DefaultFault(ValueError):
    """A default that does not fit its field; the message is the end of a sentence."""


def default_source(field: Field) -> str:
    """The default as Python source: `no` of a bool is `False`, `now` of a datetime is `utc_now`.

    :raises DefaultFault: when the value does not fit the kind, the choices, the length or the bounds.
    """
    if field.kind in TEXTS:
        return _text(field)
    return _READERS[field.kind](field)


def _text(field: Field) -> str:
    value = field.default
    pattern, wanted = _SHAPES.get(field.kind, ("", ""))
    if pattern and not re.fullmatch(pattern, value):
        raise DefaultFault(f"{value!r} is no {field.kind}: {wanted}")
    if field.length is not None and len(value) > field.length:
        raise DefaultFault(f"{value!r} is longer than {field.length} characters")
    return source.text(value)


_SHAPES = {
    "email": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "write name@example.org"),
    "url": (r"https?://\S+", "write https://example.org"),
    "slug": (r"[a-z0-9]+(-[a-z0-9]+)*", "use lowercase letters, digits and hyphens"),
    "color": (r"#[0-9a-fA-F]{6}", "write #rrggbb in quotes"),
    "phone": (r"\+?[0-9 ()/.-]{3,}", "use digits, spaces and +"),
}


def _bool(field: Field) -> str:
    word = field.default.lower()
    if word not in YES | NO:
        raise DefaultFault(f"{field.default!r} is neither yes nor no")
    return str(word in YES)


def _number(field: Field) -> str:
    value = number(field.default)
    if value is None:
        raise DefaultFault(f"{field.default!r} is no number")
    _within(field, value, field.default)
    if field.kind == "float":
        return repr(float(value))
    if field.kind in ("int", "bigint"):
        return _integer(field, value)
    return f'Decimal("{_places(field, value)}")'


def _integer(field: Field, value: Decimal) -> str:
    if value != int(value):
        raise DefaultFault(f"{field.default!r} is no whole number")
    if abs(value) >= 2 ** (31 if field.kind == "int" else 63):
        raise DefaultFault(f"{field.default} is too large for {field.kind}")
    return str(int(value))


def _places(field: Field, value: Decimal) -> Decimal:
    scale, precision = field.scale or 0, field.precision or 10
    rounded = round(value, scale)
    if rounded != value or abs(value) >= Decimal(10) ** (precision - scale):
        raise DefaultFault(f"{field.default} does not fit {precision} digits of which {scale} stand behind the point")
    return rounded


def _date(field: Field) -> str:
    if field.default == "today":
        return "dt.date.today"
    day = _moment(dt.date.fromisoformat, field, "a date: write 2026-01-31 or today")
    return f"dt.date({day.year}, {day.month}, {day.day})"


def _time(field: Field) -> str:
    time = _moment(dt.time.fromisoformat, field, "a time: write 08:30")
    return f"dt.time({', '.join(map(str, _parts(time)))})"


def _datetime(field: Field) -> str:
    if field.default == "now":
        return "utc_now"
    moment = _moment(dt.datetime.fromisoformat, field, "a date and time: write 2026-01-31T08:30 or now")
    if moment.tzinfo is not None:
        moment = moment.astimezone(dt.UTC)
    return f"dt.datetime({', '.join(map(str, (moment.year, moment.month, moment.day, *_parts(moment))))})"


def _parts(moment: dt.time | dt.datetime) -> tuple[int, ...]:
    parts = (moment.hour, moment.minute, moment.second)
    return parts if moment.second else parts[:2]


def _moment(read: Callable[[str], Moment], field: Field, wanted: str) -> Moment:
    try:
        return read(field.default)
    except ValueError:
        raise DefaultFault(f"{field.default!r} is not {wanted}") from None


def _json(field: Field) -> str:
    try:
        value = json.loads(field.default)
    except ValueError:
        raise DefaultFault(f"{field.default!r} is no JSON; put the field in single quotes") from None
    if value in ({}, []):
        return "dict" if value == {} else "list"
    return f"lambda: {value!r}" if isinstance(value, dict | list) else repr(value)


def _uuid(field: Field) -> str:
    if field.default in ("random", "auto"):
        return "uuid4"
    try:
        return f'UUID("{UUID(field.default)}")'
    except ValueError:
        raise DefaultFault(f"{field.default!r} is no UUID: write one, or random") from None


def _enum(field: Field) -> str:
    if field.default not in field.choices:
        raise DefaultFault(f"{field.default!r} is none of {', '.join(field.choices)}")
    return source.text(field.default)


_READERS: dict[str, Callable[[Field], str]] = {
    "bool": _bool,
    "int": _number,
    "bigint": _number,
    "float": _number,
    "decimal": _number,
    "money": _number,
    "date": _date,
    "time": _time,
    "datetime": _datetime,
    "json": _json,
    "uuid": _uuid,
    "enum": _enum,
}


def number(text: str) -> Decimal | None:
    """The number a text stands for; None when it stands for none."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _within(field: Field, value: Decimal, what: str) -> None:
    if field.minimum and value < Decimal(field.minimum):
        raise DefaultFault(f"{what} is less than min={field.minimum}")
    if field.maximum and value > Decimal(field.maximum):
        raise DefaultFault(f"{what} is more than max={field.maximum}")
