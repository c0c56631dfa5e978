"""What a SQLite table has beside its columns, and how it outlives the table's replacement.

SQLite changes a column by a new table that takes the place of the old one. Alembic copies what SQLAlchemy can read; a
UNIQUE or CHECK without a name, an index over an expression and a trigger would be gone without a word.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, inspect

from kirsch.errors import RunError


@dataclass(frozen=True)
class Extras:
    """What one table has that a replacement of it could lose."""

    uniques: frozenset[tuple[str, ...]]
    checks: frozenset[str]
    made: frozenset[tuple[str, str]]  # name and SQL of triggers, and of indexes over expressions


@contextmanager
def everything_kept(connection: Connection) -> Iterator[None]:
    """Put back what the tables lose meanwhile.

    :raises RunError: when a check is lost, which cannot be put back.
    """
    before = {table: extras(connection, table) for table in inspect(connection).get_table_names()}
    yield
    for table in set(inspect(connection).get_table_names()) & set(before):
        _restore(connection, table, before[table], extras(connection, table))


def extras(connection: Connection, table: str) -> Extras:
    """What *table* has now."""
    checks = inspect(connection).get_check_constraints(table)
    query = (
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL AND (type = 'trigger'"
        " OR type = 'index' AND EXISTS (SELECT 1 FROM pragma_index_info(sqlite_master.name) WHERE name IS NULL))"
    )
    return Extras(
        unique_keys(connection, table),
        frozenset(check["sqltext"] for check in checks if check["name"] is None),
        frozenset((name, sql) for name, sql in connection.exec_driver_sql(query, (table,))),
    )


def unique_keys(connection: Connection, table: str) -> frozenset[tuple[str, ...]]:
    """The columns whose values together occur once: by a UNIQUE, named or not, or by a unique index over all rows."""
    found = set()
    query = "SELECT name FROM pragma_index_list(?) WHERE \"unique\" AND origin <> 'pk' AND NOT partial"
    for (index,) in connection.exec_driver_sql(query, (table,)).all():
        rows = connection.exec_driver_sql("SELECT name FROM pragma_index_info(?) ORDER BY seqno", (index,))
        found.add(tuple(name for (name,) in rows))
    return frozenset(found)


def _restore(connection: Connection, table: str, before: Extras, after: Extras) -> None:
    quote = connection.dialect.identifier_preparer.quote_identifier
    columns = {column["name"] for column in inspect(connection).get_columns(table)}
    for key in sorted(before.uniques - after.uniques):
        if set(key) <= columns:
            name = quote(f"uq_{table}_{'_'.join(key)}")
            connection.exec_driver_sql(f"CREATE UNIQUE INDEX {name} ON {quote(table)} ({', '.join(map(quote, key))})")
    for _, sql in sorted(before.made - after.made):
        connection.exec_driver_sql(sql)
    if lost := sorted(before.checks - after.checks):
        raise RunError(
            f"The migration would lose the check {lost[0]!r} of table {table}; nothing was changed. Name it in the "
            f"migration: op.batch_alter_table({table!r}, table_args=[sa.CheckConstraint(...)])."
        )
