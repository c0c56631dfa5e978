"""Models: a table as a typed SQLAlchemy class, ready for a linter, a type checker and a reader."""

from __future__ import annotations

from kirsch_scaffold import names, source
from kirsch_scaffold.columns import (
    column_source,
    core_column_source,
    foreign_key_constraint,
    index_source,
    information,
    unique_source,
)
from kirsch_scaffold.schema import Association, Relation, Schema, Table


def model_source(table: Table, schema: Schema) -> str:
    """The module of one model: imports, its association tables, the class."""
    associations = "".join(f"{association_source(each)}\n" for each in schema.owned_by(table))
    body = f"{associations}\n\n{class_source(table, schema)}" if associations else f"\n{class_source(table, schema)}"
    return f"{source.docstring(_sentence(table))}\n\n{_imports(body, table, schema)}\n{body}"


def class_source(table: Table, schema: Schema) -> str:
    """The class alone."""
    lines = [
        f"class {table.class_name}({'Versioned, ' if table.versioned else ''}Base):",
        source.docstring(_sentence(table), 4),
        "",
    ]
    lines.append(f"    __tablename__ = {source.text(table.name)}")
    lines += _table_arguments(table)
    lines.append("")
    lines += [column_source(column, table) for column in table.columns]
    if table.relations:
        lines.append("")
    lines += [relation_source(relation, table, schema) for relation in table.relations]
    return "\n".join(lines) + "\n"


def relation_source(relation: Relation, table: Table, schema: Schema) -> str:
    """`author: Mapped["Author"] = relationship(back_populates="posts")`"""
    inner = relation.target
    kind = f'list["{inner}"]' if relation.many else f'"{inner} | None"' if relation.optional else f'"{inner}"'
    arguments = []
    if relation.association:
        arguments += _association_arguments(relation, table, schema)
    elif relation.explicit:
        arguments.append(_key_argument(relation))
    if relation.remote:
        arguments.append(f"remote_side=[{', '.join(relation.remote)}]")
    if relation.back:
        arguments.append(f"back_populates={source.text(relation.back)}")
    if relation.many and not relation.association:
        arguments.append('passive_deletes="all"')
    if relation.overlaps:
        arguments.append(f"overlaps={source.text(','.join(relation.overlaps))}")
    if _reads_only(relation, table, schema):
        arguments.append("viewonly=True")
    arguments += information(_relation_facts(relation))
    return source.call(f"{relation.attribute}: Mapped[{kind}] = relationship(", arguments, indent=4)


def association_source(association: Association) -> str:
    """`post_tag = sa.Table("post_tag", Base.metadata, sa.Column(...), ...)`"""
    arguments = [source.text(association.name), "Base.metadata"]
    single = {key.columns[0]: key for key in association.foreign_keys if len(key.columns) == 1}
    arguments += [core_column_source(column, key=single.get(column.name)) for column in association.columns]
    arguments += [foreign_key_constraint(key) for key in association.foreign_keys if len(key.columns) > 1]
    arguments += [unique_source(unique) for unique in association.uniques]
    arguments += [index_source(index) for index in association.indexes]
    arguments += [f"schema={source.text(association.schema)}"] if association.schema else []
    arguments += [f"comment={source.text(association.comment)}"] if association.comment else []
    return source.call(f"{association.variable} = sa.Table(", arguments)


def _relation_facts(relation: Relation) -> dict[str, str]:
    words = {word: "True" for word in ("hidden", "readonly") if getattr(relation, word)}
    if relation.label and relation.label != names.label(relation.attribute):
        return {"label": source.text(relation.label)} | words
    return words


def _table_arguments(table: Table) -> list[str]:
    items = [foreign_key_constraint(key) for key in table.foreign_keys if len(key.columns) > 1]
    items += [unique_source(unique) for unique in table.uniques]
    items += [index_source(index) for index in table.indexes]
    options = [f'"schema": {source.text(table.schema)}'] if table.schema else []
    options += [f'"comment": {source.text(table.comment)}'] if table.comment else []
    options += ['"info": {"view": True}'] if table.view else []
    items += [source.Group("{", options, "}")] if options else []
    if not items:
        return []
    whole = f"    __table_args__ = {source.tuple_of(items)}"
    return [whole if len(whole) <= source.WIDTH else source.listing("__table_args__ = (", items, ")", 4)]


def _association_arguments(relation: Relation, table: Table, schema: Schema) -> list[str]:
    association = schema.association(relation.association)
    owner = association.owner == table.class_name
    where = f"{association.schema}.{association.name}" if association.schema else association.name
    arguments = [f"secondary={association.variable}"]
    if not owner:
        arguments = [f"secondary=lambda: Base.metadata.tables[{source.text(where)}]"]
    if relation.target == table.class_name:
        arguments += _two_ends(relation, table, association)
    return arguments


def _two_ends(relation: Relation, table: Table, association: Association) -> list[str]:
    """The joins of a model with itself, which SQLAlchemy cannot tell apart by the tables alone."""
    near = next(key for key in association.foreign_keys if key.columns == relation.local)
    far = next(key for key in association.foreign_keys if key is not near)
    joins = []
    for word, key in (("primaryjoin", near), ("secondaryjoin", far)):
        pairs = zip(key.target_columns, key.columns, strict=True)
        terms = [f"{table.attribute(one)} == {association.variable}.c[{source.text(other)}]" for one, other in pairs]
        joins.append(f"{word}={terms[0]}" if len(terms) == 1 else f"{word}=sa.and_({', '.join(terms)})")
    return joins


def _key_argument(relation: Relation) -> str:
    if relation.many:
        inner = ", ".join(f"{relation.target}.{name}" for name in relation.columns)
        return f"foreign_keys={source.text(f'[{inner}]' if len(relation.columns) > 1 else inner)}"
    return f"foreign_keys=[{', '.join(relation.columns)}]"


def _reads_only(relation: Relation, table: Table, schema: Schema) -> bool:
    other = schema.table(relation.target)
    return table.view or (other is not None and other.view)


def _sentence(table: Table) -> str:
    if table.comment:
        return table.comment
    word = (table.label or names.label(table.class_name)).lower()
    return f"A row of the view {table.name}" if table.view else names.with_article(word).capitalize()


def _imports(body: str, table: Table, schema: Schema) -> str:
    friends = sorted({relation.target for relation in table.relations} - {table.class_name})
    typing = [*(["TYPE_CHECKING"] if friends else []), *(["Any"] if "Mapped[Any" in body else [])]
    lines = ["import datetime as dt"] if "[dt." in body else []
    lines += ["from decimal import Decimal"] if "Decimal" in body else []
    lines += [f"from typing import {', '.join(typing)}"] if typing else []
    identifiers = [word for word, mark in (("UUID", "[UUID"), ("uuid4", "default=uuid4")) if mark in body]
    lines += [f"from uuid import {', '.join(identifiers)}"] if identifiers else []
    lines += [""] if lines else []
    lines += ["import sqlalchemy as sa", *_library(body)]
    mapped = "Mapped, mapped_column, relationship" if " relationship(" in body else "Mapped, mapped_column"
    lines += [f"from sqlalchemy.orm import {mapped}", ""]
    lines.append(f"from {schema.package}.models.base import Base")
    if friends:
        lines += ["", "if TYPE_CHECKING:"]
        modules = sorted((schema.module(name), name) for name in friends)
        lines += [f"    from {schema.package}.models.{module} import {name}" for module, name in modules]
    return "\n".join(lines) + "\n"


LIBRARY = {
    "data.model": {"Versioned": "(Versioned,", "utc_now": "=utc_now"},
    "data.passwords": {"Password": "Password("},
    "data.slugs": {"slug_of": "=slug_of("},
    "data.verbatim": {"AnyText": "AnyText(", "Verbatim": "Verbatim("},
}
"""Names that models take from Kirsch, each with the mark by which its use is known."""


def _library(body: str) -> list[str]:
    """The imports of what the body takes from Kirsch."""
    lines = []
    for module, marks in LIBRARY.items():
        used = sorted(name for name, mark in marks.items() if mark in body)
        lines += [f"from kirsch.{module} import {', '.join(used)}"] if used else []
    return lines
