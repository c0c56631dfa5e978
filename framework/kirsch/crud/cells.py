"""Values as pages, JSON and CSV show them."""

import json
import math
import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from kirsch.crud.inspection import Attribute
from kirsch.crud.views import Cell

#: Characters of a long text that a list shows.
SHORT = 120
_WEB = re.compile(r"https?://[^\s<>\"\\]+\Z", re.IGNORECASE)
_MAIL = re.compile(r"[^\s@<>\"?&%]+@[^\s@<>\"?&%]+\Z")


def cell_of(attribute: Attribute, value: Any, short: bool = False) -> Cell:
    """The *value* of an attribute on a page; *short* cuts long texts, for lists."""
    if value is None:
        return Cell("", kind="empty")
    text = text_of(attribute, value)
    if short and len(text) > SHORT:
        text = text[: SHORT - 1].rstrip() + "…"
    kind = PAGE_KINDS.get(attribute.kind, attribute.kind)
    if isinstance(value, str) and kind == "url" and _WEB.match(value):
        return Cell(text, value, kind)
    if isinstance(value, str) and kind == "email" and _MAIL.match(value):
        return Cell(text, f"mailto:{value}", kind)
    return Cell(text, kind="text" if kind in {"url", "email"} else kind)


PAGE_KINDS = {"integer": "number", "float": "number", "decimal": "number", "uuid": "text", "other": "text"}


def text_of(attribute: Attribute, value: Any) -> str:  # noqa: PLR0911  # one line for each kind
    """The *value* of an attribute as people read it."""
    if value is None:
        return ""
    if attribute.kind == "password":
        return "••••••"
    if attribute.choices:
        return next((choice.label for choice in attribute.choices if choice.python == value), str(value))
    if attribute.kind == "boolean":
        return "Yes" if value else "No"
    if attribute.kind == "json":
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bytes | bytearray | memoryview):
        return f"{len(value):,} bytes"
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def _moment(value: datetime) -> str:
    """A moment to the second, or to the minute where there are no seconds; with a time zone, in UTC."""
    zone = " UTC" if value.tzinfo else ""
    value = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    form = "%Y-%m-%d %H:%M" if value.second == 0 else "%Y-%m-%d %H:%M:%S"
    year, rest = f"{value.year:04d}", value.strftime(form).partition("-")[2]
    return f"{year}-{rest}{zone}"


def json_of(attribute: Attribute, value: Any) -> Any:  # noqa: PLR0911  # one line for each kind
    """The *value* of an attribute in JSON: decimals as texts, moments in ISO 8601, choices by their values."""
    if value is None:
        return None
    if attribute.choices:
        return next((choice.value for choice in attribute.choices if choice.python == value), str(value))
    if attribute.kind == "json":
        return value
    if attribute.kind == "boolean":
        return bool(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value) if isinstance(value, UUID) else text_of(attribute, value)
