"""What an error of the database means: it cannot be reached, others are at the same rows, a value does not fit."""

import re
import sqlite3
from typing import Any

from sqlalchemy.exc import DataError, DBAPIError, OperationalError, TimeoutError

#: Deadlocks, failed serialization and locks, as PostgreSQL, MariaDB and SQLite call them.
BUSY = frozenset({"40001", "40P01", "55P03", 1213, 1205, "SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED"})
_SQLITE_UNUSABLE = re.compile(r"not a database|unable to open|readonly|malformed|disk")


def unreachable(error: BaseException) -> bool:
    """Whether *error* says that the database could not be reached or used at all, rather than refused a statement."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, TimeoutError)
    if error.connection_invalidated or error.statement is None:
        return not busy(error)
    # SQLite opens its file with the first statement, so this trouble comes with one.
    return isinstance(error.orig, sqlite3.DatabaseError) and bool(_SQLITE_UNUSABLE.search(str(error.orig)))


def busy(error: BaseException) -> bool:
    """Whether the same may succeed when it is tried again, since others were at the same rows."""
    original: Any = getattr(error, "orig", None)
    number = original.args[0] if original is not None and original.args else None
    codes = {getattr(original, "sqlstate", None), getattr(original, "sqlite_errorname", None), number}
    return isinstance(error, OperationalError) and any(code in BUSY for code in codes if isinstance(code, str | int))


def unfit(error: BaseException) -> bool:
    """Whether a value was refused that no column of its kind can hold; some drivers say so in Python's own errors."""
    if isinstance(error, OverflowError):
        return "SQLite" in str(error)
    return isinstance(error, DataError) or (isinstance(error, UnicodeEncodeError) and "surrogates" in error.reason)
