"""Any database is opened by its URL, and what is wrong with a URL is one sentence without a password."""

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import IntegrityError, OperationalError

from kirsch.database import check, display, make_engine
from kirsch.errors import RunError, UsageError


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


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("shop", "'shop' is no database URL; write for instance sqlite:///data/shop.sqlite or"),
        ("", "'' is no database URL; write for instance"),
        ("postgresql://u:secret@host:port/x", "'postgresql://u:***@host:port/x' is no database URL"),
        ("postgresql://u:sec@ret@host/x", "'postgresql://u:***@host/x' holds an '@' in the user or password; write"),
        ("postgressql://u:secret@h/x", "there is no database 'postgressql'. Did you mean 'postgresql'?"),
        ("foobar://x", "there is no database 'foobar'. Known: mariadb, mysql, postgresql, sqlite."),
        ("postgresql+psycopg2://h/x", "needs the package 'psycopg2'; install it with: pip install 'psycopg2'."),
        ("sqlite+aiosqlite:///x", "needs the package 'aiosqlite'"),
        ("mysql://root@127.0.0.1", "'mysql://root@127.0.0.1' names no database"),
        ("sqlite:////nowhere/at/all.sqlite", "there is no folder /nowhere/at; create it, or correct the URL."),
        ("sqlite:////proc", "names the folder /proc; a SQLite database is a file in a folder."),
    ],
)
def test_a_url_that_cannot_be_right_is_one_sentence(tmp_path, url, sentence):
    """It names the URL without its password, says what is wrong and what to do."""
    with pytest.raises(UsageError) as caught:
        make_engine(url, root=tmp_path)

    assert sentence in str(caught.value)
    assert "sec" not in str(caught.value)


def test_a_folder_that_cannot_be_made_is_one_sentence():
    """The system's own reason is in it."""
    with pytest.raises(UsageError, match=r"the folder /proc/1/data cannot be used \(.*\); choose another\."):
        make_engine("sqlite:///data/x.sqlite", root=Path("/proc/1"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"This is a letter, no database at all." * 40, "is no SQLite database; correct the URL, or move that file"),
        (None, "there is no file"),
    ],
)
def test_a_file_that_is_no_database_is_one_sentence(tmp_path, content, sentence):
    """Nothing is written to it."""
    path = tmp_path / "letter.sqlite"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(UsageError) as caught:
        check(make_engine(f"sqlite:///{path}", read_only=True))

    assert sentence in str(caught.value)
    assert not path.exists() or path.read_bytes() == content


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"port": 1},
            "No PostgreSQL server answers at 127.0.0.1:1; start it, or correct the host and port in the URL.",
        ),
        ({"database": "nothing_here"}, "has no database 'nothing_here'; create it, or correct the URL."),
        ({"username": "nobody_here"}, "does not let user 'nobody_here' in; correct user, password and database name."),
        ({"host": "nowhere.invalid"}, "There is no host 'nowhere.invalid' to find a PostgreSQL server at; correct the"),
    ],
)
def test_a_postgresql_that_does_not_let_us_in_is_one_sentence(postgres_url, change, sentence):
    """No SQL, no password, no background link."""
    assert sentence in _refusal(postgres_url, change)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"port": 1}, "server answers at 127.0.0.1:1; start it, or correct the host and port in the URL."),
        ({"database": "nothing_here"}, "has no database 'nothing_here'; create it, or correct the URL."),
        ({"username": "nobody_here"}, "does not let user 'nobody_here' in; correct user, password and database name."),
        ({"host": "nowhere.invalid"}, "There is no host 'nowhere.invalid' to find a"),
    ],
)
def test_a_mariadb_that_does_not_let_us_in_is_one_sentence(mariadb_url, change, sentence):
    """No SQL, no password, no background link."""
    assert sentence in _refusal(mariadb_url, change)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:secret@h/x", "postgresql://u:***@h/x"),
        ("postgresql://u:se/cr@et@h/x", "postgresql://u:***@h/x"),
        (
            "postgresql://h/x?user=u&password=secret&sslmode=require",
            "postgresql://h/x?user=u&password=***&sslmode=require",
        ),
        ("sqlite:///data/shop.sqlite", "sqlite:///data/shop.sqlite"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_url_is_shown_without_its_password(url, shown):
    """Whether it can be parsed or not."""
    assert display(url) == shown


def _refusal(url, change):
    wrong = make_url(url).set(host="127.0.0.1").set(**change)
    if "database" not in change:
        wrong = wrong.set(password="s3cret")
    engine = make_engine(wrong)
    with pytest.raises(RunError) as caught:
        check(engine)
    engine.dispose()
    assert "s3cret" not in str(caught.value)
    return str(caught.value)
