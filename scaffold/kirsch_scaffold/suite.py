"""The tests of a resource: what every resource does, and what is special about its fields."""

from __future__ import annotations

from kirsch_scaffold import names, source
from kirsch_scaffold.factories import is_given, values_name
from kirsch_scaffold.schema import Column, Relation, Schema, Table


def suite_source(table: Table, schema: Schema) -> str:
    """The module `tests/test_posts.py`."""
    one, word = table.singular, names.label(table.plural).lower()
    kind = "ViewTests" if table.reading else "ResourceTests"
    lines = [
        source.docstring(f"What people and programs do with {word}"),
        "",
        f"from kirsch.crud.testing import {kind}",
        "",
        f"from {schema.package}.models.{one} import {table.class_name}",
        f"from tests.factories.{one} import {values_name(one)}",
        "",
        "",
        f"class Test{table.controller_name}({kind}):",
        source.docstring(
            f"Everything that {'views' if table.reading else 'resources'} do, and what is special here", 4
        ),
        "",
        f"    model = {table.class_name}",
        f'    path = "/{table.plural}"',
        f"    values = staticmethod({values_name(one)})",
        *([] if table.reading else _special(table)),
    ]
    return "\n".join([*lines, ""])


def _special(table: Table) -> list[str]:
    """What the tests of this resource ask for besides: fields that are required, unique, checked, that block."""
    own = [column for column in table.columns if not _of_relation(column, table)]
    links = [relation for relation in table.relations if _is_chosen(relation)]
    required = [column.attribute for column in own if _asked(column)]
    required += [link.attribute for link in links if not link.many and not link.optional]
    unique = [column.attribute for column in own if _is_unique(column)]
    wrong = {column.attribute: value for column in own if (value := _wrong(column))}
    wrong |= {link.attribute: '"987654321"' for link in links}
    blocking = [link.attribute for link in links if _blocks(link, table)]
    pairs = [f"{source.text(name)}: {value}" for name, value in wrong.items()]
    lines = _words("required", required) + _words("unique", unique) + _words("blocking", blocking)
    return lines + ([source.listing("wrong = {", pairs, "}", 4)] if pairs else [])


def _words(name: str, words: list[str]) -> list[str]:
    if not words:
        return []
    texts = [source.text(word) for word in words]
    return [source.listing(f"{name} = (", texts, ",)" if len(texts) == 1 else ")", 4)]


def _is_unique(column: Column) -> bool:
    return column.unique and is_given(column) and not column.readonly and not column.hidden


def _is_chosen(relation: Relation) -> bool:
    """Whether the form offers rows to choose from."""
    return not relation.readonly and not relation.hidden and (not relation.many or bool(relation.association))


def _blocks(relation: Relation, table: Table) -> bool:
    """Whether the row referred to cannot be deleted while a row refers to it."""
    if relation.many or relation.optional or relation.target == table.class_name:
        return False
    key = next((one for one in table.foreign_keys if _attributes(one.columns, table) == relation.columns), None)
    return key is not None and key.on_delete in ("", "RESTRICT", "NO ACTION")


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
        "uuid": '"4711"',
        "email": '"nobody"',
        "url": '"javascript:alert(1)"',
        "enum": '"no such choice"',
    }.get(column.kind, "")
