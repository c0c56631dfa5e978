"""Passwords as what scrypt (RFC 7914) or Argon2 (RFC 9106) makes of them, never as they were written."""

import hmac
from base64 import b64decode, b64encode
from functools import lru_cache
from hashlib import scrypt
from importlib import import_module
from secrets import token_bytes
from typing import Any, Literal, NamedTuple, TypeAlias

from kirsch.errors import UsageError

__all__ = ["COST", "Hashed", "Kind", "Work", "check_cost", "hashed", "matches", "outdated", "spend", "work_of"]

Kind: TypeAlias = Literal["scrypt", "argon2"]

#: N, r and p of new hashes, one of the settings that OWASP recommends: 32 MB and some 0.3 s per guess.
COST, BLOCK, LANES = 2**15, 8, 3
#: The cheapest and the dearest N that a site may choose: 16 KB and 256 MB.
COSTS = (2**4, 2**18)
#: What hashes of Argon2 begin with, as its reference implementation writes them.
ARGON = "$argon2"


class Hashed(str):
    """What is kept of a password: `scrypt$N$r$p$salt$key`, or `$argon2id$v=19$...`."""

    __slots__ = ()


class Work(NamedTuple):
    """*cost* blocks of scrypt in memory, *block* times 128 bytes each, *lanes* times (RFC 7914, section 2)."""

    cost: int = COST
    block: int = BLOCK
    lanes: int = LANES

    @property
    def amount(self) -> int:
        """A number that grows as the time does."""
        return self.cost * self.block * self.lanes

    def key(self, password: str, salt: bytes) -> bytes:
        """The 32 bytes that scrypt makes of *password*.

        :raises ValueError: for work that is none, and for more than two gigabytes.
        """
        room = 256 * self.block * (self.cost + self.lanes)
        if not 0 < room < 2**31:
            raise ValueError(f"{self} is too much")
        cost, block, lanes = self
        return scrypt(
            password.encode("utf-8", "surrogatepass"), salt=salt, n=cost, r=block, p=lanes, maxmem=room, dklen=32
        )


def hashed(password: str, kind: Kind = "scrypt", cost: int = COST) -> Hashed:
    """What to keep of *password*, other each time; about 90 characters.

    :param cost: N of scrypt, a power of two; small ones are for tests.
    :raises UsageError: for Argon2 without its package, and for another cost.
    """
    if kind == "argon2":
        return Hashed(argon2().hash(password))
    check_cost(cost)
    work, salt = Work(cost), token_bytes(16)
    return Hashed("$".join(("scrypt", *map(str, work), _text(salt), _text(work.key(password, salt)))))


def matches(password: str, kept: str) -> bool:
    """Whether *password* is the one that *kept* was made of; False for anything that :func:`hashed` did not make.

    :raises UsageError: for a hash of Argon2 without its package.
    """
    if kept.startswith(ARGON):
        return _matches_argon2(password, kept)
    try:
        salt, key = (b64decode(part, validate=True) for part in kept.split("$")[-2:])
        work = work_of(kept)
        return work is not None and hmac.compare_digest(work.key(password, salt), key)
    except ValueError:
        return False


def outdated(kept: str, kind: Kind = "scrypt", cost: int = COST) -> bool:
    """Whether *kept* is of another kind than new hashes, or was cheaper to make, so that it should be made anew."""
    if kind == "argon2":
        return not kept.startswith(ARGON) or bool(argon2().check_needs_rehash(kept))
    work = work_of(kept)
    return work is None or work.amount < Work(cost).amount


def work_of(kept: str) -> Work | None:
    """What scrypt did for *kept*; None for other hashes. What was written before r and p were has 8 and 1."""
    name, _, rest = kept.partition("$")
    numbers = rest.split("$")[:-2]
    if name != "scrypt" or len(numbers) not in (1, 3) or not all(_is_number(text) for text in numbers):
        return None
    cost, block, lanes = [int(text) for text in numbers] if len(numbers) == 3 else (int(numbers[0]), BLOCK, 1)
    return Work(cost, block, lanes)


def spend(password: str, kept: str, cost: int = COST) -> None:
    """Do the work that a hash of *cost* takes beyond that of *kept*, for nothing but the time."""
    rest, done = Work(cost), work_of(kept)
    if done is not None and done.amount * 16 > rest.amount:  # in pieces of the same size, which take the same time
        rest = Work(done.cost, done.block, rest.amount // (done.cost * done.block) - done.lanes)
    if rest.lanes > 0:
        rest.key(password, b"")


def check_cost(cost: int) -> None:
    """Make sure that scrypt can be asked for *cost*.

    :raises UsageError: for what is no power of two within :data:`COSTS`.
    """
    least, most = COSTS
    if not least <= cost <= most or cost & cost - 1:
        raise UsageError(f"cost must be a power of two from {least} to {most}, such as {COST}, not {cost}.")


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


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < len(text) < 10


def _text(value: bytes) -> str:
    return b64encode(value).decode("ascii")
