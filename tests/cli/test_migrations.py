"""A database is brought to the models from the command line."""

import sqlite3
import subprocess
import sys

import pytest

PRICED = """
from sqlalchemy import MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from kirsch.data.model import NAMING

class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)

class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    price: Mapped[int | None]
"""


def test_a_model_becomes_a_table_in_two_commands(shop):
    """The second says what it did, and that nothing is left."""
    made = shop.run("makemigration")
    applied = shop.run("migrate")
    again = shop.run("migrate")

    assert made[0] == 0
    assert made[1].startswith("Wrote migrations/versions/")
    assert made[1].endswith("_create_books.py. Apply it with: python manage.py migrate\n")
    assert applied[1].startswith("Applied: ")
    assert applied[1].endswith(" Create books.\n")
    assert again[1] == "Nothing to do: the database is up to date.\n"
    with sqlite3.connect(shop.root / "data" / "shop.sqlite") as connection:
        assert ("books",) in connection.execute("SELECT name FROM sqlite_master").fetchall()
    connection.close()


def test_a_migration_is_undone(shop):
    """One step, and said so."""
    shop.run("makemigration", "Create", "books")
    shop.run("migrate")

    back = shop.run("migrate", "--back", "1")

    assert back[0] == 0
    assert back[1].startswith("Undone: ")


def test_the_plan_lists_what_is_pending(shop):
    """And changes nothing."""
    shop.run("makemigration", "Create books")

    first, second = shop.run("migrate", "--plan"), shop.run("migrate", "--plan")

    assert first == second
    assert first[1].startswith("To apply: ")


def test_an_existing_database_is_stamped(shop):
    """Its tables stay as they are."""
    shop.run("makemigration")

    stamped = shop.run("migrate", "--stamp")

    assert stamped[1] == "The database counts as migrated to head.\n"
    assert shop.run("migrate")[1] == "Nothing to do: the database is up to date.\n"


def test_no_migration_is_written_where_nothing_changed(shop):
    """It says why."""
    shop.run("makemigration")
    shop.run("migrate")

    assert shop.run("makemigration")[1] == "Nothing to write: the database has what the models describe.\n"


@pytest.mark.parametrize("command", ["migrate", "makemigration"])
def test_a_site_without_a_database_says_which_setting_it_lacks(shop, command):
    """One sentence and 1."""
    shop.write("config/site.toml", "[site]\nname = 'shop'\n")

    code, _, err = shop.run(command)

    assert (code, err) == (
        1,
        "kirsch: tools.sqlalchemy is off in shop. Set [tools.sqlalchemy] in the configuration.\n",
    )


def test_a_file_that_is_no_database_is_named(shop):
    """It is left as it is."""
    shop.write("data/shop.sqlite", "a letter " * 200)

    code, _, err = shop.run("migrate")

    assert code == 2
    assert err == (
        "kirsch: 'sqlite:///data/shop.sqlite' is no SQLite database; correct the URL, or move that file away.\n"
    )


def test_check_says_what_the_database_lacks(shop):
    """First what is pending, then how the models differ, then nothing."""
    shop.run("makemigration")
    pending = shop.run("check")
    shop.run("migrate")
    fine = shop.run("check")
    shop.write("PACKAGE/models.py", PRICED)
    different = shop.run("check")

    assert pending[:2] == (1, "1 migration is pending: run python manage.py migrate.\n")
    assert fine[:2] == (0, "shop: 2 routes and no mistakes.\n")
    assert different[0] == 1
    assert different[1].startswith("The column books.price is missing.\n")


def test_check_takes_a_site_without_migrations(shop):
    """A site that was written by hand may keep its tables otherwise; its database must be there."""
    (shop.root / "migrations" / "env.py").unlink()
    fine = shop.run("check")
    shop.write("config/site.toml", "[tools.sqlalchemy]\nurl = 'postgresql://me@127.0.0.1:1/x'\n")
    away = shop.run("check")

    assert fine[:2] == (0, "shop: 2 routes and no mistakes.\n")
    assert away[0] == 1
    assert away[2].startswith("kirsch: No PostgreSQL server answers at 127.0.0.1:1;")


def test_the_commands_work_with_warnings_as_errors(shop):
    """In a process of their own, as a user runs them."""
    made, applied = shop.manage("makemigration", "Create books"), shop.manage("migrate")

    assert (made.returncode, made.stderr) == (0, "")
    assert (applied.returncode, applied.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgres", "mariadb"])
def test_processes_that_migrate_at_once_do_not_collide(shop, request, kind):
    """As when several servers start at the same time: one does it, the others find it done."""
    if kind != "sqlite":
        url = request.getfixturevalue(f"{kind}_url")
        shop.write("config/site.toml", f"[site]\nname = 'shop'\n[tools.sqlalchemy]\nurl = '{url}'\n")
    shop.run("makemigration")

    command = [sys.executable, "manage.py", "migrate"]
    started = [subprocess.Popen(command, cwd=shop.root, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    errors = [process.communicate(timeout=60)[1] for process in started]

    assert (errors, [process.returncode for process in started]) == (["", "", ""], [0, 0, 0])
    assert shop.run("check")[0] == 0


def test_more_steps_back_than_there_are_is_one_sentence(shop):
    """It says how many there are."""
    shop.run("makemigration", "books")
    shop.run("migrate")

    code, _, err = shop.run("migrate", "--back", "99")

    assert (code, err) == (2, "kirsch: There is no way back by 99: 1 migration is applied.\n")
