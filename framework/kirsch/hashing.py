"""Passwords as what scrypt (RFC 7914) or Argon2 (RFC 9106) makes of them, never as they were written."""

import hmac
from base64 import b64decode, b64encode
from functools import lru_cache
from hashlib import scrypt
from importlib import import_module
from secrets import token_bytes
from typing import Any, Literal, TypeAlias

from kirsch.errors import UsageError

__all__ = ["Hashed", "Kind", "hashed", "matches", "outdated"]

Kind: TypeAlias = Literal["scrypt", "argon2"]

COST = 2**14  # 16 MB and some 50 ms per guess
BLOCK, LANES = 8, 1
#: What hashes of Argon2 begin with, as its reference implementation writes them.
ARGON = "$argon2"


class Hashed(str):
    """What is kept of a password: `scrypt$cost$salt$key`, or `$argon2id$v=19$...`."""

    __slots__ = ()


def hashed(password: str, kind: Kind = "scrypt") -> Hashed:
    """What to keep of *password*, other each time; about 90 characters.

    :raises UsageError: for Argon2 without its package.
    """
    if kind == "argon2":
        return Hashed(argon2().hash(password))
    salt = token_bytes(16)
    return Hashed("$".join(("scrypt", str(COST), _text(salt), _text(_key(password, salt, COST)))))


def matches(password: str, kept: str) -> bool:
    """Whether *password* is the one that *kept* was made of; False for anything that :func:`hashed` did not make.

    :raises UsageError: for a hash of Argon2 without its package.
    """
    if kept.startswith(ARGON):
        return _matches_argon2(password, kept)
    try:
        name, cost, salt, key = kept.split("$")
        expected = b64decode(key, validate=True)
        return name == "scrypt" and hmac.compare_digest(_key(password, b64decode(salt), int(cost)), expected)
    except ValueError:
        return False


def outdated(kept: str, kind: Kind = "scrypt") -> bool:
    """Whether *kept* is of another kind than new hashes, or was cheaper to make, so that it should be made anew."""
    if kind == "argon2":
        return not kept.startswith(ARGON) or bool(argon2().check_needs_rehash(kept))
    name, _, rest = kept.partition("$")
    cost = rest.partition("$")[0]
    return name != "scrypt" or not cost.isdecimal() or int(cost) < COST


@lru_cache(maxsize=1)
def argon2() -> Any:
    """The hasher of Argon2, with the parameters that its package recommends.

    :raises UsageError: without the package.
    """
    try:
        return import_module("argon2").PasswordHasher()
    except ModuleNotFoundError as error:
        raise UsageError(
            "Hashes of Argon2 need the package 'argon2-cffi'. Run: pip install 'kirsch[argon2]'"
        ) from error


def _matches_argon2(password: str, kept: str) -> bool:
    hasher, exceptions = argon2(), import_module("argon2.exceptions")
    try:
        return bool(hasher.verify(kept, password))
    except (exceptions.VerificationError, exceptions.InvalidHashError, ValueError):
        return False


def _key(password: str, salt: bytes, cost: int) -> bytes:
    return scrypt(password.encode("utf-8"), salt=salt, n=cost, r=BLOCK, p=LANES, maxmem=256 * cost * BLOCK, dklen=32)


def _text(value: bytes) -> str:
    return b64encode(value).decode("ascii")
