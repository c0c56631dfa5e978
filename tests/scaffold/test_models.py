"""Models of tables that no field spec could describe, as databases have them."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import configure_mappers

from kirsch_scaffold.migration import migration_source
from kirsch_scaffold.models import model_source
from kirsch_scaffold.schema import Association, Column, ForeignKey, Index, Relation, Schema, Table, Unique
from kirsch_scaffold.source import text

KEY = Column("id", "id", "int", primary_key=True)
PERSON = Table(
    "people table",
    "Person",
    "person",
    "people",
    (KEY, Column("Full Name", "full_name", "str", length=80), Column("boss", "boss_id", "int", optional=True)),
    (ForeignKey(("boss",), "people table", ("id",)),),
    relations=(
        Relation("boss", "Person", columns=("boss_id",), remote=("id",), back="staff", optional=True),
        Relation("staff", "Person", many=True, columns=("boss_id",), back="boss"),
        Relation("friends", "Person", many=True, association="friends", local=("a",)),
        Relation("written", "Letter", many=True, columns=("sender_id",), explicit=True, back="sender"),
        Relation("received", "Letter", many=True, columns=("reader_id",), explicit=True, back="reader"),
    ),
)
LETTER = Table(
    "letter",
    "Letter",
    "letter",
    "letters",
    (
        Column("class", "class_", "str", length=9, primary_key=True),
        Column("number", "number", "int", primary_key=True, autoincrement=False),
        Column("sender", "sender_id", "int"),
        Column("reader", "reader_id", "int"),
        Column("metadata", "metadata_", "json", optional=True, comment="what \"they\" call 'meta' " * 6),
        Column("kind", "kind", "enum", choices=("a'b", 'c"d', "x" * 70, "y" * 70), default='"a\'b"'),
    ),
    (ForeignKey(("sender",), "people table"), ForeignKey(("reader",), "people table", on_delete="CASCADE")),
    uniques=(Unique(("sender", "number"), "one_each"),),
    indexes=(Index(("kind", "number")),),
    relations=(
        Relation("sender", "Person", columns=("sender_id",), explicit=True, back="written"),
        Relation("reader", "Person", columns=("reader_id",), explicit=True, back="received"),
    ),
    comment='The "letters" that people write',
)
FRIENDS = Association(
    "friends",
    "friends_table",
    "Person",
    (Column("a", "a", "int", primary_key=True), Column("b", "b", "int", primary_key=True)),
    (ForeignKey(("a",), "people table"), ForeignKey(("b",), "people table")),
)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Schema:
    """A package of models that can be imported."""
    schema = Schema("odd_models", (PERSON, LETTER), (FRIENDS,))
    folder = tmp_path / "odd_models" / "models"
    folder.mkdir(parents=True)
    (folder / "base.py").write_text(
        '"""Base."""\n\nfrom sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase):\n    """Base."""\n'
    )
    for table in schema.tables:
        (folder / f"{table.singular}.py").write_text(model_source(table, schema))
    monkeypatch.syspath_prepend(tmp_path)
    return schema


def test_odd_tables_become_models_that_work(package: Schema) -> None:
    """Names with spaces, keywords, keys of two columns, several keys to one table, a table that links itself."""
    person = importlib.import_module("odd_models.models.person").Person
    letter = importlib.import_module("odd_models.models.letter").Letter
    configure_mappers()
    engine = sa.create_engine("sqlite://")

    person.metadata.create_all(engine)

    with sa.orm.Session(engine) as session:
        ada, grace = person(full_name="Ada"), person(full_name="Grace")
        ada.friends, ada.staff = [grace], [grace]
        session.add(letter(class_="A", number=1, sender=ada, reader=grace))
        session.commit()
        assert (grace.boss, ada.written[0].reader, grace.received[0].kind) == (ada, grace, "a'b")
    engine.dispose()


def test_odd_tables_are_written_as_a_formatter_would(package: Schema, tmp_path: Path) -> None:
    """However long a comment or a list of choices is."""
    migration = migration_source(package.tables, package, "a1", "", "Create everything")
    (tmp_path / "odd_models" / "migration.py").write_text(migration)
    options = ["--isolated", "--line-length", "120"]

    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--check", "--diff", *options, "odd_models"],
        cwd=tmp_path,
        text=True,
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("value", ["plain", "it's", 'say "x"', "both ' and \"", "back\\slash\nline", "", "ünï\u2028"])
def test_any_text_becomes_a_literal_that_means_it(value: str) -> None:
    """What is read back is what was meant."""
    assert eval(text(value)) == value
