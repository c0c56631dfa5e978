"""References of existing tables: which lead to a row we know, and what the others mean for their tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kirsch_scaffold.fromdb.description import KeyFacts, Reason, TableFacts
from kirsch_scaffold.fromdb.identity import key_of

GONE = "which is not there"
LEFT_OUT = "which is left out"
NO_KEY = "by columns that are no key of it"
UNCHECKED = "SQLite cannot check its reference to {target} and refuses to change it"


def own_references(
    tables: Sequence[TableFacts], named: Collection[str], dialect: str
) -> tuple[list[TableFacts], list[Reason]]:
    """The tables with those references that lead to a row we know; a note for each of the others.

    *named* are all tables of the database, those that are left out as well.
    """
    known = {table["name"]: table for table in tables}
    kept: dict[str, list[KeyFacts]] = {name: [] for name in known}
    stuck: dict[str, str] = {}
    notes: list[Reason] = []
    for table in tables:
        for key in table["foreign_keys"]:
            if any(sorted(key["columns"]) == sorted(other["columns"]) for other in kept[table["name"]]):
                continue
            reason = _nowhere(key, table, known, named)
            if not reason:
                kept[table["name"]].append(key)
                continue
            name = f"{table['name']}.{', '.join(key['columns'])}"
            notes.append(Reason(name=name, reason=f"refers to {key['target']}, {reason}, so it is a plain value"))
            if dialect == "sqlite" and reason in (GONE, NO_KEY):
                stuck |= dict.fromkeys((table["name"], key["target"]), UNCHECKED.format(target=key["target"]))
    return [_with(table, kept[table["name"]], stuck.get(table["name"], "")) for table in tables], notes


def _nowhere(key: KeyFacts, table: TableFacts, known: dict[str, TableFacts], named: Collection[str]) -> str:
    """Why a reference leads nowhere; empty when it leads to a row."""
    if key["target_schema"]:
        return f"which lies in the schema {key['target_schema']}"
    if key["target"] not in known:
        return LEFT_OUT if key["target"] in named else GONE
    target = known[key["target"]]
    if not _has(target, key["target_columns"]) or not _has(table, key["columns"]):
        return "by a column that is left out"
    uniques = [target["primary_key"], list(key_of(target)), *(unique["columns"] for unique in target["uniques"])]
    uniques += [index["columns"] for index in target["indexes"] if index.get("unique")]
    return "" if any(sorted(key["target_columns"]) == sorted(unique) for unique in uniques) else NO_KEY


def _has(table: TableFacts, columns: Sequence[str]) -> bool:
    return set(columns) <= {column["name"] for column in table["columns"]}


def _with(table: TableFacts, keys: list[KeyFacts], read_only: str) -> TableFacts:
    changed = table.copy()
    changed["foreign_keys"] = keys
    changed["read_only"] = table["read_only"] or read_only
    return changed
