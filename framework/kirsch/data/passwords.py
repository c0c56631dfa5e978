"""Passwords: kept as what scrypt makes of them (RFC 7914), never as they were written."""

import hmac
from base64 import b64decode, b64encode
from hashlib import scrypt
from secrets import token_bytes
from typing import Any

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

COST = 2**14  # 16 MB and some 50 ms per guess
BLOCK, LANES = 8, 1


class Hashed(str):
    """What is kept of a password: `scrypt$cost$salt$key`."""

    __slots__ = ()


def hashed(password: str) -> Hashed:
    """What to keep of *password*, other each time; about 90 characters."""
    salt = token_bytes(16)
    return Hashed("$".join(("scrypt", str(COST), _text(salt), _text(_key(password, salt, COST)))))


def matches(password: str, kept: str) -> bool:
    """Whether *password* is the one that *kept* was made of; False for anything that :func:`hashed` did not make."""
    try:
        name, cost, salt, key = kept.split("$")
        expected = b64decode(key, validate=True)
        return name == "scrypt" and hmac.compare_digest(_key(password, b64decode(salt), int(cost)), expected)
    except ValueError:
        return False


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


def _key(password: str, salt: bytes, cost: int) -> bytes:
    return scrypt(password.encode("utf-8"), salt=salt, n=cost, r=BLOCK, p=LANES, maxmem=256 * cost * BLOCK, dklen=32)


def _text(value: bytes) -> str:
    return b64encode(value).decode("ascii")
