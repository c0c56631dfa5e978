"""What SQLAlchemy's Inspector does not tell of a database: virtual tables, partitions, privileges, declared types."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import DBAPIError

STATE = "it holds the state of the migrations"
NAMELESS = "its name is blank, and no page can be called so"
PLAIN = "alembic_version"


@dataclass
class Catalogue:
    """The tables and views of a database and what its own catalogue says about them."""

    tables: list[str] = field(default_factory=list)
    views: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    """Name to reason, for what is no table of the site's."""
    read_only: dict[str, str] = field(default_factory=dict)
    """Name to reason, for tables that can be read and not written."""
    types: dict[tuple[str, str], str] = field(default_factory=dict)
    """Table and column to the type in the database's words."""
    rowids: set[tuple[str, str]] = field(default_factory=set)
    """Table and column of keys that SQLite numbers."""
    lists: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    """Table to its checks, where the Inspector knows none."""

    versions: dict[str, list[str]] = field(default_factory=dict)
    """Tables that hold the state of migrations, with the migrations that each names."""

    def native(self, table: str, column: str) -> str:
        """The type of a column in the database's words; empty where it has none."""
        return self.types.get((table, column), "")

    def rowid(self, table: str, column: str) -> bool:
        """Whether SQLite gives this key its numbers."""
        return (table, column) in self.rowids

    def checks(self, table: str) -> list[dict[str, str]]:
        """The checks of a table, where only the catalogue knows them."""
        return self.lists.get(table, [])

    def keep(self, left_out: dict[str, str]) -> None:
        """Take names out of the tables and views, each with its reason."""
        self.left_out |= left_out
        self.tables = [name for name in self.tables if name not in left_out]
        self.views = [name for name in self.views if name not in left_out]


def catalogue(engine: Engine) -> Catalogue:
    """Everything that is in the database's default schema, and a reason for each thing that stays out."""
    inspector = inspect(engine)
    found = Catalogue(sorted(inspector.get_table_names()), sorted(inspector.get_view_names()))
    with engine.connect() as connection:
        if read := READERS.get(engine.dialect.name):
            read(connection, found)
        states = [name for name in found.tables if name == PLAIN or name.endswith(f"_{PLAIN}")]
        found.versions = {name: _revisions(connection, name) for name in states}
    found.keep(dict.fromkeys(states, STATE))
    found.keep({name: NAMELESS for name in (*found.tables, *found.views) if not name.strip()})
    return found


def _revisions(connection: Connection, table: str) -> list[str]:
    """Where the migrations stand that keep their state in *table*; one empty text where that cannot be read."""
    quoted = connection.dialect.identifier_preparer.quote_identifier(table)
    try:
        return [str(row[0]) for row in connection.exec_driver_sql(f"SELECT version_num FROM {quoted}")]
    except DBAPIError:
        connection.rollback()
        return [""]


# --- SQLite ---


def _sqlite(connection: Connection, found: Catalogue) -> None:
    rows = connection.exec_driver_sql("PRAGMA main.table_list").mappings().all()
    virtual = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%'"
    for name, sql in connection.exec_driver_sql(virtual).all():
        found.keep({name: f"it is a virtual table ({_module(sql)})"})
    shadows = [row["name"] for row in rows if row["type"] == "shadow"]
    found.keep(dict.fromkeys(shadows, "it belongs to a virtual table"))
    keyless = {row["name"] for row in rows if row["wr"]}
    for table in [*found.tables, *found.views]:
        try:
            columns = connection.exec_driver_sql(f"PRAGMA main.table_xinfo({_quoted(table)})").mappings().all()
        except DBAPIError:  # a broken view: whoever reads its rows is told why
            continue
        for column in columns:
            found.types[table, column["name"]] = column["type"]
        keys = [column for column in columns if column["pk"]]
        if len(keys) == 1 and keys[0]["type"].upper() == "INTEGER" and table not in keyless:
            found.rowids.add((table, keys[0]["name"]))


def _module(sql: str) -> str:
    match = re.search(r"\busing\s+(\w+)", sql, re.IGNORECASE)
    return match[1] if match else "unknown"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


# --- PostgreSQL ---

PG_RELATIONS = """
SELECT c.relname AS name, c.relkind::text AS kind, n.nspname AS schema, n.nspname = current_schema() AS here,
    (SELECT p.relname FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
        WHERE i.inhrelid = c.oid AND c.relispartition) AS parent,
    (SELECT e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
        WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e') AS extension,
    CASE WHEN has_schema_privilege(n.oid, 'USAGE') THEN has_table_privilege(c.oid, 'SELECT') ELSE false END AS readable,
    CASE WHEN has_schema_privilege(n.oid, 'USAGE') THEN has_table_privilege(c.oid, 'INSERT')
        AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE') ELSE false END AS writable
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
ORDER BY c.relname
"""
PG_TYPES = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
"""


def _postgresql(connection: Connection, found: Catalogue) -> None:
    rows = [dict(row) for row in connection.exec_driver_sql(PG_RELATIONS).mappings()]
    here = [row for row in rows if row["here"]]
    found.tables = [row["name"] for row in here if row["kind"] in "rpf"]
    found.views = [row["name"] for row in here if row["kind"] in "vm"]
    for row in here:
        if reason := _postgresql_reason(row):
            found.keep({row["name"]: reason})
        elif row["kind"] == "f":
            found.read_only[row["name"]] = "it is a table of another server"
        elif not row["writable"] and row["kind"] in "rp":
            found.read_only[row["name"]] = "you may read it and not change it"
    for row in rows:
        if not row["here"]:
            found.left_out[f"{row['schema']}.{row['name']}"] = _elsewhere(row["schema"])
    for table, column, native in connection.exec_driver_sql(PG_TYPES).all():
        found.types[table, column] = native


def _postgresql_reason(row: dict[str, Any]) -> str:
    if row["parent"]:
        return f"it is a partition of {row['parent']}, which shows its rows"
    if row["extension"]:
        return f"it belongs to the extension {row['extension']}"
    return "" if row["readable"] else "you may not read it"


def _elsewhere(schema: str) -> str:
    return (
        f"it lies in the schema {schema!r}, and one site shows one schema; "
        f"add ?options=-csearch_path%3D{schema} to the URL for a site over that one"
    )


# --- MariaDB and MySQL ---

MY_TABLES = "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = DATABASE()"
MY_TYPES = "SELECT table_name, column_name, column_type FROM information_schema.columns WHERE table_schema = DATABASE()"
MY_CHECKS = """
SELECT table_name, constraint_name, check_clause FROM information_schema.check_constraints
WHERE constraint_schema = DATABASE()
"""


def _mysql(connection: Connection, found: Catalogue) -> None:
    kinds = {row[0]: row[1] for row in connection.exec_driver_sql(MY_TABLES)}
    # Tables that keep their history are of a type of their own, which the Inspector passes over.
    found.tables = sorted(name for name, kind in kinds.items() if kind in {"BASE TABLE", "SYSTEM VERSIONED"})
    for table, column, native in connection.exec_driver_sql(MY_TYPES).all():
        found.types[table, column] = native
    if _has_checks(connection):
        for table, name, clause in connection.exec_driver_sql(MY_CHECKS).all():
            found.lists.setdefault(table, []).append({"name": name, "sqltext": clause.replace("`", "")})


def _has_checks(connection: Connection) -> bool:
    """MariaDB names the table of a check; MySQL keeps that elsewhere and the Inspector reads it."""
    query = (
        "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = 'information_schema' "
        "AND LOWER(table_name) = 'check_constraints' AND LOWER(column_name) = 'table_name'"
    )
    return bool(connection.exec_driver_sql(query).scalar_one())


READERS: dict[str, Callable[[Connection, Catalogue], None]] = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    "mysql": _mysql,
    "mariadb": _mysql,
}
