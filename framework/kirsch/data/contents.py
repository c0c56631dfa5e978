"""What the rows of an existing table really hold, where a database lets them hold more than the column's type says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine

ROWS = 50_000  # rows of a SQLite table that are looked at
Finding = dict[str, Any]

STORED = {
    "int": {"integer"},
    "bigint": {"integer"},
    "smallint": {"integer"},
    "float": {"integer", "real"},
    "decimal": {"integer", "real"},
    "bool": {"integer"},
    "binary": {"blob"},
}
"""The storage classes of SQLite that a kind can be read from; every other kind is stored as text."""


@dataclass
class Content:
    """What was seen in one column of a SQLite table."""

    stored: set[str] = field(default_factory=set)
    empty: bool = False
    undecodable: bool = False
    unfit: dict[str, str] = field(default_factory=dict)
    """For each kind whose values did not all fit: the first that did not."""


def sqlite_contents(engine: Engine, table: str, columns: dict[str, str]) -> dict[str, Content]:
    """What the first rows of *table* hold in each of its *columns* (name to kind)."""
    found = {name: Content() for name in columns}
    names = ", ".join(_quoted(name) for name in columns)
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        if raw is None:
            return found
        previous, raw.text_factory = raw.text_factory, bytes  # text that is no UTF-8 would be an error otherwise
        types = ", ".join(f"typeof({_quoted(name)})" for name in columns)
        try:
            rows = raw.execute(f"SELECT {names}, {types} FROM {_quoted(table)}")
            for row in islice(rows, ROWS):
                _look(row, columns, found)
        finally:
            raw.text_factory = previous
    return found


def _look(row: tuple[Any, ...], columns: dict[str, str], found: dict[str, Content]) -> None:
    values, classes = row[: len(columns)], row[len(columns) :]
    for (name, kind), value, stored in zip(columns.items(), values, classes, strict=True):
        content = found[name]
        if value is None:
            content.empty = True
            continue
        content.stored.add(stored.decode())
        _try(content, kind, value, stored == b"text")


def _try(content: Content, kind: str, value: Any, is_text: bool) -> None:
    if is_text:
        try:
            value = value.decode()
        except UnicodeDecodeError:
            content.undecodable = True
            return
    for reading in (kind, *NEXT_BEST.get(kind, ())):
        if reading not in content.unfit and not _fits(reading, value):
            content.unfit[reading] = _shortened(value)


def _fits(kind: str, value: Any) -> bool:
    try:
        return READINGS[kind](value) if kind in READINGS else True
    except (ValueError, TypeError):
        return False


def _plain(value: datetime) -> bool:
    return value.tzinfo is None


READINGS: dict[str, Callable[[Any], bool]] = {
    "date": lambda value: len(value) == 10 and bool(date.fromisoformat(value)),
    "datetime": lambda value: _plain(datetime.fromisoformat(value)),
    "time": lambda value: time.fromisoformat(value).tzinfo is None,
    "json": lambda value: json.loads(value) is not ...,
    "bool": lambda value: value in (0, 1),
}
AS_TEXT: Finding = {"kind": "anytext", "precision": None, "scale": None}
TREATED = {
    "anytext": "text",
    "bool": "yes or no",
    "datetime": "date and time",
    "bigint": "whole number",
    "float": "number",
}
NEXT_BEST = {"date": ("datetime",)}
"""What a column can be instead when its values do not fit its kind."""


def fitting(kind: str, content: Content) -> Finding | None:
    """What a column had better be, given what it holds: empty where all fits; None where it can only be left out."""
    if content.undecodable or (len(content.stored) > 1 and "blob" in content.stored):
        return None
    if kind == "loose":
        return _loose(content)
    return _better(kind, content)


def _better(kind: str, content: Content) -> Finding:
    if not content.stored or (content.stored <= STORED.get(kind, {"text"}) and kind not in content.unfit):
        return {}
    if content.stored == {"blob"}:
        return {"kind": "binary", "length": None}
    if content.stored <= {"integer", "real"} and kind in {"int", "bigint", "smallint"}:
        return {"kind": "float"}
    if content.stored == {"text"}:
        others = [other for other in NEXT_BEST.get(kind, ()) if other not in content.unfit]
        return {"kind": others[0]} if others else AS_TEXT
    return AS_TEXT


def _loose(content: Content) -> Finding:
    """A column whose type is missing or means nothing to SQLite is what its values are."""
    if content.stored == {"blob"}:
        return {"kind": "binary", "length": None}
    if content.stored == {"integer"}:
        return {"kind": "bigint"}
    if content.stored and content.stored <= {"integer", "real"}:
        return {"kind": "float"}
    return AS_TEXT


def told(kind: str, better: Finding, content: Content) -> str:
    """Why a column is not of the kind its type says: "holds 'soon', which is no date, so it is treated as text"."""
    treated = TREATED.get(better["kind"], better["kind"])
    if example := content.unfit.get(kind):
        return f"it holds {example}, which is no {TREATED.get(kind, kind)}, so it is treated as {treated}"
    return (
        f"it holds values stored as {' and '.join(sorted(content.stored)) or 'nothing'}, so it is treated as {treated}"
    )


# --- servers: values that the database knows and Python does not ---

BEYOND = {
    ("postgresql", "date"): "{c} IN ('infinity', '-infinity') OR {c} NOT BETWEEN '0001-01-01' AND '9999-12-31'",
    ("postgresql", "datetime"): (
        "{c} IN ('infinity', '-infinity') OR {c} NOT BETWEEN '0001-01-02 00:00:00' AND '9999-12-30 23:59:59'"
    ),
    ("postgresql", "time"): "{c} = '24:00:00'",
    ("postgresql", "decimal"): "{c} = 'NaN'",
    ("postgresql", "float"): "{c} IN ('NaN', 'Infinity', '-Infinity')",
    ("mysql", "date"): "{c} < '0001-01-01' OR MONTH({c}) = 0 OR DAYOFMONTH({c}) = 0",
    ("mysql", "datetime"): "{c} < '0001-01-01' OR MONTH({c}) = 0 OR DAYOFMONTH({c}) = 0",
    ("mysql", "enum"): "{c} = ''",
    ("mysql", "time"): "{c} < '00:00:00' OR {c} >= '24:00:00'",
}


def beyond_python(connection: Connection, table: str, columns: Iterable[Finding]) -> Iterator[str]:
    """Names of the columns with at least one value beyond Python's types, such as `infinity` or 0000-00-00."""
    dialect = "mysql" if connection.dialect.name in {"mysql", "mariadb"} else connection.dialect.name
    quote = connection.dialect.identifier_preparer.quote_identifier
    for column in columns:
        if condition := BEYOND.get((dialect, column["kind"])):
            where = condition.format(c=quote(column["name"]))
            query = f"SELECT 1 FROM {quote(table)} WHERE {where} LIMIT 1"
            if connection.exec_driver_sql(query).first():
                yield column["name"]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _shortened(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
