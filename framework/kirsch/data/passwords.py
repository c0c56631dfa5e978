"""Columns of passwords, which keep what scrypt makes of them (RFC 7914), never what was written."""

from typing import Any

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

from kirsch.hashing import Hashed, hashed, matches

__all__ = ["Hashed", "Password", "hashed", "matches"]


class Password(TypeDecorator[str]):
    """A column of passwords: `user.password = "secret"` keeps what :func:`hashed` makes of it."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """What the database gets: a hash, whatever was assigned."""
        if value is None or isinstance(value, Hashed):
            return value
        return hashed(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Hashed | None:
        """What the model gets: the hash, known as one."""
        return None if value is None else Hashed(value)
