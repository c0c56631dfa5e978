"""Columns of an existing table as the generator's columns: kinds, defaults, and what the database fills in itself."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from kirsch_scaffold import source
from kirsch_scaffold.fromdb import wording
from kirsch_scaffold.fromdb.description import ColumnFacts, Default
from kirsch_scaffold.schema import Column

WHOLE = ("int", "bigint", "smallint")
NOW = {"datetime": "CURRENT_TIMESTAMP", "date": "CURRENT_DATE", "time": "CURRENT_TIME"}


def column(facts: ColumnFacts, attribute: str, key: tuple[str, ...]) -> Column:
    """The generator's column for a column of the database; *key* are the names of the primary key's columns."""
    in_key = facts["name"] in key
    given = _given(facts["kind"], facts["default"], facts["choices"])
    made = bool(facts["default"]) and given is None
    written = facts["kind"] == "uuid" and made and in_key
    return Column(
        name=facts["name"],
        attribute=attribute,
        kind=facts["kind"],
        label=wording.label(facts["name"], attribute),
        length=facts["length"],
        precision=facts["precision"],
        scale=facts["scale"],
        timezone=facts["timezone"],
        choices=tuple(facts["choices"]),
        type_name=facts["type_name"],
        native=facts["native"],
        optional=(facts["nullable"] or bool(facts["computed"])) and not in_key,
        primary_key=in_key,
        autoincrement=_numbered(facts) if in_key else None,
        default="uuid4" if written else given[0] if given else "",
        server_default=given[1] if given and not written else "",
        fetched=(made and not written) or bool(facts["computed"]) or (facts["autoincrement"] and not in_key),
        readonly=facts["readonly"] or _rewritten(facts["default"]),
        minimum=facts["minimum"],
        maximum=facts["maximum"],
        comment=facts["comment"],
    )


def _numbered(facts: ColumnFacts) -> bool | None:
    """False for a whole number that somebody has to give, None where the database counts or counting means nothing."""
    return None if facts["kind"] not in WHOLE or facts["autoincrement"] else False


def _rewritten(default: Default | None) -> bool:
    return bool(default) and "on update" in (default or {}).get("sql", "").lower()


def _given(kind: str, default: Default | None, choices: list[str]) -> tuple[str, str] | None:
    """A default that every database understands: Python source (or none) and SQL text; None for any other."""
    if default is None:
        return "", ""
    if default.get("now"):
        return ("", NOW[kind]) if kind in NOW else None
    if "value" not in default:
        return None
    return _value(kind, default["value"], choices)


def _value(kind: str, value: str, choices: list[str]) -> tuple[str, str] | None:
    if kind == "bool":
        told = {"1": True, "true": True, "t": True, "0": False, "false": False, "f": False}.get(value.lower())
        return None if told is None else (str(told), str(told).lower())
    if kind in WHOLE:
        return (str(int(value)), value) if re.fullmatch(r"[-+]?\d+", value) else None
    if kind in ("decimal", "float"):
        return _number(kind, value)
    if kind == "enum":
        return (source.text(value), _quoted(value)) if value in choices else None
    if kind in ("str", "text"):
        return source.text(value), _quoted(value)
    return None


def _number(kind: str, value: str) -> tuple[str, str] | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return (f'Decimal("{number}")' if kind == "decimal" else repr(float(number))), str(number)


def _quoted(value: str) -> str:
    """The value as a string of SQL inside sa.text(), where a colon would begin a parameter."""
    return "'" + value.replace("'", "''").replace(":", "\\:") + "'"
