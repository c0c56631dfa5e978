"""An existing database described: what is in it, what its rows really hold, and a sentence for what stays out."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from described import column, fill, reason, table
from kirsch.data.reflection import describe
from kirsch.errors import RunError, UsageError

MUSIC = """
CREATE TABLE Artist (ArtistId INTEGER PRIMARY KEY, Name VARCHAR(120));
CREATE TABLE Album (
    AlbumId INTEGER PRIMARY KEY,
    Title VARCHAR(160) NOT NULL DEFAULT 'Untitled',
    ArtistId INTEGER NOT NULL REFERENCES Artist (ArtistId) ON DELETE CASCADE,
    Price NUMERIC(10, 2),
    Format VARCHAR(10) CHECK (Format IN ('cd', 'lp', 'it''s')),
    UNIQUE (ArtistId, Title)
);
CREATE INDEX IX_Album_Price ON Album (Price);
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A SQLite file; each test fills it."""
    return tmp_path / "shop.sqlite"


def test_a_description_is_plain_data_with_tables_columns_and_keys(shop):
    """What a generator needs is there by name, and it can be written as JSON."""
    url = fill(shop, MUSIC)

    found = describe(url)

    album = table(found, "Album")
    assert json.loads(json.dumps(found)) == found
    assert [each["name"] for each in found["tables"]] == ["Album", "Artist"]
    assert (album["kind"], album["primary_key"], album["read_only"]) == ("table", ["AlbumId"], "")
    assert album["foreign_keys"] == [
        {
            "name": "",
            "columns": ["ArtistId"],
            "target": "Artist",
            "target_schema": "",
            "target_columns": ["ArtistId"],
            "on_delete": "CASCADE",
            "on_update": "",
        }
    ]
    assert [unique["columns"] for unique in album["uniques"]] == [["ArtistId", "Title"]]
    assert album["indexes"] == [{"name": "IX_Album_Price", "columns": ["Price"], "unique": False}]


def test_columns_tell_their_kind_length_default_and_choices(shop):
    """A CHECK that lists values gives the column its choices."""
    found = describe(fill(shop, MUSIC))

    title, price, form = (column(found, f"Album.{name}") for name in ("Title", "Price", "Format"))
    assert (title["kind"], title["length"], title["nullable"]) == ("str", 160, False)
    assert title["default"] == {"value": "Untitled", "sql": "'Untitled'"}
    assert (price["kind"], price["precision"], price["scale"]) == ("decimal", 10, 2)
    assert (form["kind"], form["choices"]) == ("enum", ["cd", "lp", "it's"])
    assert column(found, "Album.AlbumId")["autoincrement"]


def test_every_unique_key_is_found(shop):
    """Beside a column, behind a length, by name, over several columns."""
    url = fill(
        shop,
        "CREATE TABLE a (id INTEGER PRIMARY KEY, b VARCHAR(8) NOT NULL UNIQUE, c TEXT UNIQUE, d TEXT, "
        "CONSTRAINT pair UNIQUE (c, d))",
    )

    found = describe(url)

    assert table(found, "a")["uniques"] == [
        {"name": "", "columns": ["b"]},
        {"name": "", "columns": ["c"]},
        {"name": "pair", "columns": ["c", "d"]},
    ]


def test_describing_changes_nothing(shop):
    """The file is the same byte for byte afterwards, and nothing lies beside it."""
    url = fill(shop, MUSIC)
    before = hashlib.sha256(shop.read_bytes()).hexdigest()

    describe(url)

    assert hashlib.sha256(shop.read_bytes()).hexdigest() == before
    assert os.listdir(shop.parent) == ["shop.sqlite"]


def test_a_key_that_sqlite_does_not_number_is_asked_for(shop):
    """Only INTEGER PRIMARY KEY counts by itself: INT does not, nor does a table without row numbers."""
    found = describe(
        fill(
            shop,
            "CREATE TABLE a (id INT PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY) WITHOUT ROWID;"
            "CREATE TABLE c (id INTEGER PRIMARY KEY);",
        )
    )

    assert [column(found, f"{name}.id")["autoincrement"] for name in "abc"] == [False, False, True]


def test_values_that_do_not_fit_their_type_make_the_column_text(shop):
    """SQLite keeps 'soon' in a DATE; the column is then text, and a note says why."""
    url = fill(
        shop,
        """CREATE TABLE event (id INTEGER PRIMARY KEY, day DATE, moment DATE, count INTEGER, price NUMERIC(8,2),
               data JSON, open BOOLEAN, fine DATETIME);
           INSERT INTO event VALUES
               (1, 'soon', '2026-01-31 10:00:00', 'many', 'free', '{broken', 7, '2026-01-31 10:00:00'),
               (2, '2026-01-31', '2026-01-31 00:00:00', 5, 2.5, '{}', 1, '2026-01-31T10:00');""",
    )

    found = describe(url)

    kinds = {each["name"]: each["kind"] for each in table(found, "event")["columns"]}
    assert kinds == {
        "id": "int",
        "day": "anytext",
        "moment": "datetime",
        "count": "anytext",
        "price": "anytext",
        "data": "anytext",
        "open": "anytext",
        "fine": "datetime",
    }
    assert "'soon'" in reason(found, "event.day", "notes")
    assert "no yes or no" in reason(found, "event.open", "notes")


def test_types_that_sqlite_does_not_know_are_what_their_values_are(shop):
    """STRING, no type at all, UUID and MONEY are read by their values."""
    url = fill(
        shop,
        """CREATE TABLE odd (id INTEGER PRIMARY KEY, word STRING, bare, number WHATEVER, share WHATEVER, mark UUID,
               cost MONEY, bytes ANYTHING);
           INSERT INTO odd VALUES (1, 'a', 'b', 5, 1.5, '6a2f41a3-c54c-4a2e-8f0a-0d3e2b1c4d5e', 12.5, x'00ff');""",
    )

    found = describe(url)

    kinds = {each["name"]: each["kind"] for each in table(found, "odd")["columns"]}
    assert kinds == {
        "id": "int",
        "word": "anytext",
        "bare": "anytext",
        "number": "bigint",
        "share": "float",
        "mark": "str",
        "cost": "decimal",
        "bytes": "binary",
    }


def test_text_that_is_no_utf8_is_left_out_by_name(shop):
    """A column that cannot be read as text stays out and the rest of the table stays in."""
    url = fill(
        shop,
        "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT, title TEXT);"
        "INSERT INTO note VALUES (1, CAST(x'ff41' AS TEXT), 'ok');",
    )

    found = describe(url)

    assert [each["name"] for each in table(found, "note")["columns"]] == ["id", "title"]
    assert "UTF-8" in reason(found, "note.body")


def test_what_is_no_table_of_the_site_is_named_with_its_reason(shop):
    """Virtual tables and their parts, broken views and the state of migrations are left out aloud."""
    url = fill(
        shop,
        """CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT);
           CREATE VIRTUAL TABLE search USING fts5(body);
           CREATE TABLE gone (id INTEGER); CREATE VIEW broken AS SELECT id FROM gone; DROP TABLE gone;
           CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);""",
    )

    found = describe(url)

    assert [each["name"] for each in found["tables"]] == ["book"]
    assert "virtual table (fts5)" in reason(found, "search")
    assert "virtual table" in reason(found, "search_data")
    assert "gone" in reason(found, "broken")
    assert "migrations" in reason(found, "alembic_version")


def test_a_view_tells_which_column_could_name_its_rows(shop):
    """A column that looks like a key counts when each value occurs once."""
    url = fill(
        shop,
        """CREATE TABLE book (id INTEGER PRIMARY KEY, shelf_id INTEGER, title TEXT);
           INSERT INTO book VALUES (1, 7, 'a'), (2, 7, 'b');
           CREATE VIEW listed AS SELECT title, shelf_id, id FROM book;
           CREATE VIEW shelves AS SELECT shelf_id, COUNT(*) AS books FROM book GROUP BY shelf_id;
           CREATE VIEW titles AS SELECT title FROM book;""",
    )

    found = describe(url)

    assert [table(found, name)["candidate_keys"] for name in ("listed", "shelves", "titles")] == [
        [["id"]],
        [["shelf_id"]],
        [],
    ]
    assert table(found, "listed")["read_only"] == "it is a view"


def test_names_of_any_kind_survive(shop):
    """Spaces, quotes, keywords, percent signs, colons and other alphabets."""
    names = ["order", "two words", 'a"quote', "100%", "a:b", "Größe", "顧客", "semi;colon", "a.b", "it's"]
    columns = ", ".join(f'"{name.replace(chr(34), chr(34) * 2)}" TEXT' for name in names)
    tables = "".join(f'CREATE TABLE "{name.replace(chr(34), chr(34) * 2)}" ({columns});' for name in names)

    found = describe(fill(shop, tables))

    assert sorted(each["name"] for each in found["tables"]) == sorted(names)
    assert [each["name"] for each in table(found, "order")["columns"]] == names


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("sqlite:////no/such/folder/shop.sqlite", "no folder"),
        ("nonsense", "no database URL"),
        ("mongodb://127.0.0.1/shop", "no database"),
    ],
)
def test_a_wrong_url_is_one_sentence(url, part):
    """Nothing is created and the sentence says what to do."""
    with pytest.raises(UsageError, match=part):
        describe(url)


def test_a_file_that_is_no_database_is_one_sentence(tmp_path):
    """Text is not taken for an empty database."""
    (tmp_path / "notes.txt").write_text("shopping list\n" * 200)

    with pytest.raises(UsageError, match="no SQLite database"):
        describe(f"sqlite:///{tmp_path / 'notes.txt'}")


def test_a_file_that_is_missing_is_not_made(tmp_path):
    """A misspelt name does not leave an empty file."""
    with pytest.raises(UsageError, match="no file"):
        describe(f"sqlite:///{tmp_path / 'shpo.sqlite'}")
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_does_not_answer_is_one_sentence():
    """Port 1 answers nobody."""
    with pytest.raises(RunError, match="No PostgreSQL server answers"):
        describe("postgresql://postgres@127.0.0.1:1/shop")
