"""Tests of the tables that were found: the whole suite, reading alone, or the list alone, as a test can make rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kirsch_scaffold import names, source
from kirsch_scaffold.factories import factory_source
from kirsch_scaffold.fromdb.decisions import needs_more
from kirsch_scaffold.schema import Column, Schema, Table
from kirsch_scaffold.suite import suite_source


def test_files(schema: Schema) -> Iterator[tuple[str, str]]:
    """Path and text of every test module and factory."""
    for table in schema.tables:
        if makeable(table, schema):
            proved = table if formable(table) else replace(table, read_only="no form can make its rows")
            yield f"tests/factories/{table.singular}.py", factory_source(_alone(table), schema)
            yield f"tests/test_{table.plural}.py", suite_source(proved, schema)
        else:
            yield f"tests/test_{table.plural}.py", _list_source(table)


def makeable(table: Table, schema: Schema, above: tuple[str, ...] = ()) -> bool:
    """Whether a test can make any number of rows: no row has to be there before itself, and no key runs out."""
    if table.class_name in above or any(_runs_out(names, table) for names in _keys(table)):
        return False
    required = [relation for relation in table.relations if not relation.many and not relation.optional]
    targets = [schema.table(relation.target) for relation in required]
    return all(target is not None and makeable(target, schema, (*above, table.class_name)) for target in targets)


def formable(table: Table) -> bool:
    """Whether a form can make and change rows without the help of the database's own functions."""
    stuck = [column for column in table.columns if needs_more(column) or _made_elsewhere(column)]
    relations = [one for one in table.relations if not one.many or one.association]
    free = [column for column in table.columns if not column.primary_key and not column.readonly]
    return not stuck and bool(free or relations)


def _made_elsewhere(column: Column) -> bool:
    return column.fetched and not column.optional and (column.readonly or column.kind in ("verbatim", "binary"))


def _keys(table: Table) -> list[tuple[str, ...]]:
    keys = [tuple(column.name for column in table.primary_key)]
    keys += [unique.columns for unique in table.uniques]
    return keys + [index.columns for index in table.indexes if index.unique]


def _runs_out(columns: tuple[str, ...], table: Table) -> bool:
    return all(table.column(name).kind in ("bool", "enum") for name in columns)


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
