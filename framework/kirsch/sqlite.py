"""SQLite as Kirsch uses it: transactions that begin at BEGIN, foreign keys that hold, readers beside one writer."""

import re
import sqlite3
from typing import Any

from sqlalchemy import Engine, PoolProxiedConnection, event
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Dialect


class SQLite(SQLiteDialect_pysqlite):
    """SQLAlchemy's dialect, with a BEGIN at the beginning: Python's driver sends none before the first change.

    An engine with the execution option ``kirsch_write`` waits there until nobody else writes.
    """

    supports_statement_cache = True
    begin = "BEGIN"

    # A method of the dialect and no listener for "begin": an engine with listeners asks for more of them all the time.
    def do_begin(self, dbapi_connection: PoolProxiedConnection) -> None:
        """Begin a transaction."""
        connection: Any = dbapi_connection.dbapi_connection
        connection.execute(self.begin)

    def set_engine_execution_options(self, engine: Engine, opts: Any) -> None:
        """Take an engine's options, ours among them."""
        super().set_engine_execution_options(engine, opts)
        if "kirsch_write" in opts:
            engine.dialect = like(self, WritingSQLite if opts["kirsch_write"] else SQLite)


class WritingSQLite(SQLite):
    """The same for those who mean to write."""

    supports_statement_cache = True
    begin = "BEGIN IMMEDIATE"


def like(dialect: Dialect, kind: type[SQLite]) -> SQLite:
    """*dialect* as one of another *kind*; what one of them learns of its database, both know."""
    twin = kind.__new__(kind)
    twin.__dict__ = dialect.__dict__
    return twin


def tune(engine: Engine, wait: int, write_ahead: bool) -> Engine:
    """Make *engine* begin its transactions itself, hold foreign keys and wait *wait* seconds for another writer."""

    @event.listens_for(engine, "connect")
    def open_connection(connection: sqlite3.Connection, _record: Any) -> None:
        try:
            _set_up(connection, wait, write_ahead)
        except sqlite3.Error:
            connection.close()
            raise

    engine.dialect = like(engine.dialect, SQLite)
    return engine


def _set_up(connection: sqlite3.Connection, wait: int, write_ahead: bool) -> None:
    # No transactions of the driver's own making: BEGIN comes from the dialect.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA busy_timeout = {wait * 1000}")
    if write_ahead:
        _write_ahead(connection)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers and one writer work side by side; a file that may only be read keeps the mode it has."""
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.OperationalError as error:
        if not re.search("readonly|locked|unable to open", str(error)):
            raise
