"""How often somebody may try: counts in windows of time, in this process or in Redis."""

import math
import time
from collections import OrderedDict
from threading import Lock
from typing import Protocol

#: Keys that are counted at once; beyond, the oldest are forgotten.
MOST = 100_000


class Counter(Protocol):
    """Counts by key; each begins at nought again when its window is over."""

    def add(self, key: str, amount: int, seconds: int) -> tuple[int, int]:
        """Add to a count: what it is now, and the whole seconds until it begins anew."""
        ...

    def drop(self, key: str) -> None:
        """Let a count begin anew now."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...


class Memory:
    """Counts in this process alone."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._lock = Lock()

    def add(self, key: str, amount: int, seconds: int) -> tuple[int, int]:
        now = time.monotonic()
        with self._lock:
            count, ends = self._kept.get(key, (0, 0.0))
            if ends <= now:
                count, ends = 0, now + seconds
                self._kept.pop(key, None)
            self._kept[key] = max(0, count + amount), ends
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return self._kept[key][0], max(1, math.ceil(ends - now))

    def drop(self, key: str) -> None:
        with self._lock:
            self._kept.pop(key, None)

    def close(self) -> None:
        self._kept.clear()
