"""Passwords as what scrypt makes of them (RFC 7914), never as they were written."""

import hmac
from base64 import b64decode, b64encode
from hashlib import scrypt
from secrets import token_bytes

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


def _key(password: str, salt: bytes, cost: int) -> bytes:
    return scrypt(password.encode("utf-8"), salt=salt, n=cost, r=BLOCK, p=LANES, maxmem=256 * cost * BLOCK, dklen=32)


def _text(value: bytes) -> str:
    return b64encode(value).decode("ascii")
