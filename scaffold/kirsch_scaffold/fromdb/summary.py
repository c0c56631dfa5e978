"""What was made of a database, for the person who asked: counts, and a sentence for each thing that stays out."""

from __future__ import annotations

from collections.abc import Iterable

from kirsch_scaffold.fromdb.decisions import Found
from kirsch_scaffold.schema import Table


def summary(found: Found) -> list[str]:
    """The lines to print."""
    tables = found.schema.tables
    written = [table for table in tables if not table.read_only]
    lines = [f"From the database: {_counted(len(tables), 'resource')}."]
    lines += [f"  {table.name}: /{table.plural}{_aside(table)}" for table in tables]
    for association in found.schema.associations:
        ends = " and ".join(key.target for key in association.foreign_keys)
        lines.append(f"  {association.name}: links {ends}, on the pages of both")
    lines += _listed("Left out:", ((each["name"], each["reason"]) for each in found.left_out))
    lines += _listed("Good to know:", ((each["name"], each["reason"]) for each in found.notes))
    if tables and not written:
        lines.append("Nothing in this database can be written, so every page is for reading.")
    return lines


def _aside(table: Table) -> str:
    return " (for reading)" if table.read_only else ""


def _listed(head: str, pairs: Iterable[tuple[str, str]]) -> list[str]:
    lines = [f"  {name if name.strip() else repr(name)}: {reason}." for name, reason in pairs]
    return [head, *lines] if lines else []


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
