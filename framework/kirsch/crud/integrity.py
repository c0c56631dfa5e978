"""What a database says when it refuses a row, as sentences beside the fields they are about; never its own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm.exc import StaleDataError

from kirsch.crud.batch import together
from kirsch.crud.forms import RowForm
from kirsch.crud.inspection import Shape
from kirsch.crud.words import in_sentence, listed, with_article

TAKEN = "There is already {one} with this {what}."
#: Kinds of refusal by SQLSTATE (PostgreSQL) and by error number (MySQL, MariaDB).
STATES = {
    "23505": "unique", "23502": "missing", "23503": "reference", "23001": "reference", "23514": "check",
    "22001": "long", "22003": "range", "23P01": "unique",
}  # fmt: skip
NUMBERS = {
    1062: "unique", 1586: "unique", 1048: "missing", 1364: "missing", 1451: "reference", 1452: "reference",
    1216: "reference", 1217: "reference", 4025: "check", 3819: "check", 1406: "long", 1264: "range", 1366: "value",
    1292: "value", 1265: "value", 1690: "range",
}  # fmt: skip
SQLITE = {
    "SQLITE_CONSTRAINT_UNIQUE": "unique", "SQLITE_CONSTRAINT_PRIMARYKEY": "unique",
    "SQLITE_CONSTRAINT_ROWID": "unique", "SQLITE_CONSTRAINT_NOTNULL": "missing",
    "SQLITE_CONSTRAINT_FOREIGNKEY": "reference", "SQLITE_CONSTRAINT_CHECK": "check", "SQLITE_TOOBIG": "long",
    "SQLITE_CONSTRAINT_DATATYPE": "value", "SQLITE_MISMATCH": "value",
}  # fmt: skip
SENTENCES = {
    "missing": "Fill this in.",
    "reference": "What this refers to does not exist any more; choose another.",
    "check": "This value is not allowed here.",
    "long": "This is too long.",
    "range": "This number is too large or too small.",
    "value": "This value does not fit here.",
}
#: The same about the whole form, where no field of it is to blame.
WHOLE = {
    "unique": "There is already a row with these values.",
    "missing": "A value that this form does not ask for is missing.",
    "reference": "Something that this refers to does not exist any more.",
    "check": "These values do not go together.",
    "long": "One of the texts is too long.",
    "range": "One of the numbers is too large or too small.",
    "value": "One of the values does not fit.",
    "": "The database does not accept these values.",
}


@dataclass(frozen=True)
class Refusal:
    """Why a database refused a statement: the kind of rule, and the columns it named or that its constraint holds."""

    kind: str
    columns: tuple[str, ...] = ()


def uniques(shape: Shape) -> Iterator[tuple[str, ...]]:
    """The sets of attributes whose values no two rows share: unique constraints and indexes, and the key."""
    for table in shape.mapper.tables:
        for columns in _unique_columns(table):
            names = tuple(name for column in columns if (name := shape.attribute_of(column)))
            if names and len(names) == len(columns):
                yield names


def _unique_columns(table: Any) -> Iterator[tuple[Any, ...]]:
    if not isinstance(table, sa.Table):
        return
    for constraint in table.constraints:
        if isinstance(constraint, sa.UniqueConstraint | sa.PrimaryKeyConstraint):
            yield tuple(constraint.columns)
    for index in table.indexes:
        partial = any(option.endswith("_where") and value is not None for option, value in index.dialect_kwargs.items())
        if index.unique and not partial and len(index.expressions) == len(index.columns):
            yield tuple(index.columns)


def find_missing_key(form: RowForm, row: Any) -> None:
    """Say so when a part of the key is missing that neither the form asks for nor the database makes."""
    attributes = form.rows.shape.attributes
    own = [attributes[name] for name in form.rows.shape.keys if name in attributes]
    missing = [one for one in own if not one.made and not one.optional_default and getattr(row, one.name) is None]
    if missing and not any(form.errors.get(one.name) for one in missing):
        form.problems.append(WHOLE["missing"])


def find_duplicates(form: RowForm, row: Any) -> None:
    """Put a sentence beside the fields of *row* whose values another row has already; one query for all rules."""
    rows, shape = form.rows, form.rows.shape
    known = sa.inspect(row)
    rules, selects = [], []
    for names in dict.fromkeys(uniques(shape)):
        values = [getattr(row, name) for name in names]
        changed = form.creating or any(known.attrs[name].history.has_changes() for name in names)
        if not changed or any(value is None or isinstance(value, sa.sql.ClauseElement) for value in values):
            continue
        same = [shape.column(name) == value for name, value in zip(names, values, strict=True)]
        other = [] if form.creating else [sa.not_(rows.is_row(shape.key(form.row)))]
        rules.append(names)
        selects.append(sa.select(*rows.key_columns).where(*same, *other).limit(1))
    for names, found in zip(rules, together(rows.db, selects, shape.mapper), strict=True):
        if found:
            form.blame(list(names), taken(form, names))


def taken(form: RowForm, names: tuple[str, ...]) -> str:
    """The sentence about a value, or a combination of values, that another row has."""
    shape = form.rows.shape
    owners = dict.fromkeys(shape.owner_of(name) for name in names)
    labels = [form.rows.label_for(shape.members[name]) for name in owners if name in shape.members]
    one = with_article(in_sentence(form.rows.one))
    return TAKEN.format(one=one, what=listed([in_sentence(label) for label in labels]) or "key")


def explain(form: RowForm, error: StatementError) -> None:
    """Put into *form* what the database's refusal means."""
    refusal = read(error, form.rows.shape)
    by_column = {column.name: form.rows.shape.attribute_of(column) for column in form.rows.shape.mapper.columns}
    names = [name for column in refusal.columns if (name := by_column.get(column))]
    if refusal.kind == "unique" and names:
        form.blame(names, taken(form, tuple(names)))
    elif names and refusal.kind in SENTENCES and any(form.rows.shape.owner_of(name) in form.members for name in names):
        form.blame(names, SENTENCES[refusal.kind])
    else:
        form.problems.append(WHOLE.get(refusal.kind, WHOLE[""]))


def kept(error: Exception, label: str) -> str:
    """Why a row was not deleted: something refers to it, or a rule of the database, such as a trigger, forbids it."""
    trigger = getattr(getattr(error, "orig", None), "sqlite_errorname", "") == "SQLITE_CONSTRAINT_TRIGGER"
    if isinstance(error, IntegrityError | StaleDataError) and not trigger:
        return f"Something still refers to {label}."
    return f"The database does not let {label} be deleted."


def read(error: StatementError, shape: Shape) -> Refusal:
    """The kind of a refusal and the columns it is about."""
    original: Any = error.orig
    text = str(original)
    if not isinstance(error, DBAPIError):
        return Refusal("value")
    if name := getattr(original, "sqlite_errorname", ""):
        return _read_sqlite(SQLITE.get(name, ""), text, shape)
    if hasattr(original, "diag"):
        state = original.sqlstate or ""
        return _read_postgresql(STATES.get(state, "value" if state[:2] == "22" else ""), original, shape)
    number = original.args[0] if original is not None and original.args else None
    kind = NUMBERS.get(number, "") if isinstance(number, int) else ""
    return _read_mysql(kind or ("reference" if isinstance(error, IntegrityError) else ""), text, shape)


def _read_sqlite(kind: str, text: str, shape: Shape) -> Refusal:
    rest = text.partition(": ")[2]
    if kind == "check":
        return Refusal(kind, _columns_of_constraint(rest, shape))
    if index := re.match(r"index '(.+)'", rest):
        return Refusal(kind, _columns_of_constraint(index[1], shape))
    return Refusal(
        kind, tuple(part.rpartition(".")[2] for part in rest.split(", ")) if kind in {"unique", "missing"} else ()
    )


def _read_postgresql(kind: str, original: Any, shape: Shape) -> Refusal:
    told = original.diag
    if told.column_name:
        return Refusal(kind, (told.column_name,))
    columns = _columns_of_constraint(told.constraint_name or "", shape)
    if not columns and (key := re.match(r"[^(]*\(([^)]*)\)=", told.message_detail or "")):
        columns = tuple(part.strip().strip('"') for part in key[1].split(","))
    return Refusal(kind, columns)


def _read_mysql(kind: str, text: str, shape: Shape) -> Refusal:
    if kind == "unique":
        named = re.search(r"for key '(?:[^']*\.)?([^']+)'", text)
        name = named[1] if named else ""
        columns = shape.table.primary_key.columns if name == "PRIMARY" else ()  # type: ignore[attr-defined]
        return Refusal(kind, tuple(one.name for one in columns) or _columns_of_constraint(name, shape))
    if kind in {"reference", "check"}:
        named = re.search(r"CONSTRAINT `([^`]+)`", text)
        return Refusal(kind, _columns_of_constraint(named[1], shape) if named else ())
    named = re.search(r"(?:column|Column|Field) (?:`[^']*`\.)?['`]?([^'`]+)['`]", text)
    return Refusal(kind, (named[1],) if named else ())


def _columns_of_constraint(name: str, shape: Shape) -> tuple[str, ...]:
    """The columns that a constraint or index of this name holds; for a check, those its rule mentions."""
    for table in shape.mapper.tables:
        if not isinstance(table, sa.Table) or not name:
            continue
        rules: list[Any] = [*table.constraints, *table.indexes]
        for one in rules:
            if isinstance(one, sa.CheckConstraint) and name in {_name_of(one), str(one.sqltext)}:
                words = set(re.findall(r"\w+", str(one.sqltext)))
                return tuple(column.name for column in table.columns if column.name in words)
            if not isinstance(one, sa.CheckConstraint) and _name_of(one) == name:
                return tuple(column.name for column in one.columns)
        # MySQL calls a unique column's index by the column's name.
        if name in table.columns:
            return (name,)
    return ()


def _name_of(one: Any) -> str:
    """The name that a constraint has in the database; a naming convention has given it one already."""
    return str(one.name) if one.name is not None else ""
