"""A site over a database that was there before: comparing it with its models finds nothing to do, and drops nothing."""

import sqlite3
from pathlib import Path

import pytest

from described import run
from kirsch.data import migrations
from kirsch.database import make_engine

MODELS = """
from sqlalchemy import CheckConstraint, Enum, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column
from kirsch.data.verbatim import AnyText

class Artist(Base):
    __tablename__ = "artist"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str | None] = mapped_column(Enum("solo", "band", native_enum=False, name="kind", length=20))
    mark: Mapped[str | None] = mapped_column(AnyText)
    EXTRA

class Listed(Base):
    __tablename__ = "listed"
    __table_args__ = ({"info": {"view": True}},)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)

class Album(Base):
    __tablename__ = "album"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    artist_id: Mapped[int | None] = mapped_column(ForeignKey("artist.id", ondelete="CASCADE"))
"""
TABLES = """
CREATE TABLE artist (
    id INTEGER PRIMARY KEY, kind VARCHAR(4) CHECK (kind IN ('solo', 'band')), mark STRING, unmapped TEXT);
CREATE TABLE album (id INTEGER PRIMARY KEY, artist_id INTEGER REFERENCES artist (id) ON DELETE CASCADE);
CREATE INDEX only_some ON artist (mark) WHERE mark > 5;
CREATE VIEW listed AS SELECT id FROM artist;
CREATE TABLE unmapped (id INTEGER);
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The folder of a project without migrations, and in it the SQLite file that was there before."""
    with sqlite3.connect(tmp_path / "found.sqlite") as connection:
        connection.executescript(TABLES)
    connection.close()
    return tmp_path


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_was_found_needs_no_migration(project, place):
    """Checks, partial indexes, unmapped columns, views and strange types are no differences."""
    project.models(MODELS.replace("EXTRA", ""))
    engine = make_engine(f"sqlite:///{place / 'found.sqlite'}")

    found = migrations.differences(place, project.package, engine)

    engine.dispose()
    assert found == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_is_added_to_a_found_table_is_a_difference(project, place):
    """A new attribute becomes a column by a migration that touches nothing else."""
    project.models(MODELS.replace("EXTRA", "born: Mapped[int | None]"))
    engine = make_engine(f"sqlite:///{place / 'found.sqlite'}")

    found = migrations.differences(place, project.package, engine)

    engine.dispose()
    assert found == ["The column artist.born is missing."]


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_types_of_postgresql_that_are_the_same_in_other_words_are_no_difference(project, postgres_url, tmp_path):
    """JSONB, CHAR, REAL and domains, references that are checked late, indexes over expressions."""
    run(
        postgres_url,
        "CREATE DOMAIN positive AS integer CHECK (value > 0)",
        "CREATE TABLE thing (id serial PRIMARY KEY, data jsonb, code char(3), size real, many positive, "
        "up integer REFERENCES thing DEFERRABLE INITIALLY DEFERRED)",
        "CREATE INDEX lowered ON thing (lower(code))",
    )
    project.models(
        """
from sqlalchemy import Double, ForeignKey, JSON, String
from sqlalchemy.orm import Mapped, mapped_column
from typing import Any

class Thing(Base):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[Any] = mapped_column(JSON, nullable=True)
    code: Mapped[str | None] = mapped_column(String(3))
    size: Mapped[float | None] = mapped_column(Double)
    many: Mapped[int | None]
    up: Mapped[int | None] = mapped_column(ForeignKey("thing.id", name="thing_up_fkey"))
"""
    )
    engine = make_engine(postgres_url)

    found = migrations.differences(tmp_path, project.package, engine)

    engine.dispose()
    assert found == []
