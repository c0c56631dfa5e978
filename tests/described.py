"""Existing databases for tests: filled by scripts, described, and looked into."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import text

from kirsch.database import make_engine

Described = dict[str, Any]


def fill(path: Path, script: str) -> str:
    """Run a script on a SQLite file and return its URL."""
    with sqlite3.connect(path) as connection:
        connection.executescript(script)
    connection.close()
    return f"sqlite:///{path}"


def run(url: str, *statements: str) -> None:
    """Run statements on a server's database."""
    engine = make_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def table(description: Described, name: str) -> Described:
    """One table of a description."""
    return next(table for table in description["tables"] if table["name"] == name)


def column(description: Described, place: str) -> Described:
    """One column, as `table.column`."""
    owner, name = place.split(".")
    return next(column for column in table(description, owner)["columns"] if column["name"] == name)


def reason(description: Described, name: str, kind: str = "left_out") -> str:
    """Why something is left out or limited."""
    return next(each["reason"] for each in description[kind] if each["name"] == name)
