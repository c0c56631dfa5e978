"""What a reflected column holds, in words that fit every database: a kind, a length, a precision, choices."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import types
from sqlalchemy.dialects import mysql, postgresql, sqlite

#: What an existing column can be, strongest class first: the generator knows the same words.
KINDS: tuple[tuple[tuple[type[Any], ...], str], ...] = (
    ((mysql.BIT, types.LargeBinary, types.BINARY, types.VARBINARY), "binary"),
    ((types.Boolean,), "bool"),
    ((types.BigInteger, mysql.BIGINT), "bigint"),
    ((types.SmallInteger, mysql.SMALLINT, mysql.TINYINT, mysql.YEAR), "smallint"),
    ((types.Integer,), "int"),
    ((types.Float,), "float"),
    ((types.Numeric,), "decimal"),
    ((types.DateTime,), "datetime"),
    ((types.Date,), "date"),
    ((types.Time,), "time"),
    ((types.JSON,), "json"),
    ((types.Uuid,), "uuid"),
    ((types.Text,), "text"),
    ((types.String,), "str"),
)

#: Types that pass for one of the above in Python, yet are something else in the database.
STRANGE = (
    mysql.SET,
    types.ARRAY,
    types.Interval,
    postgresql.INTERVAL,
    postgresql.HSTORE,
    postgresql.OID,
    postgresql.MONEY,
)


#: Types of MariaDB and MySQL whose values are bytes that no text stands for.
SHAPELESS = ("geometry", "point", "linestring", "polygon", "multi", "vector")

#: Words in a type that SQLite does not know, and what people mean by them.
MEANT = {
    "decimal": ("MONEY", "CURRENCY", "NUMBER", "NUMERIC", "DECIMAL"),
    "str": ("UUID", "GUID", "UNIQUEIDENTIFIER"),
}


def portable(type_: Any, native: str, dialect: str = "") -> dict[str, Any] | None:
    """The kind of a column of this SQLAlchemy type and the details that go with it.

    A type that no kind fits is `verbatim`: shown as the text the database makes of it; *native* is its name there. None
    where not even a text can be made of it.
    """
    if dialect == "sqlite" and not _known_to_sqlite(native):
        return {"kind": _meant(native)}
    if dialect in {"mysql", "mariadb"} and native.lower().startswith(SHAPELESS):
        return None
    if isinstance(type_, postgresql.DOMAIN):
        return portable(type_.data_type, native)
    if isinstance(type_, types.Enum):
        return _enum(type_, native)
    return _plain(type_, native)


def _plain(type_: Any, native: str) -> dict[str, Any]:
    if isinstance(type_, STRANGE) or (isinstance(type_, types.Time) and getattr(type_, "timezone", False)):
        return verbatim(native)
    if isinstance(type_, mysql.TINYINT) and type_.display_width == 1:
        return {"kind": "bool"}
    kind = next((kind for classes, kind in KINDS if isinstance(type_, classes)), None)
    return {"kind": kind, **_details(kind, type_)} if kind else verbatim(native)


def _known_to_sqlite(native: str) -> bool:
    name = re.sub(r"\(.*", "", native).strip().upper()
    return name in sqlite.dialect.ischema_names or any(word in name for word in ("CHAR", "CLOB", "TEXT", "BLOB", "INT"))


def _meant(native: str) -> str:
    """What a type that SQLite does not know is taken for; `loose` leaves it to the values."""
    name = native.upper()
    return next((kind for kind, words in MEANT.items() if any(word in name for word in words)), "loose")


def verbatim(native: str) -> dict[str, Any]:
    """A column that is shown as text and not written."""
    return {"kind": "verbatim", "type_name": native, "readonly": True}


def _enum(type_: types.Enum, native: str) -> dict[str, Any]:
    if not type_.enums or type_.schema:
        return verbatim(native)
    known = isinstance(type_, postgresql.ENUM)
    return {"kind": "enum", "choices": list(type_.enums), "type_name": type_.name or "", "native": known}


def _details(kind: str, type_: Any) -> dict[str, Any]:
    if kind == "str" and type(type_).__name__.endswith("TEXT"):
        return {"kind": "text"}
    if kind == "decimal":
        return {"precision": type_.precision, "scale": type_.scale}
    if kind == "datetime":
        return {"timezone": bool(type_.timezone)}
    if isinstance(type_, mysql.YEAR):
        return {"minimum": "1901", "maximum": "2155"}
    if kind in {"str", "binary"}:
        return {"length": getattr(type_, "length", None)}
    return {"minimum": "0"} if getattr(type_, "unsigned", False) else {}


QUOTED = r"'(?:[^']|'')*'"
NAME = r'[\[`"(]*(?P<column>[^\[\]`"()=:\s]+(?: [^\[\]`"()=:\s]+)*?)[\]`")]*(?:::[\w ]+)?\)*'
LISTS = (
    re.compile(rf"^\(*{NAME}\s+in\s*\((?P<values>\s*{QUOTED}(?:\s*,\s*{QUOTED})*\s*)\)+$", re.IGNORECASE),
    re.compile(
        rf"^\(*{NAME}\s*=\s*any\s*\(+\s*array\[(?P<values>[^\]]*)\](?:::[\w \[\]]+)?\)+(?:::[\w \[\]]+\)*)?$",
        re.IGNORECASE,
    ),
)


def choices(check: str, columns: list[str]) -> tuple[str, list[str]] | None:
    """The column and the values that a CHECK of the form `column IN ('a', 'b')` allows; None for any other check."""
    for pattern in LISTS:
        match = pattern.match(check.strip())
        if match and (column := _known(match["column"], columns)):
            values = [value[1:-1].replace("''", "'") for value in re.findall(QUOTED, match["values"])]
            return (column, values) if values else None
    return None


def json_column(check: str, columns: list[str]) -> str | None:
    """The column that a CHECK holds to be JSON, as MariaDB has instead of a type."""
    match = re.fullmatch(r"\(*json_valid\(\W*(?P<column>[^)]+?)\W*\)+", check.strip(), re.IGNORECASE)
    return _known(match["column"], columns) if match else None


def _known(name: str, columns: list[str]) -> str | None:
    return next((column for column in columns if column.lower() == name.lower()), None)


def default(text: str | None) -> dict[str, Any] | None:
    """What a server default is: a plain `value`, the time of day (`now`), or any other `sql`; None for no default."""
    if text is None or text.strip().lower() in {"null", ""} or re.match(r"(?i)null::", text.strip()):
        return None
    bare = re.sub(r"(?<=['\w)])::[\w .\"\[\]]+(\(\d+(,\d+)?\))?$", "", _unwrapped(text.strip()))
    if re.fullmatch(QUOTED, bare):
        return {"value": bare[1:-1].replace("''", "'"), "sql": text}
    if re.fullmatch(r"[-+]?\d+(\.\d+)?", bare):
        return {"value": bare, "sql": text}
    if bare.lower() in {"true", "false"}:
        return {"value": bare.lower(), "sql": text}
    if re.match(r"(?i)(now\(\)|current_timestamp|current_date|current_time|localtimestamp|curdate\(\))", bare):
        return {"now": True, "sql": text}
    return {"sql": text}


def _unwrapped(text: str) -> str:
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    return text
