"""Read an existing database: every table and view, as plain data that the generator turns into a site."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from sqlalchemy import URL, Engine, Inspector, inspect
from sqlalchemy.exc import CompileError, DBAPIError, SAWarning, SQLAlchemyError

from kirsch.data import contents, keys, portable
from kirsch.data.catalogue import Catalogue, catalogue
from kirsch.database import check, make_engine

Description = dict[str, Any]

#: What a column is where nothing else was found.
COLUMN: Description = {
    "length": None,
    "precision": None,
    "scale": None,
    "timezone": False,
    "choices": [],
    "type_name": "",
    "native": False,
    "readonly": False,
    "minimum": "",
    "maximum": "",
}


def describe(url: str | URL) -> Description:
    """What the database at *url* holds: JSON-able, and nothing in the database is changed.

    `tables` (name, kind `table` or `view`, columns, keys, indexes, `read_only`: a reason or empty), `left_out` (what
    cannot be used, each with `name` and `reason`) and `notes` (what works with a limit, likewise), and
    `versions` (tables that hold the state of migrations, with the migrations they name).

    :raises UsageError: when the URL is wrong or the file is no database.
    :raises RunError: when the server does not answer or does not let us in.
    """
    engine = make_engine(url, read_only=True)
    try:
        check(engine)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # types that SQLAlchemy does not know are told in `notes`
            return _Reading(engine).description()
    finally:
        engine.dispose()


class _Reading:
    """One reading of one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.dialect = engine.dialect.name
        self.inspector: Inspector = inspect(engine)
        self.catalogue: Catalogue = catalogue(engine)
        self.left_out: list[dict[str, str]] = []
        self.notes: list[dict[str, str]] = []

    def description(self) -> Description:
        for name, reason in self.catalogue.left_out.items():
            self.leave_out(name, reason)
        tables = [self.table(name, "table") for name in self.catalogue.tables]
        tables += [self.table(name, "view") for name in self.catalogue.views]
        return {
            "dialect": self.dialect,
            "tables": [table for table in tables if table],
            "left_out": self.left_out,
            "notes": self.notes,
            "versions": self.catalogue.versions,
        }

    def leave_out(self, name: str, reason: str) -> None:
        self.left_out.append({"name": name, "reason": reason})

    def note(self, name: str, reason: str) -> None:
        self.notes.append({"name": name, "reason": reason})

    def table(self, name: str, kind: str) -> Description | None:
        """The description of one table or view; None when it cannot be used, and then `left_out` says why."""
        try:
            self._open(name)
            table = self._view(name) if kind == "view" else self._table(name)
        except SQLAlchemyError as error:
            self.leave_out(name, f"it cannot be read: {_cause(error)}")
            return None
        if not table["columns"]:
            self.leave_out(name, "it has no column that can be shown")
            return None
        return table

    def _open(self, name: str) -> None:
        """Ask for one row, which finds a view that is broken and a table that one may not read."""
        quoted = self.engine.dialect.identifier_preparer.quote_identifier(name)
        with self.engine.connect() as connection:
            connection.exec_driver_sql(f"SELECT 1 FROM (SELECT * FROM {quoted}) AS t LIMIT 1").first()

    def _table(self, name: str) -> Description:
        key = list(self.inspector.get_pk_constraint(name)["constrained_columns"])
        columns = self._columns(name, key)
        if keys.keyless_rows(self.engine, name, key):
            self.note(name, "rows without a value in the primary key are not shown")
        return {
            "name": name,
            "kind": "table",
            "comment": self._comment(name),
            "columns": columns,
            "primary_key": key,
            "candidate_keys": [],
            "foreign_keys": keys.foreign_keys(self.engine, self.inspector, name),
            "uniques": keys.uniques(self.engine, self.inspector, name),
            "indexes": keys.indexes(self.inspector, name),
            "read_only": self.catalogue.read_only.get(name, ""),
        }

    def _view(self, name: str) -> Description:
        columns = [column | {"default": None} for column in self._columns(name, [])]
        return {
            "name": name,
            "kind": "view",
            "comment": self._comment(name),
            "columns": columns,
            "primary_key": [],
            "candidate_keys": [[column] for column in keys.candidates(self.engine, name, columns)],
            "foreign_keys": [],
            "uniques": [],
            "indexes": [],
            "read_only": "it is a view",
        }

    def _comment(self, name: str) -> str:
        found = _optional(lambda: self.inspector.get_table_comment(name))
        return (found or {}).get("text") or ""

    # --- columns ---

    def _columns(self, table: str, key: list[str]) -> list[Description]:
        found = [self._column(table, reflected) for reflected in self.inspector.get_columns(table)]
        columns = [column for column in found if column is not None]
        self._take_lists(table, columns)
        if self.dialect == "sqlite":
            columns = self._fitted(table, columns)
            for column in columns:
                column["autoincrement"] = [column["name"]] == key and self.catalogue.rowid(table, column["name"])
        else:
            self._limit(table, columns)
        for column in columns:
            if column["kind"] == "verbatim" and column["readonly"]:
                reason = f"of type {column['type_name']}: shown as text, not edited"
                self.note(f"{table}.{column['name']}", reason)
        return columns

    def _column(self, table: str, reflected: Any) -> Description | None:
        name = reflected["name"]
        if not name.strip():
            self._without(table, reflected, "its name is blank, and no field can be called so")
            return None
        native = self.catalogue.native(table, name) or _compiled(reflected["type"], self.engine)
        found = portable.portable(reflected["type"], native, self.dialect)
        if found is None:
            self._without(table, reflected, f"values of its type {native} cannot be shown as text")
            return None
        identity, computed = reflected.get("identity"), reflected.get("computed")
        default = portable.default(reflected.get("default"))
        serial = bool(default and "nextval(" in default["sql"])
        column: Description = {
            "name": name,
            **COLUMN,
            "nullable": bool(reflected["nullable"]),
            "default": None if serial else default,
            "computed": computed["sqltext"] if computed else "",
            "autoincrement": bool(identity or serial or reflected.get("autoincrement") is True),
            "comment": reflected.get("comment") or "",
            **found,
        }
        column["readonly"] = bool(column["readonly"] or computed or (identity and identity.get("always")))
        return column

    def _without(self, table: str, reflected: Any, reason: str) -> None:
        """Leave a column out, and say so where rows cannot be added without it."""
        name = reflected["name"] if reflected["name"].strip() else repr(reflected["name"])
        self.leave_out(f"{table}.{name}", reason)
        if not reflected["nullable"] and reflected.get("default") is None:
            self.note(table, f"needs a value in {name}, which is left out, so no row can be added")

    def _take_lists(self, table: str, columns: list[Description]) -> None:
        """Give a column whose CHECK lists its values those values as choices."""
        named = {column["name"]: column for column in columns}
        checks = self.catalogue.checks(table) or _optional(lambda: self.inspector.get_check_constraints(table)) or []
        for constraint in checks:
            if found := portable.choices(constraint["sqltext"], list(named)):
                column, values = named[found[0]], found[1]
                if column["kind"] in {"str", "text"}:
                    column |= {"kind": "enum", "choices": values, "type_name": constraint["name"] or ""}
            elif told := portable.json_column(constraint["sqltext"], list(named)):
                named[told]["kind"] = "json"

    def _fitted(self, table: str, columns: list[Description]) -> list[Description]:
        """The columns of a SQLite table as their values allow: SQLite keeps any value in a column of any type."""
        seen = contents.sqlite_contents(self.engine, table, {column["name"]: column["kind"] for column in columns})
        kept = []
        for column in columns:
            name, content = f"{table}.{column['name']}", seen[column["name"]]
            better = contents.fitting(column["kind"], content)
            if better is None:
                self.leave_out(name, "it holds bytes among text, or text that is no UTF-8")
                continue
            if better and column["kind"] != "loose":
                self.note(name, contents.told(column["kind"], better, content))
            kept.append(column | better)
        return kept

    def _limit(self, table: str, columns: list[Description]) -> None:
        """Show as text what holds values beyond Python's types."""
        with self.engine.connect() as connection:
            beyond = set(contents.beyond_python(connection, table, columns))
        for column in columns:
            if column["name"] in beyond:
                column.update(portable.verbatim(self.catalogue.native(table, column["name"])))


def _compiled(type_: Any, engine: Engine) -> str:
    try:
        return str(type_.compile(dialect=engine.dialect))
    except CompileError:
        return ""


def _cause(error: SQLAlchemyError) -> str:
    """The database's own words on one line, without SQL."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return " ".join(str(cause).split("\n")[0].split()).rstrip(".")


def _optional(ask: Callable[[], Any]) -> Any:
    """The answer, or None where this database has no such thing."""
    try:
        return ask()
    except NotImplementedError:
        return None
