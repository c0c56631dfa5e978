"""Every decision about an existing database: which tables become resources, which link others, and what stays out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kirsch_scaffold import names
from kirsch_scaffold.fromdb import filling, identity, wording
from kirsch_scaffold.fromdb.description import ColumnFacts, Facts, KeyFacts, Reason, TableFacts, facts
from kirsch_scaffold.fromdb.references import own_references
from kirsch_scaffold.fromdb.relations import related
from kirsch_scaffold.migration import baseline
from kirsch_scaffold.schema import Association, Column, ForeignKey, Index, Schema, Table, Unique

VERSIONS = "alembic_version"
OTHERS = "it holds the state of another project's migrations; this site keeps that of its own in {own}"
OWN_NAMES = ("mysql", "mariadb")
"""Databases in which the indexes of each table have names of their own."""


@dataclass(frozen=True)
class Found:
    """What a database becomes: the schema to write, and what is told about the rest."""

    schema: Schema
    left_out: tuple[Reason, ...]
    notes: tuple[Reason, ...]
    version_table: str = ""
    """Where the site keeps the state of its migrations, if the usual table is another project's."""


def decide(description: dict[str, Any], package: str) -> Found:
    """The schema of a site over the database that *description* tells of."""
    given = facts(description)
    left_out, notes = list(given["left_out"]), list(given["notes"])
    kept, without = _with_address(given)
    left_out += without
    named = {each["name"] for each in (*given["tables"], *left_out)}
    kept, dangling = own_references(kept, named, given["dialect"])
    notes += dangling
    links, clashing = _links(kept), _clashing(kept)
    tables = _tables([table for table in kept if table["name"] not in links], clashing)
    by_name = {table.name: table for table in tables}
    associations = [_association(table, by_name, clashing) for table in kept if table["name"] in links]
    notes += [note for table in tables for note in _limits(table)]
    schema = Schema(package=package, tables=related(tables, associations), associations=tuple(associations))
    own = _version_table(given["versions"], package)
    return Found(schema, tuple(_with_owner(left_out, own)), tuple(notes), own)


def _version_table(versions: Mapping[str, list[str]], package: str) -> str:
    """A table of its own for the state of the site's migrations; empty where the usual one is free or already its."""
    mine = [baseline(package)]
    if all(revision in mine for revision in versions.get(VERSIONS, [])):
        return ""
    wanted = f"{package[:40]}_{VERSIONS}"
    taken = {name for name, revisions in versions.items() if revisions not in ([], mine)}
    return names.free(wanted, taken) if wanted in taken else wanted


def _with_owner(left_out: Iterable[Reason], own: str) -> Iterable[Reason]:
    for each in left_out:
        theirs = own and each["name"] == VERSIONS
        yield Reason(name=VERSIONS, reason=OTHERS.format(own=own)) if theirs else each


# --- which tables ---


def _with_address(given: Facts) -> tuple[list[TableFacts], list[Reason]]:
    kept, left_out = [], []
    for table in given["tables"]:
        if reason := identity.reason_without_key(table):
            left_out.append(Reason(name=table["name"], reason=reason))
        else:
            kept.append(table)
    return kept, left_out


def _links(tables: Iterable[TableFacts]) -> set[str]:
    """The tables that only link two others and that nobody refers to."""
    tables = list(tables)
    targets = {key["target"] for table in tables for key in table["foreign_keys"]}
    links = {table["name"] for table in tables if identity.is_link(table) and table["name"] not in targets}
    read_only = {table["name"] for table in tables if table["read_only"]}
    return {
        table["name"]
        for table in tables
        if table["name"] in links and not any(key["target"] in links | read_only for key in table["foreign_keys"])
    }


def _clashing(tables: Iterable[TableFacts]) -> set[str]:
    """Names of indexes that occur twice or are the name of a table: MariaDB allows it, other databases do not."""
    tables = list(tables)
    used = Counter(index["name"].lower() for table in tables for index in table["indexes"])
    return {name for name, times in used.items() if times > 1} | {table["name"].lower() for table in tables}


# --- what they become ---


def _tables(kept: list[TableFacts], clashing: set[str]) -> list[Table]:
    classes: set[str] = set()
    routes = {*names.CONTROLLER_WORDS, *(f"{word}_list" for word in names.CONTROLLER_WORDS)}
    tables = []
    for table in sorted(kept, key=lambda each: (each["kind"] == "view", each["name"].lower())):
        class_name = wording.class_name(table["name"], classes)
        one, many = wording.routes(class_name, routes)
        classes.add(class_name)
        routes |= wording.every_route(one, many)
        tables.append(_table(table, class_name, one, many, clashing))
    return tables


def _table(table: TableFacts, class_name: str, one: str, many: str, clashing: set[str]) -> Table:
    key = identity.key_of(table)
    attributes = attributes_of(table["columns"])
    columns = [filling.column(column, attributes[column["name"]], key) for column in table["columns"]]
    label = wording.label(table["name"], wording.plain(table["name"])) if not table["name"].isascii() else ""
    return Table(
        name=table["name"],
        class_name=class_name,
        singular=one,
        plural=many,
        columns=tuple(columns),
        foreign_keys=_references(table),
        uniques=tuple(_uniques(table)),
        indexes=tuple(_indexes(table, clashing)),
        comment=table["comment"],
        label=label,
        plural_label=label,
        view=table["kind"] == "view",
        read_only=table["read_only"],
    )


def attributes_of(columns: Iterable[ColumnFacts]) -> dict[str, str]:
    """An attribute for each column, by its name in the database."""
    found: dict[str, str] = {}
    for column in columns:
        found[column["name"]] = wording.attribute(column["name"], set(found.values()))
    return found


def _references(table: TableFacts) -> tuple[ForeignKey, ...]:
    """The references in the order of the columns that carry them."""
    order = [column["name"] for column in table["columns"]]
    keys = sorted(table["foreign_keys"], key=lambda key: [order.index(name) for name in key["columns"]])
    return tuple(_reference(key) for key in keys)


def _reference(key: KeyFacts) -> ForeignKey:
    return ForeignKey(
        columns=tuple(key["columns"]),
        target=key["target"],
        target_columns=tuple(key["target_columns"]),
        on_delete=key["on_delete"],
        on_update=key["on_update"],
        name=key["name"],
    )


def _uniques(table: TableFacts) -> Iterable[Unique]:
    known = {column["name"] for column in table["columns"]}
    for unique in table["uniques"]:
        if set(unique["columns"]) <= known:
            yield Unique(tuple(unique["columns"]), unique["name"])


def _indexes(table: TableFacts, clashing: set[str]) -> Iterable[Index]:
    known = {column["name"] for column in table["columns"]}
    for index in table["indexes"]:
        if set(index["columns"]) <= known:
            only = OWN_NAMES if index["name"].lower() in clashing else ()
            yield Index(tuple(index["columns"]), index["name"], index.get("unique", False), only)


def _association(table: TableFacts, tables: dict[str, Table], clashing: set[str]) -> Association:
    attributes = attributes_of(table["columns"])
    every = tuple(column["name"] for column in table["columns"])
    keys = _references(table)
    owner = tables[keys[0].target]
    return Association(
        name=table["name"],
        variable=wording.attribute(table["name"], {owner.singular}) + "_table",
        owner=owner.class_name,
        columns=tuple(filling.column(column, attributes[column["name"]], every) for column in table["columns"]),
        foreign_keys=keys,
        uniques=tuple(_uniques(table)),
        indexes=tuple(_indexes(table, clashing)),
        comment=table["comment"],
    )


def _limits(table: Table) -> Iterable[Reason]:
    """What one should know about a table that can be used, though not for everything."""
    if table.read_only and not table.view:
        yield Reason(name=table.name, reason=f"{table.read_only}, so its pages are for reading")
    stuck = [column.name for column in table.columns if needs_more(column)]
    if stuck and not table.read_only:
        reason = f"needs a value in {', '.join(stuck)} that no form can give, so rows are edited and deleted, not added"
        yield Reason(name=table.name, reason=reason)


def needs_more(column: Column) -> bool:
    """Whether a new row needs a value here that no form can give."""
    given = column.default or column.server_default or column.fetched
    return (column.readonly or column.kind == "binary") and not column.optional and not given
