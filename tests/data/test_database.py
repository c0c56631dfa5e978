"""Any database is opened by its URL, and set up for a web site."""

import gc
import sqlite3
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from kirsch.database import check, make_engine


def test_a_relative_file_lies_below_the_root_in_a_folder_that_is_made(tmp_path):
    """`sqlite:///data/shop.sqlite` is the file data/shop.sqlite of the project."""
    engine = make_engine("sqlite:///data/my shop #1.sqlite", root=tmp_path)

    check(engine)
    engine.dispose()

    assert [path.name for path in (tmp_path / "data").iterdir()] == ["my shop #1.sqlite"]


def test_sqlite_is_set_up_for_a_web_site(tmp_path):
    """Foreign keys hold, and readers do not wait for the writer."""
    engine = make_engine("sqlite:///shop.sqlite", root=tmp_path)

    with engine.connect() as connection:
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("foreign_keys", "journal_mode", "busy_timeout")
        ]
    engine.dispose()

    assert settings == [1, "wal", 10_000]


def test_a_database_in_memory_is_one_for_all_threads():
    """What one thread writes, another reads."""
    engine = make_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (a INTEGER)"))
        connection.execute(text("INSERT INTO t VALUES (42)"))
    seen = []

    def read():
        with engine.connect() as connection:
            seen.append(connection.execute(text("SELECT a FROM t")).scalar())

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    engine.dispose()

    assert seen == [42]


def test_a_database_in_memory_lets_a_reader_and_a_writer_work_at_once():
    """A test that still reads does not stop the site that it tests."""
    engine = make_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (a INTEGER)"))

    with engine.connect() as reader:
        before = reader.execute(text("SELECT count(*) FROM t")).scalar()
        with engine.execution_options(kirsch_write=True).begin() as writer:
            writer.execute(text("INSERT INTO t VALUES (1)"))
        reader.rollback()
        after = reader.execute(text("SELECT count(*) FROM t")).scalar()
    engine.dispose()

    assert (before, after) == (0, 1)


def test_a_database_in_memory_leaves_nothing_behind(tmp_path, monkeypatch):
    """Not even in the folder for temporary files."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    engine = make_engine("sqlite://")
    check(engine)
    during = len(list(tmp_path.iterdir()))
    engine.dispose()

    del engine
    gc.collect()

    assert (during, list(tmp_path.iterdir())) == (1, [])


def test_two_engines_in_memory_share_nothing():
    """Each has a database of its own."""
    one, two = make_engine("sqlite://"), make_engine("sqlite:///:memory:")
    with one.begin() as connection:
        connection.execute(text("CREATE TABLE t (a INTEGER)"))

    with two.connect() as connection, pytest.raises(OperationalError):
        connection.execute(text("SELECT a FROM t"))
    one.dispose()
    two.dispose()


def test_writers_that_read_first_come_one_after_the_other(tmp_path):
    """Eight threads count up by reading and writing; no count is lost and none fails."""
    engine = make_engine("sqlite:///count.sqlite", root=tmp_path)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (a INTEGER)"))
        connection.execute(text("INSERT INTO t VALUES (0)"))
    writing = engine.execution_options(kirsch_write=True)
    failures = []

    def count():
        try:
            for _ in range(10):
                with writing.begin() as connection:
                    value = connection.execute(text("SELECT a FROM t")).scalar_one()
                    connection.execute(text("UPDATE t SET a = :value"), {"value": value + 1})
        except OperationalError as error:
            failures.append(error)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        total = connection.execute(text("SELECT a FROM t")).scalar()
    engine.dispose()

    assert (total, failures) == (80, [])


def test_a_file_opened_to_read_cannot_be_changed(tmp_path):
    """Not even its journal mode, so that somebody else's database stays as it was."""
    with sqlite3.connect(tmp_path / "other.sqlite") as connection:
        connection.execute("CREATE TABLE t (a INTEGER)")
    connection.close()
    before = (tmp_path / "other.sqlite").read_bytes()
    engine = make_engine("sqlite:///other.sqlite", root=tmp_path, read_only=True)

    with engine.connect() as reader, pytest.raises(OperationalError, match="readonly"):
        reader.execute(text("INSERT INTO t VALUES (1)"))
    engine.dispose()

    assert (tmp_path / "other.sqlite").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["other.sqlite"]


def test_postgresql_opened_to_read_cannot_be_changed(postgres_url):
    """The server itself refuses."""
    engine = make_engine(postgres_url, read_only=True)

    with engine.connect() as connection, pytest.raises(Exception, match="read-only transaction"):
        connection.execute(text("CREATE TABLE t (a INTEGER)"))
    engine.dispose()


def test_every_database_holds_every_character(engine):
    """Four-byte characters too, which MySQL's old character set drops."""
    words = "Ångström, 北京, 🍒"
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (a VARCHAR(40))"))
        connection.execute(text("INSERT INTO t VALUES (:words)"), {"words": words})

    with engine.connect() as connection:
        found = connection.execute(text("SELECT a FROM t")).scalar()

    assert found == words


def test_foreign_keys_hold_everywhere(engine):
    """A row that refers to nothing is refused."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE one (id INTEGER PRIMARY KEY)"))
        connection.execute(
            text("CREATE TABLE two (id INTEGER PRIMARY KEY, one INTEGER, FOREIGN KEY (one) REFERENCES one (id))")
        )

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text("INSERT INTO two VALUES (1, 99)"))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_has_the_names_that_people_know(postgres_url, scheme):
    """Each of them is psycopg."""
    engine = make_engine(scheme + postgres_url[postgres_url.index("://") :])

    check(engine)
    engine.dispose()

    assert engine.driver == "psycopg"


@pytest.mark.parametrize("scheme", ["mysql", "mariadb", "mysql+pymysql"])
def test_mariadb_has_the_names_that_people_know(mariadb_url, scheme):
    """Each of them is PyMySQL."""
    engine = make_engine(scheme + mariadb_url[mariadb_url.index("://") :])

    check(engine)
    engine.dispose()

    assert engine.driver == "pymysql"
