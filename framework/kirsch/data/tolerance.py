"""What a comparison of models with a database passes over: the same in other words, and what was there before."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic.operations.ops import AlterColumnOp, MigrationScript, ModifyTableOps
from sqlalchemy import Connection, Enum, MetaData, Numeric, String, inspect
from sqlalchemy.types import TypeEngine

from kirsch.data.portable import portable
from kirsch.data.verbatim import AnyText

Include = Callable[..., bool]
Differs = Callable[..., bool | None]


def found_before(include: Include, connection: Connection, versions: Path) -> Include:
    """Compare what *include* says, but no views; and drop nothing of tables that no migration of ours has made."""
    texts = "".join(file.read_text(encoding="utf-8") for file in versions.glob("*.py"))
    made = set(re.findall(r"""create_table\(\s*['"]([^'"]+)['"]""", texts))

    def decide(item: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
        if kind == "table":
            return not item.info.get("view") and include(item, name, kind, reflected, other)
        if item.table.name not in made and _stays(item, kind, reflected, other, connection):
            return False
        return include(item, name, kind, reflected, other)

    return decide


def _stays(item: Any, kind: str, reflected: bool, other: Any, connection: Connection) -> bool:
    """Whether a thing is only in the database, or is a reference that the database has, written in other words."""
    if other is not None:
        return kind == "foreign_key_constraint" and (item.ondelete, item.onupdate) == (other.ondelete, other.onupdate)
    if reflected or kind != "foreign_key_constraint":
        return reflected
    inspector = inspect(connection)
    if not inspector.has_table(item.table.name):
        return False
    columns = set(item.column_keys)
    return any(set(key["constrained_columns"]) == columns for key in inspector.get_foreign_keys(item.table.name))


def same_kind(otherwise: Differs | bool) -> Differs:
    """A `compare_type` for Alembic: False where two types hold the same values by different names, else *otherwise*."""

    def differs(
        context: Any, column: Any, described: Any, found: TypeEngine[Any], wanted: TypeEngine[Any]
    ) -> bool | None:
        here, there = portable(found, ""), portable(wanted, "")
        if context.dialect.name == "sqlite" and isinstance(found, Numeric) and found.precision is None:
            # What SQLite takes UUID, STRING and other strange types for.
            return False if isinstance(wanted, String | AnyText) else None
        if here and there and here["kind"] != "verbatim" and _alike(here, there, wanted):
            return False
        return otherwise(context, column, described, found, wanted) if callable(otherwise) else None

    return differs


def _alike(here: dict[str, Any], there: dict[str, Any], wanted: TypeEngine[Any]) -> bool:
    if isinstance(wanted, Enum) and here["kind"] in {"str", "text"}:
        # The values are held by a CHECK, which is compared by nobody.
        return (here.get("length") or max(map(len, wanted.enums))) >= max(map(len, wanted.enums))
    words = ("kind", "length", "precision", "scale", "timezone", "choices")
    return [here.get(word) for word in words] == [there.get(word) for word in words]


def prune(script: MigrationScript, metadata: MetaData) -> None:
    """Take out what SQLite says of its keys: without NOT NULL beside them they count as columns that may be empty."""
    if script.upgrade_ops is None:
        return
    changed = [each for each in script.upgrade_ops.ops if isinstance(each, ModifyTableOps)]
    for table in changed:
        known = metadata.tables.get(table.table_name)
        keys = set() if known is None else {column.name for column in known.primary_key}
        table.ops = [each for each in table.ops if not _fills_key(each, keys)]
    script.upgrade_ops.ops = [each for each in script.upgrade_ops.ops if each not in changed or each.ops]


def _fills_key(operation: Any, keys: set[str]) -> bool:
    if not isinstance(operation, AlterColumnOp) or operation.column_name not in keys:
        return False
    return operation.modify_nullable is False and operation.modify_type is None
