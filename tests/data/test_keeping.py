"""A SQLite table that another program made keeps everything when a migration replaces it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kirsch.data.migrations import differences, make_migration, migrate, pending
from kirsch.errors import RunError

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

MODEL = """
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

class Artist(Base):
    __tablename__ = "artists"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    country: Mapped[str | None] = mapped_column(String(2), index=True)
"""
TABLE = """CREATE TABLE artists (id INTEGER NOT NULL PRIMARY KEY, name NVARCHAR(120) NOT NULL UNIQUE,
    country NCHAR(3){check})"""
OTHERS = (
    "CREATE INDEX ix_artists_country ON artists (country)",
    "CREATE INDEX by_lower ON artists (lower(name))",
    "CREATE TABLE log (name TEXT)",
    "CREATE TRIGGER logged AFTER INSERT ON artists BEGIN INSERT INTO log VALUES (new.name); END",
)


def existing(project, check=""):
    project.models(MODEL)
    with project.engine.begin() as connection:
        for statement in (TABLE.format(check=check), *OTHERS):
            connection.exec_driver_sql(statement)


def insert(project, number, name="Bach"):
    with project.engine.begin() as connection:
        connection.execute(text("INSERT INTO artists (id, name) VALUES (:id, :name)"), {"id": number, "name": name})


def test_types_and_keys_that_mean_the_same_are_no_difference(project):
    """NVARCHAR is VARCHAR to SQLite, and a UNIQUE needs no name; a length is a difference."""
    existing(project)

    assert differences(*project.place) == [
        "The column artists.country differs: NCHAR(3) in the database, VARCHAR(2) in the model."
    ]


def test_a_replaced_table_keeps_keys_triggers_and_indexes(project):
    """Also those that SQLAlchemy cannot read."""
    existing(project)
    make_migration(*project.place, "Shorten country")

    migrate(*project.place)

    insert(project, 1)
    with pytest.raises(IntegrityError):
        insert(project, 2)
    with project.engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM log")).scalars().all() == ["Bach"]
        assert connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'by_lower'")).scalar() == 1
    assert differences(*project.place) == []
    assert make_migration(*project.place, "Nothing") is None


def test_a_check_that_would_be_lost_stops_the_migration(project):
    """It cannot be put back, so nothing is changed, and the sentence says how to keep it."""
    existing(project, check=", CHECK (length(name) > 1)")
    make_migration(*project.place, "Shorten country")

    with pytest.raises(RunError, match=r"would lose the check 'length\(name\) > 1' of table artists; nothing was chan"):
        migrate(*project.place)

    assert len(pending(*project.place)) == 1
    with pytest.raises(IntegrityError):
        insert(project, 1, "x")
