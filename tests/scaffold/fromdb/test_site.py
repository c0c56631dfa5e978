"""`kirsch new --from-db`: the whole site over an existing database, made, tested by its own tests, and walked."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from schemas import MUSIC, NASTY

POSTGRES = """
CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TABLE artist (id serial PRIMARY KEY, name varchar(120) NOT NULL, mood mood, tags text[], born daterange);
CREATE TABLE album (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title varchar(160) NOT NULL,
    artist_id integer NOT NULL REFERENCES artist (id), data jsonb, price numeric(8, 2), made timestamptz DEFAULT now(),
    mark uuid NOT NULL DEFAULT gen_random_uuid(), words tsvector);
CREATE VIEW listed AS SELECT id, title FROM album;
INSERT INTO artist (name, mood, tags, born) VALUES ('AC/DC', 'glad', '{a,b}', '[1973-01-01,]');
INSERT INTO artist (name) VALUES ('Ünï');
INSERT INTO album (title, artist_id, data, price, words) VALUES ('T', 1, '{"a": 1}', 1.5, 'a b');
"""
MARIADB = """
CREATE TABLE artist (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARCHAR(120) NOT NULL, KEY name (name));
CREATE TABLE album (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, title VARCHAR(160) NOT NULL,
    artist INT UNSIGNED NOT NULL, released YEAR, kind ENUM('lp', 'cd') NOT NULL DEFAULT 'lp', tags SET('a', 'b'),
    live TINYINT(1) NOT NULL DEFAULT 0,
    data JSON, changed DATETIME DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, place POINT,
    KEY name (title), UNIQUE KEY uq (title, artist), FOREIGN KEY (artist) REFERENCES artist (id));
CREATE VIEW listed AS SELECT id, title FROM album;
INSERT INTO artist (name) VALUES ('AC/DC'), ('Ünï');
INSERT INTO album (title, artist, released, tags, data) VALUES ('T', 1, 1999, 'a,b', '{"a": 1}');
"""


def new(folder: Path, name: str, url: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `kirsch new NAME --from-db URL` in a folder."""
    command = [sys.executable, "-c", "import sys; from kirsch.cli import main; sys.exit(main())"]
    return subprocess.run(
        [*command, "new", name, "--from-db", url, *options], cwd=folder, capture_output=True, text=True, check=False
    )


def own_tests(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a project's tests."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def manage(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of a project."""
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=folder, capture_output=True, text=True, check=False
    )


def rows(url: str, query: str) -> list[tuple[str, ...]]:
    """What a query finds in a database."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


def fill(url: str, script: str) -> None:
    """Run the statements of a script on a server's database."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in filter(str.strip, script.split(";\n")):
            connection.execute(text(statement))
    engine.dispose()


def walked(folder: Path) -> str:
    """The answers of every page of a project over its real database that were no good; empty when all were."""
    code = (Path(__file__).parents[2] / "walking.py").read_text(encoding="utf-8")
    code += f"\nimport sys\nsys.path.insert(0, '.')\nfrom {folder.name}.app import make_app\n"
    code += "app = make_app()\nprint('FAULTS', walk(app))\napp.close()\n"
    command = [sys.executable, "-W", "error", "-W", "ignore::DeprecationWarning", "-c", code]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout.partition("FAULTS ")[2].strip() if done.returncode == 0 else done.stderr


def test_the_command_says_what_it_made_and_what_it_left_out(existing, tmp_path):
    """Each table with its address, each link, and a sentence for everything else."""
    done = new(tmp_path, "shop", existing(NASTY))

    assert done.returncode == 0, done.stderr
    assert "person: /people" in done.stdout
    assert "follows: links person and person" in done.stdout
    assert "keyless: it has no primary key" in done.stdout
    assert (tmp_path / "shop" / "shop" / "controllers" / "people.py").exists()


def test_the_database_stays_as_it_is(existing, tmp_path):
    """Nothing is copied and no byte of the database changes."""
    url = existing(MUSIC)
    file = tmp_path / "existing.sqlite"
    before = hashlib.sha256(file.read_bytes()).hexdigest()

    new(tmp_path, "shop", "sqlite:///existing.sqlite")

    assert hashlib.sha256(file.read_bytes()).hexdigest() == before
    assert f'url = "{url}"' in (tmp_path / "shop" / "config" / "site.toml").read_text()


def test_pretending_writes_nothing(existing, tmp_path):
    """The plan and the summary are shown."""
    done = new(tmp_path, "shop", existing(MUSIC), "--pretend")

    assert "test_albums.py" in done.stdout
    assert "Album: /albums" in done.stdout
    assert not (tmp_path / "shop").exists()


@pytest.mark.parametrize(
    ("url", "code", "part"),
    [
        ("sqlite:///missing.sqlite", 2, "no file"),
        ("oracle://somewhere/x", 2, "oracle"),
        ("postgresql://postgres@127.0.0.1:1/shop", 1, "No PostgreSQL server answers"),
    ],
)
def test_a_database_that_cannot_be_read_is_one_sentence(url, code, part, tmp_path):
    """With what to do, the right exit code, and nothing half-written."""
    done = new(tmp_path, "shop", url)

    assert (done.returncode, done.stdout) == (code, "")
    assert part in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_another_projects_migrations_are_left_alone(existing, tmp_path):
    """The site keeps the state of its own in a table of another name, and says so."""
    state = "CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('abc123');"
    url = existing(MUSIC + state)

    made = new(tmp_path, "shop", url)
    done = [manage(tmp_path / "shop", word) for word in ("migrate", "check", "migrate")]

    assert "alembic_version: it holds the state of another project's migrations" in made.stdout
    assert [each.returncode for each in done] == [0, 0, 0], [each.stderr for each in done]
    assert "no mistakes" in done[1].stdout
    assert "Nothing to do" in done[2].stdout
    assert rows(url, "SELECT version_num FROM alembic_version") == [("abc123",)]
    assert len(rows(url, "SELECT version_num FROM shop_alembic_version")) == 1


def test_a_site_made_anew_goes_on_with_its_own_migrations(existing, tmp_path):
    """Its baseline is in the usual table already, so there is no need for another."""
    url = existing(MUSIC)
    new(tmp_path, "shop", url)
    manage(tmp_path / "shop", "migrate")
    (tmp_path / "shop").rename(tmp_path / "old")

    new(tmp_path, "shop", url)

    assert "run()" in (tmp_path / "shop" / "migrations" / "env.py").read_text()
    assert "no mistakes" in manage(tmp_path / "shop", "check").stdout


def test_blank_names_are_left_out_aloud(existing, tmp_path):
    """Columns and tables whose names are empty or only blanks; the rest works."""
    script = """CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT, "" TEXT, "  " TEXT);
        CREATE TABLE "" (id INTEGER PRIMARY KEY); CREATE TABLE "  " (id INTEGER PRIMARY KEY);
        CREATE TABLE loan (id INTEGER PRIMARY KEY, " " INTEGER REFERENCES book (id),
            other INTEGER REFERENCES "  " (id));
        INSERT INTO book VALUES (1, 'Odyssey', 'a', 'b'); INSERT INTO loan VALUES (1, 1, NULL);"""

    made = new(tmp_path, "shop", existing(script))

    assert made.returncode == 0, made.stderr
    assert "book.'': its name is blank" in made.stdout
    assert "'  ': its name is blank" in made.stdout
    assert own_tests(tmp_path / "shop").returncode == 0
    assert walked(tmp_path / "shop") == "[]"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_tests_of_a_music_shop_are_green_at_once(existing, tmp_path):
    """Over a hundred of them."""
    new(tmp_path, "shop", existing(MUSIC))

    done = own_tests(tmp_path / "shop")

    assert done.returncode == 0, done.stdout[-3000:]
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 100


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_tests_of_a_nasty_schema_are_green_at_once(existing, tmp_path):
    """Keywords, composite keys, keys of bytes, cycles, views: whatever is in, is proved, with Jinja as well."""
    new(tmp_path, "shop", existing(NASTY), "--templates", "jinja")

    done = own_tests(tmp_path / "shop")

    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.slow
@pytest.mark.parametrize("script", [MUSIC, NASTY], ids=["music", "nasty"])
def test_no_page_over_an_existing_database_is_an_error(script, existing, tmp_path):
    """Lists in every order, rows, forms with sense and nonsense, deleting: nothing answers 500."""
    new(tmp_path, "shop", existing(script))

    assert walked(tmp_path / "shop") == "[]"


@pytest.mark.slow
@pytest.mark.parametrize(("fixture", "script"), [("postgres_url", POSTGRES), ("mariadb_url", MARIADB)])
def test_a_site_over_a_server_is_green_and_walks(fixture, script, request, tmp_path):
    """PostgreSQL and MariaDB with types of their own."""
    url = request.getfixturevalue(fixture)
    fill(url, script)

    made = new(tmp_path, "shop", url)
    done = own_tests(tmp_path / "shop")

    assert made.returncode == 0, made.stderr
    assert done.returncode == 0, done.stdout[-3000:]
    assert walked(tmp_path / "shop") == "[]"
