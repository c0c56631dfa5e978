"""What ``tools.caching`` keeps, and where: in this process or in Redis.

The store behind an optional package is a module of its own, loaded by name.
"""

from importlib import import_module

from kirsch.errors import UsageError
from kirsch.tools._caches.memory import Memory
from kirsch.tools._caches.store import Store

__all__ = ["Store", "open_store"]


def open_store(kind: str, entries: int, size: int, url: str, prefix: str) -> Store:
    """The store called *kind*.

    :raises UsageError: when the package it needs is missing, or the address is none.
    """
    if kind == "memory":
        return Memory(entries, size)
    try:
        redis = import_module("kirsch.tools._caches.redis")
    except ModuleNotFoundError as error:
        raise UsageError("store = 'redis' needs the package 'redis'. Run: pip install 'kirsch[redis]'") from error
    try:
        store: Store = redis.Redis(url, prefix)
    except ValueError as error:
        raise UsageError(f"url is no address of a Redis server: {error}.") from error
    return store
