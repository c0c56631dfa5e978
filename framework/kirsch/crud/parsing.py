"""From what somebody wrote into a form to a value of its column, or a sentence that says what to write."""

import json
import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from kirsch.conversion.texts import FALSE, TRUE
from kirsch.crud.inspection import Attribute

Parse = Callable[[str], Any]

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d:\d\d)?")
_TIME = re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?")
DEEPEST = 100


def parser(attribute: Attribute, dialect: str) -> Parse:  # noqa: PLR0911  # one line for each kind
    """The function that turns a text, which is not blank, into a value of *attribute*.

    It raises ValueError with a sentence for whoever wrote the text.
    """
    match attribute.kind:
        case "integer":
            return lambda text: parse_integer(text, attribute, dialect)
        case "decimal":
            return lambda text: parse_decimal(text, attribute)
        case "json":
            return parse_json
        case "datetime":
            zoned = bool(getattr(attribute.column.type, "timezone", False))
            return lambda text: parse_moment(text, zoned)
        case "uuid":
            as_uuid = getattr(attribute.column.type, "as_uuid", True)
            return lambda text: parse_uuid(text) if as_uuid else str(parse_uuid(text))
    if attribute.choices:
        return lambda text: parse_choice(text, attribute)
    return PARSERS.get(attribute.kind, str)


def storable(text: str) -> str:
    """The *text*, if every database can keep it.

    :raises ValueError: for a NUL or half a surrogate pair.
    """
    if "\0" in text:
        raise ValueError("This holds an invisible character that cannot be stored (NUL).")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("This holds half a character that cannot be stored.") from None
    return text


def parse_integer(text: str, attribute: Attribute, dialect: str) -> int:
    """A whole number that the column takes."""
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        raise ValueError("Write a whole number.")
    least, greatest = attribute.range(dialect)
    if len(text) > 40 or not least <= int(text) <= greatest:
        raise ValueError(f"Write a whole number from {least:,} to {greatest:,}.")
    return int(text)


def parse_decimal(text: str, attribute: Attribute) -> Decimal:
    """A decimal number with no more digits than the column keeps."""
    try:
        number = Decimal(text) if re.fullmatch(r"[+-]?[0-9.]+", text) and len(text) < 200 else None
    except InvalidOperation:
        number = None
    if number is None:
        raise ValueError("Write a number, for example 12.50.")
    places = getattr(attribute.column.type, "scale", None)
    digits = getattr(attribute.column.type, "precision", None)
    exponent = number.normalize().as_tuple().exponent
    if places is not None and isinstance(exponent, int) and -exponent > places:
        raise ValueError(f"Write at most {places} digits after the point." if places else "Write a whole number.")
    if digits is not None and abs(number) >= 10 ** (digits - (places or 0)):
        raise ValueError(f"Write at most {digits - (places or 0)} digits before the point.")
    return number if places is None else round(number, places)


def parse_float(text: str) -> float:
    """A finite number."""
    plain = re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text)
    number = float(text) if plain else math.nan
    if not math.isfinite(number):
        raise ValueError("Write a number, for example 12.5.")
    return number


def parse_date(text: str) -> date:
    """A date, as year-month-day."""
    try:
        return date.fromisoformat(text if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else "")
    except ValueError:
        raise ValueError("Write a date as year-month-day, for example 2026-03-31.") from None


def parse_time(text: str) -> time:
    """A time of day, to the microsecond."""
    try:
        return time.fromisoformat(text if _TIME.fullmatch(text) and text.isascii() else "no")
    except ValueError:
        raise ValueError("Write a time as hours:minutes, for example 09:30.") from None


def parse_moment(text: str, zoned: bool) -> datetime:
    """A moment. In a column with a time zone, a text without one is in UTC; in one without, a zone is turned to UTC."""
    found = _MOMENT.fullmatch(text) if text.isascii() else None
    try:
        moment = datetime.fromisoformat("".join((found[1], "T", found[2], found[3] or ""))) if found else None
        if moment is not None and zoned:
            return _in_every_zone(moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC))
        if moment is not None:
            return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        pass
    raise ValueError("Write a date and time, for example 2026-03-31 09:30.")


def _in_every_zone(moment: datetime) -> datetime:
    """The *moment*, if it lies between the years 1 and 9999 wherever it is read."""
    if not datetime(1, 1, 2, tzinfo=UTC) <= moment < datetime(9999, 12, 31, tzinfo=UTC):
        raise ValueError(moment)
    return moment


def parse_uuid(text: str) -> UUID:
    """A UUID, however it is grouped."""
    try:
        return UUID(text)
    except ValueError:
        raise ValueError("Write a UUID: 32 hexadecimal digits, with or without hyphens.") from None


def parse_choice(text: str, attribute: Attribute) -> Any:
    """One of the values of an enumeration."""
    for choice in attribute.choices:
        if text == choice.value:
            return choice.python
    raise ValueError("Choose one of the values offered.")


def parse_yes_or_no(text: str) -> bool:
    """Yes or no, in any of the usual words; blank is no."""
    if text.lower() not in TRUE | FALSE:
        raise ValueError("Choose Yes or No.")
    return text.lower() in TRUE


def parse_json(text: str) -> Any:
    """A JSON value that every database can keep: finite numbers, whole characters, not too deep."""
    try:
        value = json.loads(text, parse_constant=_no_constant)
        plain = json.dumps(value, ensure_ascii=False, allow_nan=False)
        plain.encode("utf-8")
    except (ValueError, RecursionError):
        raise ValueError('Write JSON, for example {"colour": "red"} or [1, 2].') from None
    if "\\u0000" in plain:
        raise ValueError("This holds an invisible character that cannot be stored (NUL).")
    if _depth(value) > DEEPEST:
        raise ValueError(f"This is nested more than {DEEPEST} levels deep.")
    return value


def _no_constant(word: str) -> None:
    raise ValueError(word)


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level and deepest <= DEEPEST + 1:
        deepest += 1
        inner = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list)]
        level = [item for one in inner for item in one]
    return deepest


PARSERS: dict[str, Parse] = {
    "float": parse_float,
    "date": parse_date,
    "time": parse_time,
    "boolean": parse_yes_or_no,
}


def written(attribute: Attribute, value: Any) -> str:  # noqa: PLR0911  # one line for each kind
    """A *value* as its form field shows it, so that the parser gives it back."""
    if value is None or attribute.kind == "password":
        return ""
    if attribute.choices:
        return next((choice.value for choice in attribute.choices if choice.python == value), str(value))
    if attribute.kind == "boolean":
        return "true" if value else "false"
    if attribute.kind == "json":
        return json.dumps(value, ensure_ascii=False, indent=2, default=str)
    if isinstance(value, datetime):
        plain = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return plain.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)
