"""A list's question to the database: its conditions, its order, its rows with everything their cells show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, load_only, raiseload

from kirsch.crud.asked import Asked, Wanted
from kirsch.crud.batch import together
from kirsch.crud.inspection import Attribute, Collection, Member, Reference
from kirsch.crud.kinds import integer_range
from kirsch.crud.rows import Rows

#: Rows that go with a row: their keys and naming values.
Named = list[tuple[Any, ...]]
Linked = dict[str, dict[tuple[Any, ...], Named]]
#: Links that one cell shows.
LINKS = 10


def matching(rows: Rows, asked: Asked) -> sa.Select[Any]:
    """The rows that the search and the filters leave, in no order."""
    statement = rows.query().order_by(None)
    if rows.dialect == "sqlite" and not any(isinstance(one.type, sa.Integer) for one in rows.shape.key_columns):
        # SQLite lets a key be missing; no address leads to such a row, and no object stands for it.
        statement = statement.where(sa.or_(*(one.is_not(None) for one in rows.key_columns)))
    for word in asked.words:
        statement = statement.where(_holds(rows, word))
    for wanted in asked.wanted.values():
        statement = statement.where(_meets(rows, wanted))
    return statement


def in_order(rows: Rows, asked: Asked, statement: sa.Select[Any]) -> sa.Select[Any]:
    """*statement* sorted as asked, and by the key where that leaves a choice."""
    orders: list[Any] = []
    for member, descending in asked.sort:
        if isinstance(member, Reference):
            target: Any = aliased(member.target)
            statement = statement.outerjoin(rows.shape.column(member.name).of_type(target))
            found = rows.sibling(member.target)
            columns = found.name_columns(target) or [getattr(target, name) for name in found.shape.keys]
        else:
            columns = [rows.shape.column(member.name)]
        orders += [_directed(rows, column, descending) for column in columns]
    return statement.order_by(*orders, *rows.key_columns)


def count(rows: Rows, statement: sa.Select[Any]) -> int:
    """How many rows *statement* finds."""
    inner = statement.with_only_columns(*rows.key_columns, maintain_column_froms=True).subquery()
    asking = sa.select(sa.func.count()).select_from(inner)
    return int(rows.db.scalar(asking, bind_arguments={"mapper": rows.shape.mapper}))


def load(rows: Rows, statement: sa.Select[Any], members: Iterable[Member]) -> list[Any]:
    """The rows with what *members* show, in one query; anything else of them raises instead of asking again."""
    return list(rows.db.scalars(statement.options(*loading(rows, members))).unique())


def loading(rows: Rows, members: Iterable[Member]) -> list[Any]:
    """The options that load what *members* show of a row, and nothing else."""
    names = dict.fromkeys([*rows.shape.keys, *rows.names])
    options: list[Any] = []
    for member in dict.fromkeys([*members, *rows.linking]):
        if isinstance(member, Attribute):
            names[member.name] = None
        elif isinstance(member, Reference):
            names |= dict.fromkeys(member.local)
            options.append(_loading_reference(rows, member))
    return [load_only(*(rows.shape.column(name) for name in names)), *options, raiseload("*")]


def _loading_reference(rows: Rows, member: Reference) -> Any:
    found = rows.sibling(member.target)
    return joinedload(rows.shape.column(member.name)).options(*loading(found, ()))


def links_of(rows: Rows, keys: Sequence[tuple[Any, ...]], collections: Iterable[Collection]) -> list[sa.Select[Any]]:
    """Selects of what goes with the rows of these *keys*: one for each collection; see :func:`linked`."""
    return [_links_of(rows, keys, collection) for collection in collections]


def _links_of(rows: Rows, keys: Sequence[tuple[Any, ...]], collection: Collection) -> sa.Select[Any]:
    found = rows.sibling(collection.target)
    target: Any = aliased(collection.target)
    source = aliased(rows.model)
    own = [getattr(source, name) for name in rows.shape.keys]
    names = [*(getattr(target, name) for name in found.shape.keys), *found.name_columns(target)]
    statement = sa.select(*own, *names).join(getattr(source, collection.name).of_type(target))
    return statement.where(among(own, keys)).order_by(*names[len(found.shape.keys) :], *names)


def linked(rows: Rows, answer: list[tuple[Any, ...]]) -> dict[tuple[Any, ...], Named]:
    """What goes with each key, from the answer to one of :func:`links_of`."""
    size = len(rows.shape.keys)
    result: dict[tuple[Any, ...], Named] = {}
    for row in answer:
        result.setdefault(row[:size], []).append(row[size:])
    return result


def linked_all(rows: Rows, loaded: Sequence[Any], members: Iterable[Member]) -> Linked:
    """What every collection among *members* holds for the *loaded* rows, in one query."""
    collections = [one for one in members if isinstance(one, Collection)]
    if not collections or not loaded:
        return {}
    selects = links_of(rows, [rows.shape.key(row) for row in loaded], collections)
    answers = together(rows.db, selects, rows.shape.mapper)
    return {one.name: linked(rows, answer) for one, answer in zip(collections, answers, strict=True)}


def among(columns: Sequence[Any], keys: Sequence[tuple[Any, ...]]) -> sa.ColumnElement[bool]:
    """The condition that *columns* are one of *keys*."""
    if len(columns) == 1:
        return cast("sa.ColumnElement[bool]", columns[0].in_([key[0] for key in keys]))
    # One list, not a chain of conditions: SQLite takes a thousand of those at most.
    return sa.tuple_(*columns).in_(keys) if keys else sa.false()


def contains(column: Any, word: str, dialect: str) -> sa.ColumnElement[bool]:
    """The condition that a text column holds *word*, whatever the case of its letters."""
    spellings = {word}
    if dialect == "sqlite" and not word.isascii():
        # SQLite folds the case of ASCII letters alone.
        spellings |= {word.lower(), word.upper(), word.title()}
    patterns = ["%" + re.sub(r"([/%_])", r"/\1", spelling) + "%" for spelling in sorted(spellings)]
    return sa.or_(*(column.ilike(pattern, escape="/") for pattern in patterns))


def _holds(rows: Rows, word: str) -> sa.ColumnElement[bool]:
    conditions = [_mentions(rows, member, word) for member in searched(rows)]
    if re.fullmatch(r"-?[0-9]{1,19}", word):
        for attribute in rows.shape.attributes.values():
            least, greatest = integer_range(attribute.column.type, rows.dialect)
            if attribute.kind == "integer" and attribute in rows.visible and least <= int(word) <= greatest:
                conditions.append(rows.shape.column(attribute.name) == int(word))
    return sa.or_(sa.false(), *conditions)


def searched(rows: Rows) -> list[Member]:
    """What the search looks into."""
    if rows.search is not None:
        return rows.members(rows.search)
    texts = [one for one in rows.visible if isinstance(one, Attribute) and one.textual]
    marked = [one for one in texts if one.info.get("search")]
    return [*marked] or [*texts, *rows.linking]


def _mentions(rows: Rows, member: Member, word: str) -> sa.ColumnElement[bool]:
    column = rows.shape.column(member.name)
    if isinstance(member, Attribute):
        return contains(column, word, rows.dialect)
    found = rows.sibling(member.target)
    inner = sa.or_(sa.false(), *(contains(name, word, rows.dialect) for name in found.name_columns()))
    return cast("sa.ColumnElement[bool]", column.has(inner) if isinstance(member, Reference) else column.any(inner))


def _meets(rows: Rows, wanted: Wanted) -> sa.ColumnElement[bool]:
    member, value = wanted.member, wanted.value
    if wanted.by_name:
        words = wanted.text.split() or [""]
        return sa.and_(*(_mentions(rows, member, word) for word in words))
    column = rows.shape.column(member.name)
    if isinstance(member, Attribute):
        return cast("sa.ColumnElement[bool]", column.is_(None) if value is None else column == value)
    found = rows.sibling(member.target)
    if isinstance(member, Collection):
        return ~column.any() if value is None else cast("sa.ColumnElement[bool]", column.any(found.is_row(value)))
    own = [rows.shape.column(name) for name in member.local]
    if value is None:
        return sa.or_(*(one.is_(None) for one in own))
    if member.remote == found.shape.keys:
        return sa.and_(*(one == part for one, part in zip(own, value, strict=True)))
    return cast("sa.ColumnElement[bool]", column.has(found.is_row(value)))


def _directed(rows: Rows, column: Any, descending: bool) -> Any:
    if rows.dialect == "sqlite" and isinstance(column.type, sa.String) and not isinstance(column.type, sa.Enum):
        column = sa.collate(column, "NOCASE")
    return column.desc() if descending else column.asc()
