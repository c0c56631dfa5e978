"""Tests of the tables that were found: the whole suite where a test can make rows, the list alone where it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kirsch_scaffold import names, source
from kirsch_scaffold.factories import factory_source
from kirsch_scaffold.fromdb.decisions import needs_more
from kirsch_scaffold.schema import Schema, Table
from kirsch_scaffold.suite import suite_source


def test_files(schema: Schema) -> Iterator[tuple[str, str]]:
    """Path and text of every test module and factory."""
    for table in schema.tables:
        if makeable(table, schema):
            yield f"tests/factories/{table.singular}.py", factory_source(_alone(table), schema)
            yield f"tests/test_{table.plural}.py", suite_source(table, schema)
        else:
            yield f"tests/test_{table.plural}.py", _list_source(table)


def makeable(table: Table, schema: Schema, above: tuple[str, ...] = ()) -> bool:
    """Whether a test can make a row: each value can be given, and no row has to be there before itself."""
    if table.class_name in above or any(needs_more(column) for column in table.columns):
        return False
    required = [relation for relation in table.relations if not relation.many and not relation.optional]
    targets = [schema.table(relation.target) for relation in required]
    return all(target is not None and makeable(target, schema, (*above, table.class_name)) for target in targets)


def _alone(table: Table) -> Table:
    """The table without its many-to-many relations: a new row needs none of them."""
    return replace(table, relations=tuple(relation for relation in table.relations if not relation.association))


def _list_source(table: Table) -> str:
    word = names.label(table.plural).lower()
    lines = [
        source.docstring(f"The list of {word}; a test cannot make a row of them"),
        "",
        "from kirsch.testing import Client",
        "",
        "",
        f"def test_the_list_of_{table.plural}_is_there(client: Client) -> None:",
        source.docstring("An empty table is a page, a JSON document and a CSV file", 4),
        f'    answers = [client.get(f"/{table.plural}{{ending}}") for ending in ("", ".json", ".csv")]',
        "",
        "    assert [answer.status_code for answer in answers] == [200, 200, 200]",
    ]
    return "\n".join([*lines, ""])
