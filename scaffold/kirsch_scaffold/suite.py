"""The tests of a resource: what every resource does, and what is special about its fields."""

from __future__ import annotations

from collections.abc import Iterator

from kirsch_scaffold import names, source
from kirsch_scaffold.factories import is_given
from kirsch_scaffold.schema import Column, Relation, Schema, Table


def suite_source(table: Table, schema: Schema) -> str:
    """The module `tests/test_posts.py`."""
    word = names.label(table.plural).lower()
    one = table.singular
    kind = "ViewTests" if table.view else "ResourceTests"
    tests = list(_tests(table))
    lines = [
        source.docstring(f"What people and programs do with {word}"),
        "",
        *(["from kirsch.crud.testing import " + kind] if not tests else []),
        *(["from kirsch.crud.testing import " + kind, "from kirsch.testing import Client"] if tests else []),
        *(["from sqlalchemy.orm import Session"] if tests else []),
        "",
        f"from {schema.package}.models.{one} import {table.class_name}",
        f"from tests.factories.{one} import {one}_values",
        "",
        "",
        f"class Test{table.controller_name}({kind}):",
        source.docstring(f"Everything that {'views' if table.view else 'resources'} do, and what is special here", 4),
        "",
        f"    model = {table.class_name}",
        f'    path = "/{table.plural}"',
        f"    values = staticmethod({one}_values)",
    ]
    for name, sentence, call in tests:
        lines += ["", f"    def {name}(self, client: Client, db: Session) -> None:"]
        lines += [source.docstring(sentence, 8), f"        {call}"]
    return "\n".join([*lines, ""])


def _tests(table: Table) -> Iterator[tuple[str, str, str]]:
    """Name, sentence and body of each test that only this resource has."""
    if table.view:
        return
    word = (table.label or names.label(table.class_name)).lower()
    shown = [column for column in table.columns if not _of_relation(column, table)]
    for column in shown:
        if _asked(column):
            yield (
                f"test_{column.attribute}_is_required",
                f"Without {column.attribute} the form comes back with 422",
                f'self.refuses(client, db, {column.attribute}="")',
            )
        if column.unique and is_given(column) and not column.readonly and not column.hidden:
            yield (
                f"test_{column.attribute}_is_unique",
                f"A second {word} with the same {column.attribute} is refused with 422",
                f'self.refuses_duplicate(client, db, "{column.attribute}")',
            )
        if wrong := _wrong(column):
            yield (
                f"test_{column.attribute}_is_checked",
                f"What is no {column.kind} is refused with 422, never with a 500",
                f"self.refuses(client, db, {column.attribute}={wrong})",
            )
    for relation in table.relations:
        yield from _relation_tests(relation, table, word)


def _relation_tests(relation: Relation, table: Table, word: str) -> Iterator[tuple[str, str, str]]:
    name = relation.attribute
    if relation.readonly or relation.hidden or (relation.many and not relation.association):
        return
    yield (
        f"test_{name}_is_chosen_from_what_there_is",
        f"A {word} cannot refer to {'rows that do' if relation.many else 'a row that does'} not exist",
        f'self.refuses(client, db, {name}="987654321")',
    )
    if relation.many or relation.optional or relation.target == table.class_name:
        return
    key = next((one for one in table.foreign_keys if _attributes(one.columns, table) == relation.columns), None)
    if key is not None and not key.on_delete:
        yield (
            f"test_a_{name}_with_{table.plural}_stays",
            f"Deleting a row that a {word} refers to is refused with 409 and changes nothing",
            f'self.blocks_delete(client, db, "{name}")',
        )


def _attributes(columns: tuple[str, ...], table: Table) -> tuple[str, ...]:
    return tuple(table.attribute(column) for column in columns)


def _of_relation(column: Column, table: Table) -> bool:
    return any(column.attribute in relation.columns for relation in table.relations if not relation.many)


def _asked(column: Column) -> bool:
    """Whether a form insists on a value."""
    made = column.default or column.server_default or column.fetched or column.slug_from or column.computed
    automatic = column.primary_key and not is_given(column)
    unasked = column.readonly or column.hidden or column.kind in ("bool", "binary", "verbatim")
    return not (column.optional or made or automatic or unasked)


def _wrong(column: Column) -> str:
    if column.readonly or column.hidden or column.computed or column.fetched or column.primary_key:
        return ""
    if column.kind in ("datetime",) and (column.default or column.server_default):
        return ""
    if column.kind in ("int", "bigint", "smallint", "float", "decimal", "money") and (column.minimum or column.maximum):
        beyond = float(column.minimum) - 1 if column.minimum else float(column.maximum) + 1
        return source.text(f"{beyond:.0f}")
    return {
        "int": '"many"',
        "bigint": '"many"',
        "smallint": '"many"',
        "float": '"a lot"',
        "decimal": '"1,2.3"',
        "money": '"much"',
        "date": '"yesterday"',
        "time": '"noon"',
        "datetime": '"some day"',
        "json": '"{not json"',
        "uuid": '"4711"',
        "email": '"nobody"',
        "url": '"javascript:alert(1)"',
        "enum": '"no such choice"',
    }.get(column.kind, "")
