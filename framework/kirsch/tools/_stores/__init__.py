"""Where sessions are kept. A store loads by what the cookie says and tells what the cookie is to say next.

What keeps texts on the server is a module of its own, loaded by name; other packages bring more of them.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Protocol

from kirsch.errors import UsageError, did_you_mean
from kirsch.extensions import brought, load_brought
from kirsch.tools._stores.cookie import CookieStore
from kirsch.tools._stores.keyed import Backend, Kept, KeyedStore, Place
from kirsch.tools._stores.session import Session

__all__ = ["Backend", "Kept", "Place", "Session", "Store", "open_store"]

#: The class of each backend of ours; its module is called like it.
BACKENDS = {"file": "File", "memory": "Memory", "redis": "Redis", "sql": "SQL"}
#: Other packages add backends in this entry-point group.
GROUP = "kirsch.session_stores"
#: The extra that brings the package a backend of ours needs.
EXTRAS = {"redis": "redis", "sql": "sql"}


class Store(Protocol):
    """What :mod:`kirsch.tools.sessions` needs of a store."""

    def load(self, sent: str) -> Session:
        """The session that the cookie's value stands for; a new one where it is not ours or is too old."""
        ...

    def save(self, session: Session) -> str | None:
        """Keep the session. What the cookie is to hold now: None to leave it as it is, "" to delete it."""
        ...

    def release(self, session: Session) -> None:
        """Give back the lock of a session, if there is one."""
        ...

    def clean(self) -> int:
        """Remove all sessions that have ended; how many they were."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...


def open_store(
    kind: str,
    keys: Sequence[str],
    place: Place,
    shared: dict[str, Any],
    *,
    seconds: int,
    longest: int | None = None,
    lock: float = 0,
) -> Store:
    """The store called *kind*; the first of *keys* signs, all are recognized.

    :param shared: where the tools of one application find what keeps their sessions in the same place.
    :raises UsageError: when there is no such store, it cannot be used, or a package it needs is missing.
    """
    if kind == "cookie":
        return CookieStore(keys, seconds, longest)
    name = f"sessions: {kind} {place}"
    if name not in shared:
        shared[name] = load_backend(kind)(place)
    return KeyedStore(keys, shared[name], seconds, longest, lock)


def load_backend(kind: str) -> Callable[[Place], Backend]:
    """The class of the backend called *kind*.

    :raises UsageError: when there is none, or a package it needs is missing.
    """
    if kind not in BACKENDS:
        known = brought(GROUP)
        if kind not in known:
            raise UsageError(f"store cannot be {kind!r}. {did_you_mean(kind, ['cookie', *BACKENDS, *known])}")
        return load_brought(GROUP, kind, f"store = {kind!r}")  # type: ignore[no-any-return]
    try:
        module = import_module(f"kirsch.tools._stores.{kind}")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("kirsch."):
            raise
        package = f"kirsch[{EXTRAS[kind]}]" if kind in EXTRAS else error.name
        raise UsageError(f"store = {kind!r} needs the package {error.name!r}. Run: pip install '{package}'") from error
    found: Callable[[Place], Backend] = getattr(module, BACKENDS[kind])
    return found
