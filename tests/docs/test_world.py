"""The example's database: real data, whole or not there at all."""

import importlib.util
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOADER = ROOT / "docs" / "examples" / "world" / "load.py"


@pytest.fixture(scope="module")
def loader():
    """The program as a module."""
    spec = importlib.util.spec_from_file_location("world_load", LOADER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def database(loader, tmp_path_factory):
    """The database, made once."""
    path = loader.load(tmp_path_factory.mktemp("world") / "world.sqlite", report=lambda _: None)
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def ask(database, question):
    return database.execute(question).fetchall()


def test_every_row_refers_to_rows_that_are_there(database):
    """No foreign key leads nowhere."""
    assert ask(database, "PRAGMA foreign_key_check") == []
    assert ask(database, "PRAGMA integrity_check") == [("ok",)]


def test_the_tables_hold_what_the_packages_hold(database):
    """The world as ISO and CLDR know it."""
    assert ask(database, "SELECT count(*) > 245 FROM country") == [(1,)]
    assert ask(database, "SELECT count(*) > 4500 FROM subdivision") == [(1,)]
    assert ask(database, "SELECT name FROM country WHERE alpha_2 = 'CH'") == [("Switzerland",)]
    assert ask(database, "SELECT currency_code FROM country_currency WHERE country_code = 'CH'") == [("CHF",)]
    spoken = ask(
        database, "SELECT name FROM language JOIN country_language ON alpha_3 = language_code WHERE country_code = 'AT'"
    )
    assert ("German",) in spoken


def test_the_tables_are_of_every_kind(database):
    """A reference to itself, a many-to-many, an association with columns of its own, dates, booleans, a view."""
    assert ask(database, "SELECT count(*) > 1000 FROM subdivision WHERE parent_code IS NOT NULL") == [(1,)]
    assert ask(database, "SELECT count(*) > 200 FROM country_currency") == [(1,)]
    assert ask(database, "SELECT count(DISTINCT official_status) FROM country_language") == [(3,)]
    assert ask(
        database, "SELECT introduced, withdrawn, legal FROM tender WHERE code = 'DEM' AND country_code = 'DE'"
    ) == [("1948-06-20", "2002-02-28", 1)]
    assert ask(database, "SELECT subdivisions FROM country_overview WHERE code = 'CH'") == [(26,)]


def test_a_second_run_keeps_what_is_there(loader, tmp_path):
    """Edits made in the demo survive."""
    path, said = tmp_path / "deep" / "world.sqlite", []
    loader.load(path, said.append)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE country SET name = 'Elsewhere' WHERE alpha_2 = 'CH'")
        connection.commit()

    loader.load(path, said.append)

    with closing(sqlite3.connect(path)) as connection:
        assert ask(connection, "SELECT name FROM country WHERE alpha_2 = 'CH'") == [("Elsewhere",)]
    assert said[-1].endswith("is there already.")
    assert [file.name for file in path.parent.iterdir()] == ["world.sqlite"]


def test_a_failure_leaves_nothing_behind(loader, tmp_path, monkeypatch):
    """Neither half a database nor a draft."""
    monkeypatch.setattr(loader, "time_zones", lambda _: iter([("Nowhere", "XX")]))

    with pytest.raises(sqlite3.IntegrityError):
        loader.load(tmp_path / "world.sqlite", report=lambda _: None)

    assert list(tmp_path.iterdir()) == []


def test_something_else_in_its_place_is_not_overwritten(tmp_path):
    """One sentence, and exit code 1."""
    path = tmp_path / "letters.sqlite"
    path.write_text("Dear Sir")

    command = [sys.executable, LOADER, path]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "is not this example's database" in done.stderr
    assert path.read_text() == "Dear Sir"


def test_what_it_needs_is_in_the_groups_that_run_it(loader):
    """`manage.py` installs groups of pyproject.toml, so these must hold it."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]

    assert set(loader.REQUIREMENTS) <= set(groups["demo"])
    assert set(loader.REQUIREMENTS) <= set(groups["test"])
