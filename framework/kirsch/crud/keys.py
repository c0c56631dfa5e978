"""Primary keys as one part of a URL, and back.

A part holds only letters, digits, ``-``, ``_`` and ``~``: never a slash or a dot, whatever the key holds. Every other
character is written as ``~`` and two hexadecimal digits per byte of its UTF-8; the values of a composite key are
joined by ``~~``; an empty text is ``~-`` and a missing value ``~n``.
"""

import math
import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kirsch.crud.inspection import Shape
from kirsch.crud.kinds import choices_of, integer_range, kind_of
from kirsch.errors import NotFound

SEPARATOR, EMPTY, MISSING = "~~", "~-", "~n"
#: Words that mean something else where a key stands in a URL.
RESERVED = frozenset({"new", "null"})
LONGEST = 2000

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")
_PART = re.compile(r"(?:[A-Za-z0-9_-]|~[0-9A-Fa-f]{2})+")


def encode(key: tuple[Any, ...]) -> str:
    """The URL part for a primary key."""
    text = SEPARATOR.join(_encode_value(value) for value in key)
    return f"~{ord(text[0]):02X}{text[1:]}" if text in RESERVED else text


def decode(shape: Shape, text: str, dialect: str = "") -> tuple[Any, ...]:
    """The primary key that a URL part stands for, each value of its column's type.

    :raises NotFound: when the part cannot be the key of any row of this model.
    """
    parts = text.split(SEPARATOR)
    if len(text) > LONGEST or len(parts) != len(shape.keys):
        raise nothing(shape)
    try:
        return tuple(
            _decode_value(part, column, dialect) for part, column in zip(parts, shape.key_columns, strict=True)
        )
    except (ValueError, InvalidOperation):
        raise nothing(shape) from None


def nothing(shape: Shape) -> NotFound:
    """The answer where a row should be and is not."""
    return NotFound(f"There is no such {shape.singular.lower()}.")


def _encode_value(value: Any) -> str:
    if value is None:
        return MISSING
    if isinstance(value, bytes):
        return value.hex() or EMPTY
    text = _plain(value)
    return _UNSAFE.sub(lambda found: "".join(f"~{byte:02X}" for byte in found[0].encode("utf-8")), text) or EMPTY


def _plain(value: Any) -> str:
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return str(value)


def _decode_value(part: str, column: sa.Column[Any], dialect: str) -> Any:
    if part == MISSING:
        return None
    text = "" if part == EMPTY else _unescape(part)
    return from_text(text, column, dialect)


def _unescape(part: str) -> str:
    if not _PART.fullmatch(part):
        raise ValueError(part)
    raw = re.sub(rb"~([0-9A-Fa-f]{2})", lambda found: bytes.fromhex(found[1].decode()), part.encode("ascii"))
    return raw.decode("utf-8")


def from_text(text: str, column: sa.Column[Any], dialect: str = "") -> Any:  # noqa: PLR0911  # one line for each kind
    """The value of *column* that a *text* in a URL stands for.

    :raises ValueError: when it stands for none (InvalidOperation for a decimal).
    """
    if "\0" in text:
        raise ValueError(text)
    match kind_of(column):
        case "integer":
            return _integer(text, column, dialect)
        case "uuid":
            found = UUID(text)
            return found if getattr(column.type, "as_uuid", True) else str(found)
        case "datetime":
            return datetime.fromisoformat(text)
        case "date":
            return date.fromisoformat(text)
        case "time":
            return time.fromisoformat(text)
        case "decimal":
            return _decimal(Decimal(text))
        case "float":
            return _float(float(text))
        case "boolean":
            return {"true": True, "1": True, "false": False, "0": False}[text.lower()] if _is_flag(text) else _no(text)
        case "enum":
            return _choice(text, column)
        case "binary":
            return bytes.fromhex(text)
        case "json":
            return _no(text)
    return text


def _integer(text: str, column: sa.Column[Any], dialect: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,20}", text):
        raise ValueError(text)
    number = int(text)
    least, greatest = integer_range(column.type, dialect)
    if not least <= number <= greatest:
        raise ValueError(text)
    return number


def _decimal(number: Decimal) -> Decimal:
    if not number.is_finite() or abs(number.adjusted()) > 300:
        raise ValueError(number)
    return number


def _float(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError(number)
    return number


def _is_flag(text: str) -> bool:
    return text.lower() in {"true", "1", "false", "0"}


def _choice(text: str, column: sa.Column[Any]) -> Any:
    for choice in choices_of(column.type):
        if text in (choice.value, getattr(choice.python, "name", choice.value)):
            return choice.python
    raise ValueError(text)


def _no(text: str) -> Any:
    raise ValueError(text)
