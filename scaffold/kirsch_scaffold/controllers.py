"""Controllers: a resource of a table in a few lines."""

from __future__ import annotations

from kirsch_scaffold import names, source
from kirsch_scaffold.schema import Schema, Table


def controller_source(table: Table, schema: Schema) -> str:
    """The module of one resource's controller."""
    many = (table.plural_label or names.label(table.plural)).lower()
    what = f"The {many}: list and show." if table.reading else f"The {many}: list, show, create, edit, delete."
    lines = [f"class {table.controller_name}(Resource):", source.docstring(what, 4), ""]
    lines.append(f"    model = {table.class_name}")
    lines += [f"    plural = {source.text(table.plural_label)}"] if _told(table.plural_label, table.plural) else []
    lines += [f"    singular = {source.text(table.label)}"] if _told(table.label, table.class_name) else []
    searched = [column.attribute for column in table.columns if column.search]
    searched += [relation.attribute for relation in table.relations if relation.search]
    if searched:
        lines.append(source.listing("search = (", [source.text(name) for name in searched], _end(searched), 4))
    lines += ["    read_only = True"] if table.reading else []
    package = schema.package
    head = ["from kirsch.crud import Resource", "", f"from {package}.models.{table.singular} import {table.class_name}"]
    return "\n".join([source.docstring(what), "", *head, "", "", *lines, ""])


def _told(label: str, name: str) -> bool:
    return bool(label) and label != names.label(name)


def _end(values: list[str]) -> str:
    return ",)" if len(values) == 1 else ")"
