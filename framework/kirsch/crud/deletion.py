"""Deleting a row: what goes with it, and what keeps it from going."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import RelationshipDirection

from kirsch.crud.asked import filter_name
from kirsch.crud.batch import together
from kirsch.crud.inspection import Collection, Inverse, Reference, shape_of
from kirsch.crud.keys import encode
from kirsch.crud.rows import Rows
from kirsch.crud.views import Blocker
from kirsch.crud.words import as_label, counted, in_sentence

#: What a database does by itself when the row referred to goes.
HARMLESS = frozenset({"CASCADE", "SET NULL", "SET DEFAULT"})
SHOWN = 10


@dataclass(frozen=True)
class Tie:
    """A foreign key that refers to a model: who refers, under which condition, and what becomes of them.

    *fate* is "blocks", "deleted" (they go too), "cleared" (they lose the reference) or "unlinked" (only the link goes).
    """

    inverse: Inverse | None
    constraint: sa.ForeignKeyConstraint
    fate: str


def ties(rows: Rows) -> list[Tie]:
    """Every foreign key that refers to this model, with what becomes of the rows that hold it."""
    shape = rows.shape
    tables = set(shape.mapper.tables)
    found = []
    for constraint in _constraints(shape.mapper):
        if constraint.referred_table not in tables or _joins_inherited(shape.mapper, constraint):
            continue
        fate = _fate(shape.mapper, constraint)
        found.append(Tie(_inverse(rows, constraint), constraint, fate))
    return found


def blockers_of(rows: Rows, row: Any) -> list[Blocker]:
    """The rows that keep *row* from being deleted, by who they are; in one query."""
    blocking = [tie for tie in ties(rows) if tie.fate == "blocks"]
    counts = [
        sa.select(sa.func.count()).select_from(tie.constraint.table).where(_refers(rows, row, tie)) for tie in blocking
    ]
    samples = [_samples(rows, row, tie) for tie in blocking]
    answers = together(rows.db, [*counts, *(one for one in samples if one is not None)], rows.shape.mapper)
    named = iter(answers[len(counts) :])
    found = []
    for tie, sample, number in zip(blocking, samples, answers, strict=False):
        links = next(named) if sample is not None else []
        if total := int(number[0][0]):
            found.append(_blocker(rows, row, tie, total, links))
    return found


def consequences_of(rows: Rows, row: Any) -> list[str]:
    """Sentences about what happens to other rows when *row* goes; in one query."""
    told = [tie for tie in ties(rows) if tie.fate in {"deleted", "cleared"}]
    counts = [
        sa.select(sa.func.count()).select_from(tie.constraint.table).where(_refers(rows, row, tie)) for tie in told
    ]
    sentences = []
    for tie, answer in zip(told, together(rows.db, counts, rows.shape.mapper), strict=True):
        if total := int(answer[0][0]):
            one, many = _called(rows, tie)
            words = counted(total, in_sentence(one), in_sentence(many))
            fate = "deleted with it" if tie.fate == "deleted" else "kept without it"
            sentences.append(f"{words} will be {fate}.")
    return sentences


def untie(rows: Rows, row: Any) -> None:
    """Let a row that refers to itself be deleted: to the session it would have to go before itself.

    Databases check references when the statement has ended and take such a row away as any other; only MySQL and
    MariaDB want the reference emptied first.
    """
    for relation in rows.shape.mapper.relationships:
        if relation.mapper is not rows.shape.mapper or relation.secondary is not None or relation.viewonly:
            continue
        value = getattr(row, relation.key)
        if value is row:
            set_committed_value(row, relation.key, None)
            if rows.dialect in {"mysql", "mariadb"} and all(column.nullable for column in relation.local_columns):
                emptied = dict.fromkeys(relation.local_columns)
                table: Any = rows.shape.table
                rows.db.execute(sa.update(table).where(rows.is_row(rows.shape.key(row))).values(emptied))
        elif relation.uselist and row in value:
            set_committed_value(row, relation.key, [one for one in value if one is not row])


def _constraints(mapper: Any) -> Iterator[sa.ForeignKeyConstraint]:
    metadata = mapper.local_table.metadata if isinstance(mapper.local_table, sa.Table) else None
    for table in sorted(metadata.tables.values(), key=lambda one: str(one.key)) if metadata is not None else ():
        yield from sorted(table.foreign_key_constraints, key=lambda one: [str(name) for name in one.column_keys])


def _joins_inherited(mapper: Any, constraint: sa.ForeignKeyConstraint) -> bool:
    """Whether the constraint only joins the tables of one inherited model."""
    return constraint.table in mapper.tables and constraint.referred_table is not constraint.table


def _fate(mapper: Any, constraint: sa.ForeignKeyConstraint) -> str:
    action = (constraint.ondelete or "").upper()
    for relation in mapper.relationships:
        if relation.viewonly:
            continue
        if relation.direction is RelationshipDirection.MANYTOMANY and relation.secondary is constraint.table:
            ours = {pair[1] for pair in relation.synchronize_pairs}
            if ours & set(constraint.columns) and relation.passive_deletes != "all":
                return "unlinked"
        if relation.direction is RelationshipDirection.ONETOMANY and relation.cascade.delete:
            remote = {pair[1] for pair in relation.local_remote_pairs or ()}
            if remote == set(constraint.columns):
                return "deleted"
    if action == "CASCADE":
        return "deleted" if _is_mapped(mapper, constraint.table) else "unlinked"
    return "cleared" if action in HARMLESS else "blocks"


def _is_mapped(mapper: Any, table: Any) -> bool:
    return any(table in other.tables for other in mapper.registry.mappers)


def _inverse(rows: Rows, constraint: sa.ForeignKeyConstraint) -> Inverse | None:
    """The relation by which the rows of another model hold this foreign key."""
    columns = set(constraint.columns)
    for inverse in rows.shape.inverses:
        relation = inverse.member.relationship
        if isinstance(inverse.member, Reference) and {pair[0] for pair in relation.local_remote_pairs or ()} == columns:
            return inverse
        if isinstance(inverse.member, Collection) and relation.secondary is constraint.table:
            return inverse
    return None


def _refers(rows: Rows, row: Any, tie: Tie) -> sa.ColumnElement[bool]:
    """The rows that hold the foreign key to *row*; a row that refers to itself goes without anybody's leave."""
    pairs = [(one.parent, one.column) for one in tie.constraint.elements]
    held = sa.and_(*(column == getattr(row, rows.shape.attribute_of(target)) for column, target in pairs))
    if tie.constraint.table is not rows.shape.table:
        return held
    return held & ~rows.is_row(rows.shape.key(row))


def _samples(rows: Rows, row: Any, tie: Tie) -> sa.Select[Any] | None:
    if tie.inverse is None:
        return None
    source = rows.sibling(tie.inverse.source)
    if isinstance(tie.inverse.member, Collection):
        condition = source.shape.column(tie.inverse.member.name).any(rows.is_row(rows.shape.key(row)))
    else:
        condition = _refers(rows, row, tie)
    return source.named_rows(SHOWN, condition)


def _blocker(rows: Rows, row: Any, tie: Tie, total: int, found: list[tuple[Any, ...]]) -> Blocker:
    one, many = _called(rows, tie)
    label = one if total == 1 else many
    if tie.inverse is None:
        return Blocker(label, total, ())
    source = rows.sibling(tie.inverse.source)
    pair = (filter_name(tie.inverse.member), encode(rows.shape.key(row)))
    return Blocker(label, total, source.links(found), source.address("index", query=[pair]))


def _called(rows: Rows, tie: Tie) -> tuple[str, str]:
    if tie.inverse is not None:
        source = rows.sibling(tie.inverse.source)
        return source.one, source.many
    for mapper in rows.shape.mapper.registry.mappers:
        if tie.constraint.table in mapper.tables:
            source = rows.sibling(shape_of(mapper.class_).model)
            return source.one, source.many
    label = as_label(tie.constraint.table.name)
    return label, label
