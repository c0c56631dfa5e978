"""What tests fill into forms and JSON, and what they read in answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from kirsch.crud import keys
from kirsch.crud.inspection import shape_of

SECRET = "a long secret"


def key_of(row: Any) -> str:
    """A row's key as addresses and forms hold it."""
    return keys.encode(shape_of(type(row)).key(row))


def form_of(page: Any) -> Any:
    """The form of a page that sends something, not the search."""
    found = [form for form in page.forms if form.method == "POST"]
    assert found, f"{page!r} has no form that sends anything"
    return found[-1]


def errors_in(answer: Any) -> list[str]:
    """The sentences of an answer that say what is wrong, for the message of a failed test."""
    return re.findall(r'class="[^"]*error[^"]*"[^>]*>([^<]+)', answer.text) or [answer.text[:500]]


def as_field(value: Any, kind: str) -> Any:
    """A *value* as a control of this *kind* takes it."""
    if isinstance(value, bool):
        return value if kind == "checkbox" else str(value).lower()
    if isinstance(value, list) and all(hasattr(one, "__mapper__") for one in value):
        return [key_of(one) for one in value]
    return "" if value is None else _text(value)


def as_json(value: Any) -> Any:
    """A *value* as JSON has it."""
    if isinstance(value, list) and all(hasattr(one, "__mapper__") for one in value):
        return [key_of(one) for one in value]
    return value if value is None or isinstance(value, bool | int | float | dict | list) else _text(value)


def _text(value: Any) -> str:
    if hasattr(value, "__mapper__"):
        return key_of(value)
    if isinstance(value, dict | list):
        return json.dumps(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return SECRET if type(value).__name__ == "Hashed" else str(value)


@contextmanager
def counted(db: Session) -> Iterator[list[str]]:
    """The statements that the block sends to the database of *db*."""
    statements: list[str] = []

    def count(*details: Any) -> None:
        statements.append(details[2])

    engine = db.get_bind()
    event.listen(engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", count)
