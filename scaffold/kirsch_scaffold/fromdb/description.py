"""The description of an existing database, as it comes: plain data with known keys."""

from __future__ import annotations

from typing import Any, TypedDict


class Default(TypedDict, total=False):
    """What the database fills in: a plain `value`, the time of day (`now`), or any other `sql`."""

    value: str
    now: bool
    sql: str


class ColumnFacts(TypedDict):
    """One column."""

    name: str
    kind: str
    length: int | None
    precision: int | None
    scale: int | None
    timezone: bool
    choices: list[str]
    type_name: str
    native: bool
    readonly: bool
    minimum: str
    maximum: str
    nullable: bool
    default: Default | None
    computed: str
    autoincrement: bool
    comment: str


class KeyFacts(TypedDict):
    """A reference to another table."""

    name: str
    columns: list[str]
    target: str
    target_schema: str
    target_columns: list[str]
    on_delete: str
    on_update: str


class UniqueFacts(TypedDict, total=False):
    """Columns that are unique together, or an index."""

    name: str
    columns: list[str]
    unique: bool


class TableFacts(TypedDict):
    """One table or view."""

    name: str
    kind: str
    comment: str
    columns: list[ColumnFacts]
    primary_key: list[str]
    candidate_keys: list[list[str]]
    foreign_keys: list[KeyFacts]
    uniques: list[UniqueFacts]
    indexes: list[UniqueFacts]
    read_only: str


class Reason(TypedDict):
    """Something that was left out or is limited, and why."""

    name: str
    reason: str


class Facts(TypedDict):
    """Everything."""

    dialect: str
    tables: list[TableFacts]
    left_out: list[Reason]
    notes: list[Reason]
    versions: dict[str, list[str]]


def facts(description: dict[str, Any]) -> Facts:
    """The description with names for its keys."""
    return Facts(
        dialect=description["dialect"],
        tables=description["tables"],
        left_out=list(description["left_out"]),
        notes=list(description["notes"]),
        versions=description.get("versions", {}),
    )
