"""Factories of tests: values for a new row, different at every call, right for every kind of field."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from kirsch_scaffold import names, source
from kirsch_scaffold.schema import Column, Relation, Schema, Table

SIMPLE = {
    "text": 'f"Some words of text, number {number}"',
    "float": "number + 0.5",
    "bool": "True",
    "date": "dt.date(2020, 1, 1) + dt.timedelta(days=number)",
    "time": "dt.time(number // 60 % 24, number % 60)",
    "datetime": "dt.datetime(2020, 1, 1, 8, 30) + dt.timedelta(minutes=number)",
    "interval": "dt.timedelta(minutes=number)",
    "json": '{"number": number}',
    "uuid": "UUID(int=number)",
    "binary": "number.to_bytes(4)",
    "email": 'f"person{number}@example.org"',
    "url": 'f"https://example.org/{number}"',
    "slug": 'f"slug-{number}"',
    "color": 'f"#{number:06x}"',
    "phone": 'f"+49 30 {number:06}"',
    "password": "PASSWORD",
}


def factory_source(table: Table, schema: Schema) -> str:
    """The module with `post_values` and `make_post`."""
    one = table.singular
    needed = [relation for relation in table.relations if _needed(relation, table)]
    own = {attribute for relation in table.relations if not relation.many for attribute in relation.columns}
    given = [column for column in table.columns if is_given(column, column.attribute in own)]
    pairs = [f'"{column.attribute}": {value_source(column)}' for column in given]
    pairs += [f'"{relation.attribute}": {_related(relation, schema)}' for relation in needed]
    word = (table.label or names.label(table.class_name)).lower()
    body = [
        "NUMBERS = count(1)",
        *(['PASSWORD = hashed("a long secret")'] if any(" PASSWORD" in pair for pair in pairs) else []),
        "",
        "",
        f"def {values_name(one)}(db: Session, **changes: Any) -> dict[str, Any]:",
        source.docstring(f"Values for a new {word}, different at every call", 4),
        *(["    number = next(NUMBERS)"] if any("number" in pair.partition(": ")[2] for pair in pairs) else []),
        _mapping(pairs),
        "",
        "",
        f"def make_{one}(db: Session, **changes: Any) -> {table.class_name}:",
        source.docstring(f"A {word} in the database", 4),
        f"    {one} = {table.class_name}(**{values_name(one)}(db, **changes))",
        f"    db.add({one})",
        "    db.commit()",
        f"    return {one}",
        "",
    ]
    text = "\n".join(body)
    if "next(NUMBERS)" not in text:
        text = text.replace("NUMBERS = count(1)\n", "", 1).lstrip("\n")
        text = text if text.startswith("PASSWORD") else f"\n{text}"
    title = source.docstring(f"{names.label(table.plural)} for tests")
    return f"{title}\n\n{_imports(text, table, schema, needed)}\n{text}"


def values_name(one: str) -> str:
    """What the function with the values is called: `post_values`, but nothing that pytest takes for a test."""
    return f"values_of_{one}" if one.startswith("test") else f"{one}_values"


def _mapping(pairs: list[str]) -> str:
    whole = f"    return {{{', '.join(pairs)}}} | changes"
    if len(whole) <= source.WIDTH:
        return whole
    return "    return {\n" + "".join(f"        {pair},\n" for pair in pairs) + "    } | changes"


def is_given(column: Column, by_relation: bool = False) -> bool:
    """Whether a factory gives the column a value: not what the database makes, not what a relation brings."""
    if by_relation or column.computed:
        return False
    if column.primary_key:
        return not (column.kind in ("int", "bigint", "smallint") and column.autoincrement is not False)
    return column.kind not in ("verbatim", "anytext") or not column.optional


def value_source(column: Column) -> str:
    """Python source of a value that differs with `number`."""
    if column.kind == "enum":
        return source.text(column.choices[0])
    bounded = bool(column.minimum or column.maximum)
    if (column.kind == "float" and not bounded) or (column.kind == "slug" and (column.length or 100) >= 12):
        return SIMPLE[column.kind]
    write = WRITERS.get(column.kind)
    return write(column) if write else SIMPLE[column.kind]


def _text(column: Column) -> str:
    length = column.length or 255
    word = names.label(column.attribute)
    if length >= len(word) + 6:
        return f'f"{word} {{number}}"'
    if length < 4 and column.unique:
        return "chr(0x4E00 + number)"  # so many different texts of one character there are only in Chinese
    return f'f"{{number % {10 ** min(length, 8)}:0{min(length, 8)}}}"'


def _integer(column: Column) -> str:
    low = int(Decimal(column.minimum)) if column.minimum else None
    high = int(Decimal(column.maximum)) if column.maximum else None
    if low is None and high is None:
        return "number % 30000" if column.kind == "smallint" else "number"
    if high is None:
        return f"{low} + number" if low else "number"
    start = low if low is not None else min(0, high - 1000)
    return f"{f'{start} + ' if start else ''}number % {high - start + 1}"


def _float(column: Column) -> str:
    if not column.maximum:
        return f"{column.minimum} + number"
    low = float(column.minimum or float(column.maximum) - 1000)
    return f"{low!r} + (number % 100) * {(float(column.maximum) - low) / 100!r}"


def _decimal(column: Column) -> str:
    scale, precision = column.scale or 0, column.precision or 12
    step = Decimal(1).scaleb(-scale)
    low = Decimal(column.minimum) if column.minimum else Decimal(0)
    biggest = Decimal(10) ** (precision - scale) - step
    high = min(Decimal(column.maximum), biggest) if column.maximum else biggest
    low = low if low <= high else max(high - 1000, -biggest)
    first, last = int((low / step).to_integral_value(rounding="ROUND_CEILING")), int(high / step)
    amount = f"number % {last - first + 1}" if last - first + 1 < 10**6 else "number"
    whole = f"{first} + {amount}" if first else amount
    return f"Decimal({whole}).scaleb({-scale})" if scale else f"Decimal({whole})"


def _needed(relation: Relation, table: Table) -> bool:
    if relation.many:
        return bool(relation.association) and not relation.readonly and relation.target != table.class_name
    return not relation.optional and relation.target != table.class_name


def _related(relation: Relation, schema: Schema) -> str:
    call = f"make_{schema.module(relation.target)}(db)"
    return f"[{call}]" if relation.many else call


def _imports(body: str, table: Table, schema: Schema, needed: list[Relation]) -> str:
    lines = ["import datetime as dt"] if "dt." in body else []
    lines += ["from decimal import Decimal"] if "Decimal(" in body else []
    lines += ["from itertools import count"] if "count(1)" in body else []
    lines += ["from typing import Any", *(["from uuid import UUID"] if "UUID(" in body else []), ""]
    lines += ["from kirsch.data.passwords import hashed"] if "hashed(" in body else []
    lines += ["from sqlalchemy.orm import Session", ""]
    targets = sorted({schema.module(relation.target) for relation in needed})
    ours = [f"from {schema.package}.models.{table.singular} import {table.class_name}"]
    ours += [f"from tests.factories.{module} import make_{module}" for module in targets]
    return "\n".join([*lines, *sorted(ours, key=lambda line: line.split()[1]), ""])


WRITERS: dict[str, Callable[[Column], str]] = {
    "str": _text,
    "slug": _text,
    "anytext": _text,
    "verbatim": _text,
    "int": _integer,
    "bigint": _integer,
    "smallint": _integer,
    "decimal": _decimal,
    "money": _decimal,
    "float": _float,
}
