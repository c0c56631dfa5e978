"""An answer that is kept, and what it is found by."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NamedTuple

#: The values of the request headers that an answer depends on; None for one that was not sent.
Values = tuple[str | None, ...]


class Key(NamedTuple):
    """What an answer is found by, the headers that it depends on apart."""

    #: The path as the server gives it; what is forgotten is forgotten by it.
    path: str
    query: str
    scheme: str
    host: str
    #: Whose answer it is, as a digest; empty for everybody's.
    visitor: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer that is kept."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    #: When it was made, in seconds since 1970.
    made: float
    #: Seconds for which it is fresh.
    lifetime: int
    #: Seconds after that for which it is given while another is made.
    stale: int = 0
    #: Seconds after that for which it is given where no other can be made.
    rescue: int = 0
    #: Whether a client that takes old answers may have it when it is stale.
    lenient: bool = True
    #: Whether it is for everybody, whoever asks.
    shared: bool = False

    def age(self, now: float) -> int:
        """Whole seconds since it was made; a clock that was put back makes it new."""
        return max(0, int(now - self.made))

    @property
    def held(self) -> int:
        """Seconds for which it is of any use."""
        return self.lifetime + max(self.stale, self.rescue)


class Found(NamedTuple):
    """What a store knows of a request."""

    entry: Entry | None
    #: The values of the headers that answers at this address are known to depend on.
    values: Values
    #: What :meth:`Store.keep` is given, so that nothing is kept that was forgotten while it was made.
    stamp: Any


class Held(NamedTuple):
    """How much is kept in this process."""

    entries: int
    bytes: int


def digest(value: object) -> str:
    """A short text for *value*, of which it tells nothing."""
    return blake2b(repr(value).encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()
