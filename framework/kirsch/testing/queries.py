"""A bound on the number of SQL statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def assert_queries(engine: Any, at_most: int) -> Iterator[list[str]]:
    """Fail unless the block sends at most *at_most* statements through the SQLAlchemy *engine*.

    Yields the list of statements as it grows. A list page that asks once per row shows here.
    """
    from sqlalchemy import event

    statements: list[str] = []

    def count(*details: Any) -> None:
        _, _, statement, *_ = details
        statements.append(" ".join(statement.split()))

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", count)
    if len(statements) > at_most:
        listed = "\n".join(f"  {number}. {statement}" for number, statement in enumerate(statements, 1))
        raise AssertionError(f"{len(statements)} SQL statements where {at_most} are allowed:\n{listed}")
