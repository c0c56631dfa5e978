"""Columns whose type no other word fits: read and shown as the text that the database makes of their values."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Dialect, Text, cast
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType


class Native(UserDefinedType[Any]):
    """A type of one database, by the name it has there."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        """What stands in CREATE TABLE."""
        return self.name


class Verbatim(TypeDecorator[Any]):
    """A column of a type such as `tsvector` or `int4range`: shown as text, not edited, neither sorted nor searched."""

    impl = Native
    cache_ok = True

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The native type; text in SQLite, where a copy of the tables holds test data."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Native(self.name))

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Let the database turn the value to text."""
        return cast(column, Text)


class AnyText(TypeDecorator[str]):
    """A column of SQLite that holds values of any type: read as text and written as text."""

    impl = Text
    cache_ok = True

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Let SQLite turn numbers to text."""
        return cast(column, Text)
