"""What is wrong with a database URL, or with what it leads to, is one sentence without a password."""

from pathlib import Path

import pytest
from sqlalchemy import make_url

from kirsch.database import check, display, make_engine
from kirsch.errors import RunError, UsageError


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
        ("sqlite:///shop.sqlite?timeout=5", "leave away what follows the '?'; SQLite files take no options here."),
        ("sqlite://shop.sqlite", "lacks a slash; write sqlite:///shop.sqlite"),
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
        _open_and_check(f"sqlite:///{path}")

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


def _open_and_check(url):
    engine = make_engine(url, read_only=True)
    try:
        check(engine)
    finally:
        engine.dispose()
