"""What ``tools.caching`` needs of a store."""

from collections.abc import Mapping
from typing import Any, Protocol

from kirsch.tools._caches.entries import Entry, Found, Held, Key


class Store(Protocol):
    """What the tool needs of a store. None of it raises because the store cannot be reached."""

    def find(self, key: Key, environ: Mapping[str, Any]) -> Found:
        """What is kept for a request, fresh or not."""
        ...

    def keep(self, key: Key, names: tuple[str, ...], environ: Mapping[str, Any], entry: Entry, stamp: Any) -> bool:
        """Keep an answer that depends on the headers *names*; whether it is kept."""
        ...

    def forget(self, path: str) -> None:
        """Drop every answer of a path: all queries, hosts, visitors and variants, and those under way."""
        ...

    def clear(self) -> None:
        """Drop everything."""
        ...

    def lock(self, name: object, seconds: float) -> str | None:
        """Take the right to make an answer, for so long at most; None where another process has it."""
        ...

    def unlock(self, name: object, token: str) -> None:
        """Give the right back."""
        ...

    def is_locked(self, name: object) -> bool:
        """Whether a process has the right."""
        ...

    def held(self) -> Held:
        """How much is kept in this process."""
        ...

    def close(self) -> None:
        """Give back connections and memory."""
        ...
