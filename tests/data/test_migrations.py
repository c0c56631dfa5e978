"""Migrations bring a database to the models, step by step and back, on every database."""

import threading

import pytest
from sqlalchemy import inspect, text

from kirsch.data.migrations import differences, make_migration, migrate, pending, stamp
from kirsch.errors import RunError, UsageError

PRICE = """
from sqlalchemy import ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column
from decimal import Decimal
from kirsch.data.model import Timestamps, Versioned

class Artist(Versioned, Base):
    __tablename__ = "artists"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    country: Mapped[str | None] = mapped_column(String(2), index=True)

class Album(Versioned, Timestamps, Base):
    __tablename__ = "albums"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(80), unique=True)
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id", ondelete="CASCADE"), index=True)
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2), server_default="0")
"""
ONLY_ARTISTS = PRICE[: PRICE.index("class Album")]


def test_a_first_migration_makes_the_tables(project):
    """What the models describe is there afterwards, and nothing is left to do."""
    path = make_migration(*project.place, "Create albums and artists")

    applied = migrate(*project.place)

    assert path is not None
    assert path.name.endswith("_create_albums_and_artists.py")
    assert [step.message for step in applied] == ["Create albums and artists."]
    assert {"albums", "artists"} <= set(inspect(project.engine).get_table_names())
    assert (pending(*project.place), differences(*project.place)) == ([], [])


def test_no_migration_is_written_without_a_change(project):
    """Asking again writes nothing."""
    make_migration(*project.place, "Create albums")
    migrate(*project.place)

    again = make_migration(*project.place, "Nothing")

    assert again is None
    assert len(list((project.root / "migrations" / "versions").glob("*.py"))) == 1


def test_a_change_of_a_table_keeps_the_rows_that_refer_to_it(project):
    """SQLite replaces the whole table of artists; the albums that cascade from it stay."""
    make_migration(*project.place, "Create albums")
    migrate(*project.place)
    with project.engine.begin() as connection:
        connection.execute(text("INSERT INTO artists (id, name) VALUES (1, 'Bach')"))
        connection.execute(text("INSERT INTO albums (id, title, artist_id) VALUES (1, 'Fugues', 1)"))
    project.models(PRICE)

    make_migration(*project.place, "Add price and country")
    migrate(*project.place)

    with project.engine.connect() as connection:
        row = connection.execute(text("SELECT title, price, row_version FROM albums")).one()
        if project.engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert (row.title, float(row.price), row.row_version) == ("Fugues", 0.0, 1)
    assert differences(*project.place) == []


def test_migrations_can_be_undone(project):
    """One step back, then all the way; forward again gives the same shape."""
    make_migration(*project.place, "Create albums")
    migrate(*project.place)
    project.models(PRICE)
    make_migration(*project.place, "Add price")
    migrate(*project.place)

    back = migrate(*project.place, "-1")
    all_back = migrate(*project.place, "base")
    forward = migrate(*project.place)

    assert [step.message for step in back + all_back + forward] == [
        "Add price.",
        "Create albums.",
        "Create albums.",
        "Add price.",
    ]
    assert differences(*project.place) == []


def test_differences_are_sentences(project):
    """What the database lacks is said table by table and column by column."""
    make_migration(*project.place, "Create albums")
    migrate(*project.place)
    project.models(PRICE)

    found = differences(*project.place)

    assert "The column albums.price is missing." in found
    assert "The index ix_artists_country of artists is missing." in found
    assert "The constraint uq_albums_title of albums is missing." in found
    assert any(line.startswith("The column artists.name differs: VARCHAR(80)") for line in found)


def test_a_table_without_a_model_is_dropped_only_if_a_migration_made_it(project):
    """A table that another program made is none of our business."""
    make_migration(*project.place, "Create albums")
    migrate(*project.place)
    with project.engine.begin() as connection:
        connection.execute(text("CREATE TABLE other (id INTEGER PRIMARY KEY)"))
    project.models(ONLY_ARTISTS)

    make_migration(*project.place, "Drop albums")
    migrate(*project.place)

    assert set(inspect(project.engine).get_table_names()) == {"artists", "other", "alembic_version"}


def test_a_second_migration_waits_for_the_first(project):
    """Otherwise it would hold the same changes again."""
    make_migration(*project.place, "Create albums")

    with pytest.raises(UsageError) as caught:
        make_migration(*project.place, "Create albums again")

    assert str(caught.value) == "1 migration is pending: run python manage.py migrate first."


def test_a_migration_waits_for_one_who_is_writing(project):
    """What the other has written meanwhile does not make it fail."""
    make_migration(*project.place, "Create albums")
    writing = project.engine.execution_options(kirsch_write=True).connect()
    writing.execute(text("CREATE TABLE other (id INTEGER PRIMARY KEY)"))
    ending = threading.Timer(0.5, writing.commit)

    ending.start()
    applied = migrate(*project.place)
    ending.join()
    writing.close()

    assert [step.message for step in applied] == ["Create albums."]
    assert {"albums", "other"} <= set(inspect(project.engine).get_table_names())


def test_an_existing_database_is_stamped(project):
    """Its tables are left as they are and count as migrated."""
    make_migration(*project.place, "Create albums")

    stamp(*project.place)

    assert pending(*project.place) == []
    assert inspect(project.engine).get_table_names() == ["alembic_version"]


def test_a_database_from_the_future_is_named(project):
    """A revision that the project does not have is one sentence."""
    make_migration(*project.place, "Create albums")
    migrate(*project.place)
    with project.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'abc'"))

    with pytest.raises(RunError, match="The database is at migration 'abc', which migrations/versions does not have"):
        pending(*project.place)


def test_an_unknown_revision_lists_the_known(project):
    """The names that exist are said with it."""
    make_migration(*project.place, "Create albums")

    with pytest.raises(
        UsageError, match=r"There is no migration 'zzz'; the migrations of this project are: [0-9a-f]{12}"
    ):
        migrate(*project.place, "zzz")


def test_a_failing_migration_changes_nothing(project):
    """Where the database can undo the making of a table, it does; the sentence holds no traceback."""
    path = make_migration(*project.place, "Create albums")
    source = path.read_text().replace("def downgrade", "    op.execute('SELECT id FROM nowhere')\n\n\ndef downgrade")
    path.write_text(source)

    with pytest.raises(RunError, match=r"^A migration failed: .*nowhere"):
        migrate(*project.place)

    if project.engine.dialect.name in {"sqlite", "postgresql"}:
        assert inspect(project.engine).get_table_names() == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_migration_that_would_cut_references_changes_nothing(project):
    """SQLite checks no foreign keys while tables are replaced, so they are counted before and after."""
    make_migration(*project.place, "Create albums")
    migrate(*project.place)
    with project.engine.begin() as connection:
        connection.execute(text("INSERT INTO artists (id, name) VALUES (1, 'Bach')"))
        connection.execute(text("INSERT INTO albums (id, title, artist_id) VALUES (1, 'Fugues', 1)"))
    project.models(PRICE)
    path = make_migration(*project.place, "Add price")
    path.write_text(
        path.read_text().replace("def downgrade", "    op.execute('DELETE FROM artists')\n\n\ndef downgrade")
    )

    with pytest.raises(RunError, match="would leave rows of albums that refer to nothing; nothing was changed"):
        migrate(*project.place)

    with project.engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM artists")).scalars().all() == ["Bach"]


def test_a_broken_migration_file_is_located(project):
    """File and line, not a traceback."""
    path = make_migration(*project.place, "Create albums")
    path.write_text(path.read_text() + "\ndef (\n")

    with pytest.raises(UsageError, match=r"create_albums\.py, line \d+: .*; correct that migration\."):
        pending(*project.place)


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_tables_of_another_schema_are_compared_too(project):
    """PostgreSQL keeps tables in schemas; those that no model names are not looked into."""
    with project.engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA sales"))
        connection.execute(text("CREATE SCHEMA other"))
        connection.execute(text("CREATE TABLE other.things (id INTEGER PRIMARY KEY)"))
    project.models(
        ONLY_ARTISTS.replace(
            '__tablename__ = "artists"', '__tablename__ = "artists"; __table_args__ = {"schema": "sales"}'
        )
    )

    make_migration(*project.place, "Create artists")
    migrate(*project.place)

    assert inspect(project.engine).get_table_names(schema="sales") == ["artists"]
    assert differences(*project.place) == []
