"""Several small selects in one round trip."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

Answer = list[tuple[Any, ...]]


def together(session: Session, statements: Sequence[sa.Select[Any]], mapper: Any = None) -> list[Answer]:
    """The rows of each select, asked for in a single query.

    Each select has columns of its own in one wide ``UNION ALL``, null in the rows of the others; so every value keeps
    its type, and no database has to compare unlike things. The order within a select holds where it has a limit.
    """
    bound = {"mapper": mapper} if mapper is not None else {}
    if not statements:
        return []
    if len(statements) == 1:
        return [[tuple(row) for row in session.execute(statements[0], bind_arguments=bound)]]
    dialect = session.get_bind(**bound).dialect.name
    inner = [_labelled(statement) for statement in statements]
    branches = [_branch(inner, number, dialect) for number in range(len(inner))]
    found: list[Answer] = [[] for _ in inner]
    starts = _starts(inner)
    for row in session.execute(sa.union_all(*branches), bind_arguments=bound):
        number = row[0]
        found[number].append(tuple(row[starts[number] : starts[number + 1]]))
    return found


def _labelled(statement: sa.Select[Any]) -> sa.Subquery:
    columns = [column.label(f"c{place}") for place, column in enumerate(statement.selected_columns)]
    return statement.with_only_columns(*columns, maintain_column_froms=True).subquery()


def _branch(inner: list[sa.Subquery], mine: int, dialect: str) -> sa.Select[Any]:
    columns: list[sa.ColumnElement[Any]] = [sa.literal_column(str(mine), sa.Integer).label("branch")]
    for number, part in enumerate(inner):
        for column in part.c:
            chosen = column if number == mine else _nothing(column.type, dialect)
            columns.append(chosen.label(f"b{number}{column.name}"))
    return sa.select(*columns).select_from(inner[mine])


def _nothing(kind: Any, dialect: str) -> sa.ColumnElement[Any]:
    """Null of a type. PostgreSQL must be told the type in the statement; the others must not."""
    return sa.cast(sa.null(), kind) if dialect == "postgresql" else sa.type_coerce(sa.null(), kind)


def _starts(inner: list[sa.Subquery]) -> list[int]:
    starts = [1]
    for part in inner:
        starts.append(starts[-1] + len(part.c))
    return starts
