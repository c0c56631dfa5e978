"""Which request headers an answer depends on, and their values in one spelling each (RFC 9111, section 4.1)."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from kirsch.tools._caches.entries import Values, digest

#: Names in one Vary header, and its characters; an answer that depends on more is not kept.
MOST, LONGEST = 16, 2000
#: Characters of a value that is kept as it stands; of a longer one its digest is.
LONGEST_VALUE = 200
COMMA = re.compile(r"[ \t]*,[ \t,]*")
#: Headers whose members mean the same in any case of letters.
CASELESS = frozenset({"HTTP_ACCEPT", "HTTP_ACCEPT_CHARSET", "HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE"})
#: Headers whose members mean the same in any order.
UNORDERED = frozenset({"HTTP_ACCEPT_CHARSET", "HTTP_ACCEPT_ENCODING"})


def varied(headers: Iterable[tuple[str, str]]) -> tuple[str, ...] | None:
    """The keys in an environ of the headers that an answer depends on; None where it can never be given again."""
    text = ",".join(value for name, value in headers if name.lower() == "vary")
    return names_of(text) if len(text) <= LONGEST else None


@lru_cache(maxsize=256)
def names_of(text: str) -> tuple[str, ...] | None:
    """What a Vary header says, sorted, each name once; None for ``*`` and for too many names."""
    names = {name.strip(" \t").upper() for name in text.split(",")} - {""}
    if "*" in names or len(names) > MOST:
        return None
    return tuple(sorted("HTTP_" + name.replace("-", "_") for name in names))


def values_of(names: Iterable[str], environ: Mapping[str, Any]) -> Values:
    """The values of these headers, each in the place of its name; None for those that were not sent."""
    return tuple(normal(name, environ.get(name)) for name in names)


def normal(name: str, value: str | None) -> str | None:
    """A value in one spelling; of a long one the digest."""
    if value is None:
        return None
    return spelt(name, value) if len(value) <= LONGEST_VALUE else digest(spelt.__wrapped__(name, value))


@lru_cache(maxsize=512)
def spelt(name: str, value: str) -> str:
    """*value* without spaces that mean nothing, and where it makes no difference in lower case and in order."""
    text = COMMA.sub(",", value.strip(" \t,"))
    if name in CASELESS:
        text = text.lower()
    return ",".join(sorted(text.split(","))) if name in UNORDERED else text
