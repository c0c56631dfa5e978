"""Columns whose type Kirsch has no own word for: read and shown as the text the database makes of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Dialect, Text, cast
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType


class Native(UserDefinedType[str]):
    """A type of one database, by the name it has there."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        """What stands in CREATE TABLE."""
        return self.name


class Verbatim(TypeDecorator[str]):
    """A column of a type such as `tsvector` or `int4range`, or of mixed content in SQLite: its value is text.

    In SQLite, where a column takes any text, it can be written as well.
    """

    impl = Text
    cache_ok = True

    def __init__(self, name: str = "text") -> None:
        super().__init__()
        self.name = name

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The native type where the database knows it; plain text in SQLite, which takes any."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(Native(self.name))

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Let the database turn the value to text."""
        return cast(column, Text)
