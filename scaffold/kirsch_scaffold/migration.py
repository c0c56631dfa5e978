"""A migration that makes tables, written at once, without asking a database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from kirsch_scaffold import source
from kirsch_scaffold.columns import core_column_source, named
from kirsch_scaffold.schema import Association, ForeignKey, Index, Schema, Table, Unique

LONGEST = 60
"""Names longer than this are left to the naming convention, which shortens them as each database needs."""


def migration_source(tables: Iterable[Table], schema: Schema, revision: str, previous: str, message: str) -> str:
    """The file of a migration that makes *tables* and the association tables beside their models.

    *previous* is the revision that comes before; empty for the first.
    """
    made: list[Table | Association] = []
    for table in tables:
        made += [] if table.view else [table]
    for table in tables:
        made += list(schema.owned_by(table))
    steps = [_create(table) for table in made]
    back = [f"    op.drop_table({', '.join([source.text(table.name), *_schema(table)])})" for table in reversed(made)]
    return "\n".join(
        [
            source.docstring(message),
            "",
            "import sqlalchemy as sa",
            "from alembic import op",
            "",
            f"revision = {source.text(revision)}",
            f"down_revision = {source.text(previous) if previous else None}",
            "",
            "",
            "def upgrade() -> None:",
            *(steps or ["    pass"]),
            "",
            "",
            "def downgrade() -> None:",
            *(back or ["    pass"]),
            "",
        ]
    )


def revision_of(*words: str) -> str:
    """A revision of twelve digits that is the same for the same words."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]


def baseline(package: str) -> str:
    """The revision that a site over an existing database begins with."""
    return revision_of("baseline", package)


def _create(table: Table | Association) -> str:
    arguments = [source.text(table.name), *(core_column_source(column, False) for column in table.columns)]
    if isinstance(table, Table) and table.versioned:
        arguments.append('sa.Column("row_version", sa.Integer(), server_default="1", nullable=False)')
    keys = [column.name for column in table.columns if column.primary_key]
    arguments += [_constraint("PrimaryKey", source.strings(keys), f"pk_{table.name}")] if keys else []
    arguments += [_foreign_key(table, key) for key in table.foreign_keys]
    arguments += [
        _constraint("Unique", source.strings(one.columns), _name("uq", table, one)) for one in _uniques(table)
    ]
    arguments += [*_schema(table), *([f"comment={source.text(table.comment)}"] if table.comment else [])]
    lines = [source.call("op.create_table(", arguments, indent=4)]
    for index in _indexes(table):
        columns = f"[{source.strings(index.columns)}]"
        options = ["unique=True"] if index.unique else []
        name = index.name or _name("ix", table, index)
        plain = [source.text(name) if name else "None", source.text(table.name), columns, *options, *_schema(table)]
        lines.append(source.call("op.create_index(", plain, indent=4))
    return "\n".join(lines)


def _uniques(table: Table | Association) -> list[Unique]:
    return [*(Unique((column.name,)) for column in table.columns if column.unique), *table.uniques]


def _indexes(table: Table | Association) -> list[Index]:
    return [*(Index((column.name,)) for column in table.columns if column.index), *table.indexes]


def _foreign_key(table: Table | Association, key: ForeignKey) -> str:
    targets = source.strings(".".join(filter(None, (key.target_schema, key.target, one))) for one in key.target_columns)
    arguments = [f"[{source.strings(key.columns)}]", f"[{targets}]"]
    name = key.name or _short(f"fk_{table.name}_{'_'.join(key.columns)}_{key.target}")
    arguments += named(name)
    arguments += [f"ondelete={source.text(key.on_delete)}"] if key.on_delete else []
    arguments += [f"onupdate={source.text(key.on_update)}"] if key.on_update else []
    return source.Group("sa.ForeignKeyConstraint(", arguments, ")")


def _constraint(kind: str, columns: str, name: str) -> str:
    return source.Group(f"sa.{kind}Constraint(", [columns, *named(_short(name))], ")")


def _name(prefix: str, table: Table | Association, one: Unique | Index) -> str:
    return one.name or _short(f"{prefix}_{table.name}_{'_'.join(one.columns)}")


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else ""


def _schema(table: Table | Association) -> list[str]:
    return [f"schema={source.text(table.schema)}"] if table.schema else []
