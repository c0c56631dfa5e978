"""Databases that give a statement up when the time of its request is over."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

#: What is kept with a connection to SQLite while its statements are timed.
KEY = "kirsch.timed"
#: Steps of SQLite's machine between two looks at the clock: well below a millisecond.
STEPS = 10_000
#: How PostgreSQL and SQLite call a statement that was given up.
GIVEN_UP = frozenset({"57014", "SQLITE_INTERRUPT"})


def prepare_timing(engine: Engine) -> None:
    """Have connections of *engine* forget the time of one request before they serve another."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "checkin", _forget)


def time_statements(session: Session, remaining: Callable[[], float]) -> None:
    """Give up each statement of *session* that takes longer than *remaining* says when its transaction begins."""

    def begin(_session: Session, _transaction: Any, connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            # SET LOCAL ends with the transaction, so the connection goes back to the pool as it came.
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {max(round(remaining() * 1000), 1)}")
        elif connection.dialect.name == "sqlite":
            end = monotonic() + remaining()
            raw: Any = connection.connection.dbapi_connection
            raw.set_progress_handler(lambda: monotonic() > end, STEPS)
            connection.info[KEY] = True

    event.listen(session, "after_begin", begin)


def given_up(error: BaseException) -> bool:
    """Whether *error* says that a statement took too long."""
    original: Any = getattr(error, "orig", None)
    return bool({getattr(original, "sqlstate", None), getattr(original, "sqlite_errorname", None)} & GIVEN_UP)


def _forget(connection: Any, record: Any) -> None:
    if connection is not None and record.info.pop(KEY, False):
        connection.set_progress_handler(None, 0)
