"""Counts in Redis, for all processes of a site; by the package `limits`."""

import math
import time
from typing import Any

from limits.errors import ConfigurationError, StorageError
from limits.storage import RedisStorage

from kirsch.errors import ServiceUnavailable, UsageError

#: Seconds to wait for Redis.
PATIENCE = 2.0


class Redis:
    """A :class:`kirsch.tools._throttle.Counter` that outlives the process."""

    def __init__(self, url: str, prefix: str) -> None:
        self._storage = open_storage(url, prefix)

    def add(self, key: str, amount: int, seconds: int) -> tuple[int, int]:
        try:
            count = self._storage.incr(key, seconds, amount=amount)
            return max(0, int(count)), max(1, math.ceil(self._storage.get_expiry(key) - time.time()))
        except StorageError as error:
            raise self._away() from error

    def drop(self, key: str) -> None:
        try:
            self._storage.clear(key)
        except StorageError as error:
            raise self._away() from error

    def close(self) -> None:
        self._storage.storage.close()

    def _away(self) -> ServiceUnavailable:
        return ServiceUnavailable("Nobody can sign in at the moment.", headers=[("Retry-After", "5")])


def open_storage(url: str, prefix: str) -> Any:
    """Counters in Redis whose names begin with *prefix*.

    :raises UsageError: for an address that is none, and without the package.
    """
    try:
        return RedisStorage(
            url, key_prefix=prefix, wrap_exceptions=True, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
        )
    except ConfigurationError as error:
        raise UsageError("store = 'redis' needs the package 'redis'. Run: pip install 'kirsch[redis]'") from error
    except ValueError as error:
        raise UsageError(f"url is no address of a Redis server: {error}.") from error
