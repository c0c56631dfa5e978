"""Relations between models, from references and association tables: names on both sides, and who shares columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kirsch_scaffold import names
from kirsch_scaffold.fromdb import wording
from kirsch_scaffold.schema import Association, ForeignKey, Relation, Table


@dataclass(frozen=True)
class Bond:
    """One reference of one table and the names of both its ends."""

    source: str
    target: str
    key: ForeignKey
    forth: str
    back: str


def related(tables: Sequence[Table], associations: Sequence[Association]) -> tuple[Table, ...]:
    """The tables with their relations; a column that only carries a reference gives way to the relation's name."""
    renamed = [_renamed(table) for table in tables]
    by_name = {table.name: table for table in renamed}
    taken = {table.name: {column.attribute for column in table.columns} for table in renamed}
    bonds = _bonds(renamed, by_name, taken)
    found: dict[str, list[Relation]] = {table.name: [] for table in renamed}
    for bond in bonds:
        found[bond.source].append(_forth(bond, bonds, by_name))
    for association in associations:
        for name, relation in _many_to_many(association, by_name, taken):
            found[name].append(relation)
    for bond in bonds:
        found[bond.target].append(_back(bond, bonds, by_name))
    return tuple(replace(table, relations=tuple(found[table.name])) for table in renamed)


# --- names ---


def _renamed(table: Table) -> Table:
    """The table whose column `artist` that refers to an artist is the attribute `artist_id`: `artist` is the row."""
    single = {key.columns[0]: key for key in table.foreign_keys if len(key.columns) == 1}
    columns = list(table.columns)
    for index, column in enumerate(columns):
        key = single.get(column.name)
        if key and wording.thing(column.name) == column.attribute and not column.primary_key:
            ending = wording.plain(key.target_columns[0]).rsplit("_", 1)[-1] or "id"
            others = {each.attribute for each in columns}
            columns[index] = replace(column, attribute=names.free(f"{column.attribute}_{ending}", others))
    return replace(table, columns=tuple(columns))


def _bonds(tables: Sequence[Table], by_name: dict[str, Table], taken: dict[str, set[str]]) -> list[Bond]:
    forth = [(table, key, _forth_name(table, key, by_name, taken)) for table in tables for key in table.foreign_keys]
    pairs = Counter((table.name, key.target) for table, key, _ in forth)
    bonds = []
    for table, key, name in forth:
        alone = pairs[table.name, key.target] == 1 and table.name != key.target
        word = table.plural if alone else f"{table.plural}_by_{name}"
        back = _claim(word, taken[key.target])
        bonds.append(Bond(table.name, key.target, key, name, back))
    return bonds


def _forth_name(table: Table, key: ForeignKey, by_name: dict[str, Table], taken: dict[str, set[str]]) -> str:
    target = by_name[key.target].singular
    word = wording.thing(key.columns[0]) if len(key.columns) == 1 else target
    if word in taken[table.name] and len(key.columns) == 1:
        word = f"{word}_{target}" if word != target else f"{word}_row"
    return _claim(word, taken[table.name])


def _claim(word: str, taken: set[str]) -> str:
    name = wording.attribute(word, taken)
    taken.add(name)
    return name


# --- to one, and back ---


def _forth(bond: Bond, bonds: Iterable[Bond], by_name: dict[str, Table]) -> Relation:
    table, target = by_name[bond.source], by_name[bond.target]
    own = bond.source == bond.target
    return Relation(
        attribute=bond.forth,
        target=target.class_name,
        columns=tuple(table.attribute(name) for name in _written(bond, table)),
        remote=tuple(target.attribute(name) for name in bond.key.target_columns) if own else (),
        explicit=_ambiguous(bond, bonds) or _written(bond, table) != bond.key.columns,
        back=bond.back,
        optional=any(table.column(name).optional for name in bond.key.columns),
        overlaps=_overlaps(bond, bonds),
        readonly=any(table.column(name).readonly for name in bond.key.columns),
    )


def _back(bond: Bond, bonds: Iterable[Bond], by_name: dict[str, Table]) -> Relation:
    table = by_name[bond.source]
    return Relation(
        attribute=bond.back,
        target=table.class_name,
        many=True,
        columns=tuple(table.attribute(name) for name in _written(bond, table)),
        explicit=_ambiguous(bond, bonds) or _written(bond, table) != bond.key.columns,
        back=bond.forth,
        overlaps=_overlaps(bond, bonds),
    )


def _written(bond: Bond, table: Table) -> tuple[str, ...]:
    """The columns that change with the relation: of a key that may be empty in part, the part that may be empty."""
    empty = tuple(name for name in bond.key.columns if table.column(name).optional)
    return empty or bond.key.columns


def _ambiguous(bond: Bond, bonds: Iterable[Bond]) -> bool:
    """Whether several references join the two tables, in either direction, so that the columns have to be named."""
    ends = {bond.source, bond.target}
    return sum({each.source, each.target} == ends for each in bonds) > 1


def _overlaps(bond: Bond, bonds: Iterable[Bond]) -> tuple[str, ...]:
    """The relations that write a column which this one writes as well."""
    mine = set(bond.key.columns)
    others = [each for each in bonds if each is not bond and each.source == bond.source]
    sharing = [each for each in others if mine & set(each.key.columns)]
    return tuple(dict.fromkeys(name for each in sharing for name in (each.forth, each.back)))


# --- many to many ---


def _many_to_many(
    association: Association, by_name: dict[str, Table], taken: dict[str, set[str]]
) -> Iterable[tuple[str, Relation]]:
    near, far = association.foreign_keys
    here, there = by_name[near.target], by_name[far.target]
    own = here is there
    forth = _claim(_plural_end(association, far, there, own), taken[here.name])
    back = _claim(_plural_end(association, near, here, own), taken[there.name])
    yield here.name, _link(association, forth, there, near, back)
    yield there.name, _link(association, back, here, far, forth)


def _link(association: Association, attribute: str, target: Table, near: ForeignKey, back: str) -> Relation:
    return Relation(
        attribute=attribute,
        target=target.class_name,
        many=True,
        association=association.name,
        local=near.columns,
        back=back,
    )


def _plural_end(association: Association, key: ForeignKey, table: Table, own: bool) -> str:
    if not own:
        return table.plural
    word = names.plural(wording.thing(key.columns[0])) if len(key.columns) == 1 else table.plural
    return word if word != table.plural else f"{word}_by_{wording.plain(association.name)}"
