"""What a column holds, in the words of pages and forms: its kind, its choices, its range, who fills it in."""

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import types
from sqlalchemy.orm import Mapper

from kirsch.crud.words import as_label

#: Kinds that a model may ask for by ``info={"kind": ...}``.
ASKED = ("text", "long", "email", "url", "password")

KINDS: tuple[tuple[type[types.TypeEngine[Any]], str], ...] = (
    (types.Enum, "enum"),
    (types.Boolean, "boolean"),
    (types.Uuid, "uuid"),
    (types.JSON, "json"),
    (types.ARRAY, "json"),
    (types.DateTime, "datetime"),
    (types.Date, "date"),
    (types.Time, "time"),
    (types.LargeBinary, "binary"),
    (types._Binary, "binary"),
    (types.Integer, "integer"),
    (types.Float, "float"),
    (types.Numeric, "decimal"),
    (types.Text, "long"),
    (types.String, "text"),
)
LONG = 255
#: Kinds whose values nobody can write into a form.
UNWRITABLE = frozenset({"binary", "other"})

BITS = {types.SmallInteger: 16, types.BigInteger: 64}
#: Integer types of MySQL and MariaDB by their names, with their bits.
NAMED_BITS = {"TINYINT": 8, "SMALLINT": 16, "MEDIUMINT": 24, "INTEGER": 32, "INT": 32, "BIGINT": 64}


class Choice(NamedTuple):
    """One value of an enumeration: as it is written in URLs and forms, for people, and in Python."""

    value: str
    label: str
    python: Any


def kind_of(column: sa.Column[Any]) -> str:
    """The kind of a column's values; "other" for what cannot be shown better than as plain text, nor edited."""
    kind = _kind_of_type(column.type)
    asked = column.info.get("kind")
    return asked if asked in ASKED and kind in {"text", "long"} else kind


def _kind_of_type(given: types.TypeEngine[Any]) -> str:
    plain = given.impl_instance if isinstance(given, types.TypeDecorator) else given
    for kind, word in KINDS:
        if isinstance(plain, kind):
            if word == "decimal" and not getattr(plain, "asdecimal", True):
                return "float"
            return "long" if word == "text" and (getattr(plain, "length", None) or 0) > LONG else word
    return "other"


def choices_of(given: types.TypeEngine[Any]) -> tuple[Choice, ...]:
    """The values of an enumeration; empty for any other type."""
    plain = given.impl_instance if isinstance(given, types.TypeDecorator) else given
    if not isinstance(plain, types.Enum):
        return ()
    if plain.enum_class is None:
        return tuple(Choice(value, _choice_label(value), value) for value in plain.enums)
    members = list(plain.enum_class.__members__.values()) if not plain._omit_aliases else list(plain.enum_class)
    return tuple(
        Choice(value, _choice_label(member.value if isinstance(member.value, str) else member.name), member)
        for value, member in zip(plain.enums, members, strict=True)
    )


def _choice_label(value: str) -> str:
    return as_label(value) if value.isidentifier() else value


def integer_range(given: types.TypeEngine[Any], dialect: str) -> tuple[int, int]:
    """The least and the greatest value that an integer column takes on *dialect*; SQLite stores 64 bits in any."""
    bits = 64 if dialect == "sqlite" else next((size for kind, size in BITS.items() if isinstance(given, kind)), 0)
    bits = bits or NAMED_BITS.get(type(given).__name__, 32)
    if getattr(given, "unsigned", False) and dialect != "sqlite":
        return 0, 2**bits - 1
    return -(2 ** (bits - 1)), 2 ** (bits - 1) - 1


def server_made(column: sa.Column[Any], mapper: Mapper[Any]) -> bool:
    """Whether the value comes from the database or the model, so that no form asks for it."""
    if column.computed is not None or (column.identity is not None and column.identity.always):
        return True
    if column is mapper.version_id_col or column is mapper.polymorphic_on:
        return True
    if column.onupdate is not None or column.server_onupdate is not None:
        return True
    has_default = column.default is not None or column.server_default is not None
    if column.primary_key:
        return has_default or column is getattr(column.table, "autoincrement_column", None)
    return has_default and isinstance(column.type, types.DateTime)
