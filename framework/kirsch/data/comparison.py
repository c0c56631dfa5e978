"""Which differences between a database and the models count as changes."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, UniqueConstraint
from sqlalchemy.types import TypeEngine

from kirsch.data.keeping import unique_keys

#: SQLite stores by the words in a type's name (https://www.sqlite.org/datatype3.html, section 3.1), in this order.
AFFINITIES = {"INTEGER": ("INT",), "TEXT": ("CHAR", "CLOB", "TEXT"), "REAL": ("REAL", "FLOA", "DOUB")}


def ours(connection: Connection, metadata: MetaData, versions: Path) -> Callable[..., bool]:
    """Leave alone what the models do not mean to change; goes to Alembic as `include_object`.

    That is a table that no model describes, unless a migration of this project has made it, and in SQLite a unique key
    that the model has as well, whatever it is called and however it was made.
    """
    texts = "".join(file.read_text(encoding="utf-8") for file in versions.glob("*.py"))
    made = set(re.findall(r"""create_table\(\s*['"]([^'"]+)['"]""", texts))
    sqlite = connection.dialect.name == "sqlite"

    def include(item: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
        if other is not None:
            return True
        if kind == "table" and reflected:
            return name in made
        if not sqlite or not (kind == "unique_constraint" or (kind == "index" and item.unique)):
            return True
        key = tuple(column.name for column in item.columns)
        return key not in (
            _unique_in_model(metadata, item.table.name) if reflected else unique_keys(connection, item.table.name)
        )

    return include


def _unique_in_model(metadata: MetaData, table: str) -> set[tuple[str, ...]]:
    described = metadata.tables[table]
    keys = [one for one in described.constraints if isinstance(one, UniqueConstraint)]
    return {tuple(column.name for column in key.columns) for key in keys}


def named_schemas(metadata: MetaData) -> dict[str, Any]:
    """Look into the schemas that models name, and into no others."""
    named = {table.schema for table in metadata.tables.values()}
    if named <= {None}:
        return {}
    return {"include_schemas": True, "include_name": lambda name, kind, _: kind != "schema" or name in named | {None}}


def same_in_sqlite(
    context: Any, _column: Any, _model_column: Any, found: TypeEngine[Any], described: TypeEngine[Any]
) -> bool | None:
    """False, for "no difference", where SQLite stores both types alike: NVARCHAR(40) and VARCHAR(40), INT and BIGINT.

    None leaves the answer to Alembic, whose `compare_type` this is.
    """
    ours, theirs = (str(one.compile(dialect=context.dialect)) for one in (described, found))
    alike = affinity(ours) == affinity(theirs) != "" and _size(ours) == _size(theirs)
    return False if alike else None


def affinity(name: str) -> str:
    """How SQLite stores values of the type *name*; empty where words alone do not tell dates from numbers."""
    for kind, words in AFFINITIES.items():
        if any(word in name.upper() for word in words):
            return kind
    return ""


def _size(name: str) -> str:
    return "".join(re.findall(r"\(.*\)", name)).replace(" ", "")
