"""One migration as a file, and as sentences for people."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import Any

from alembic.autogenerate import render_python_code
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import rev_id

FILE = Template('''"""$message."""

$imports

revision = "$revision"
down_revision = $previous
branch_labels = None
depends_on = None


def upgrade() -> None:
$upgrade


def downgrade() -> None:
$downgrade
''')
DIALECTS = ("postgresql", "mysql", "sqlite", "mssql", "oracle")


def write_revision(
    scripts: ScriptDirectory, script: ops.MigrationScript, context: MigrationContext, message: str
) -> Path:
    """Write the file of a new migration below `migrations/versions` and return its path."""
    revision = rev_id()
    previous = scripts.get_current_head()
    upgrade, downgrade = _code(script.upgrade_ops, context), _code(script.downgrade_ops, context)
    text = FILE.substitute(
        message=" ".join(message.replace('"', "'").replace("\\", "/").split()).rstrip("."),
        imports="\n".join(_imports(upgrade + downgrade)),
        revision=revision,
        previous="None" if previous is None else f'"{previous}"',
        upgrade=upgrade,
        downgrade=downgrade,
    )
    slug = re.sub(r"\W+", "_", message.lower()).strip("_")[:40].rstrip("_")
    path = Path(scripts.versions) / f"{datetime.now(UTC):%Y%m%d_%H%M%S}_{slug}.py"
    path.write_text(text, encoding="utf-8")
    return path


def sentences(script: ops.MigrationScript) -> list[str]:
    """What a migration does, one sentence per step."""
    operations = script.upgrade_ops.ops if script.upgrade_ops else []
    return [_sentence(operation) for operation in _flat(operations)]


def summary(script: ops.MigrationScript) -> str:
    """What a migration is about, in a few words: "Create albums, artists"."""
    operations = script.upgrade_ops.ops if script.upgrade_ops else []
    for kind, verb in ((ops.CreateTableOp, "Create"), (ops.DropTableOp, "Drop")):
        if tables := [operation.table_name for operation in operations if isinstance(operation, kind)]:
            return f"{verb} {', '.join(tables)}"
    changed = dict.fromkeys(operation.table_name for operation in operations if hasattr(operation, "table_name"))
    return f"Change {', '.join(changed)}"


def _code(operations: Any, context: MigrationContext) -> str:
    _spare_indexes(operations)
    # Alembic wants the models of a context that env.py configured, though rendering needs the dialect alone.
    plain = MigrationContext.configure(dialect=context.dialect)
    batch = context.opts.get("render_as_batch", False)
    code = render_python_code(operations, render_as_batch=batch, migration_context=plain)
    code = re.sub(r"^ *# ### .*\n?", "", code, flags=re.M).rstrip()
    return re.sub(r"^( *)(.*?) +$", r"\1\2", code, flags=re.M)


def _spare_indexes(operations: Any) -> None:
    """Leave indexes to the table that is dropped with them: MariaDB refuses to drop one that a foreign key needs."""
    dropped = {operation.table_name for operation in operations.ops if isinstance(operation, ops.DropTableOp)}
    spared = ops.ModifyTableOps | ops.DropIndexOp
    operations.ops[:] = [
        operation
        for operation in operations.ops
        if not (isinstance(operation, spared) and operation.table_name in dropped)
    ]


def _imports(code: str) -> list[str]:
    """The imports that the operations in *code* need, and no others."""
    roots = {found.split(".")[0] for found in re.findall(r"(?<![\w.'\"])([a-z_]\w*(?:\.\w+)*)\.[A-Z]\w*\(", code)}
    lines = ["import sqlalchemy as sa"] if re.search(r"\bsa\.", code) else []
    lines.append("from alembic import op")
    lines += [f"from sqlalchemy.dialects import {name}" for name in DIALECTS if re.search(rf"(?<![\w.]){name}\.", code)]
    modules = {
        found
        for found in re.findall(r"(?<![\w.'\"])([a-z_]\w*(?:\.[a-z_]\w*)*)\.[A-Z]\w*\(", code)
        if found.split(".")[0] in roots - {"sa", "op", "batch_op", *DIALECTS}
    }
    return lines + [f"import {name}" for name in sorted(modules)]


def _flat(operations: Iterable[Any]) -> Iterable[Any]:
    for operation in operations:
        if isinstance(operation, ops.ModifyTableOps):
            yield from _flat(operation.ops)
        else:
            yield operation


def _sentence(operation: Any) -> str:
    match operation:
        case ops.CreateTableOp() | ops.AddColumnOp() | ops.AddConstraintOp() | ops.CreateIndexOp():
            return f"{_thing(operation)} is missing."
        case ops.DropTableOp() | ops.DropColumnOp() | ops.DropConstraintOp() | ops.DropIndexOp():
            return f"{_thing(operation)} is in no model any more."
        case ops.AlterColumnOp():
            return f"The column {operation.table_name}.{operation.column_name} differs{_change(operation)}."
    return f"{type(operation).__name__} differs."


def _thing(operation: Any) -> str:
    match operation:
        case ops.CreateTableOp() | ops.DropTableOp():
            return f"The table {operation.table_name}"
        case ops.AddColumnOp():
            return f"The column {operation.table_name}.{operation.column.name}"
        case ops.DropColumnOp():
            return f"The column {operation.table_name}.{operation.column_name}"
        case ops.CreateIndexOp() | ops.DropIndexOp():
            return f"The index {operation.index_name} of {operation.table_name}"
        case ops.DropConstraintOp():
            return f"The constraint {operation.constraint_name} of {operation.table_name}"
    constraint = operation.to_constraint()
    return f"The constraint {constraint.name} of {constraint.table.name}"


def _change(operation: ops.AlterColumnOp) -> str:
    if operation.modify_type is not None:
        return f": {operation.existing_type} in the database, {operation.modify_type} in the model"
    if operation.modify_nullable is not None:
        return ": it may be empty in the model" if operation.modify_nullable else ": it is required in the model"
    return ""
