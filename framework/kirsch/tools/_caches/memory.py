"""Answers in this process, within bounds: those that were asked for least lately go first."""

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any

from kirsch.tools._caches.entries import Entry, Found, Held, Key, Values
from kirsch.tools._caches.vary import values_of

#: What an entry costs besides its texts, in bytes: the objects that hold them.
OVERHEAD = 1000
#: Paths that are remembered as forgotten lately.
MOST_FORGOTTEN = 10_000


class Shelf:
    """The variants of one address: the headers they depend on, and an entry for each combination of values."""

    __slots__ = ("names", "variants")

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ()
        self.variants: dict[Values, Entry] = {}


class Memory:
    """A store that all threads share.

    :param entries: how many answers are kept at most.
    :param size: how many bytes, what they are found by included.
    """

    def __init__(self, entries: int, size: int) -> None:
        self._most = Held(entries, size)
        self._size = 0
        self._lock = Lock()
        self._shelves: dict[Key, Shelf] = {}
        self._paths: dict[str, set[Key]] = {}
        self._order: OrderedDict[tuple[Key, Values], int] = OrderedDict()
        # Moments are counted, not measured: what was made before its path was forgotten is told by its number.
        self._moment = 0
        # By the hashes of paths, which may be long: an answer that is once not kept does no harm.
        self._forgotten: OrderedDict[int, int] = OrderedDict()
        self._floor = 0

    def find(self, key: Key, environ: Mapping[str, Any]) -> Found:
        with self._lock:
            shelf = self._shelves.get(key)
            if shelf is None:
                return Found(None, (), self._moment)
            values = values_of(shelf.names, environ)
            entry = shelf.variants.get(values)
            if entry is not None:
                self._order.move_to_end((key, values))
            return Found(entry, values, self._moment)

    def keep(self, key: Key, names: tuple[str, ...], environ: Mapping[str, Any], entry: Entry, stamp: int) -> bool:
        size = size_of(key, entry)
        with self._lock:
            if max(self._floor, self._forgotten.get(hash(key.path), 0)) > stamp or size > self._most.bytes:
                return False
            shelf = self._shelf(key, names)
            values = values_of(shelf.names, environ)
            size += sum(len(value) for value in values if value)
            shelf.variants[values] = entry
            self._size += size - self._order.pop((key, values), 0)
            self._order[key, values] = size
            while len(self._order) > self._most.entries or self._size > self._most.bytes:
                self._drop(*next(iter(self._order)))
            return (key, values) in self._order

    def forget(self, path: str) -> None:
        with self._lock:
            self._moment += 1
            self._forgotten[hash(path)] = self._moment
            self._forgotten.move_to_end(hash(path))
            if len(self._forgotten) > MOST_FORGOTTEN:
                self._floor = self._forgotten.popitem(last=False)[1]
            for key in list(self._paths.get(path, ())):
                for values in list(self._shelves[key].variants):
                    self._drop(key, values)

    def clear(self) -> None:
        with self._lock:
            self._moment += 1
            self._floor = self._moment
            for held in (self._shelves, self._paths, self._order, self._forgotten):
                held.clear()
            self._size = 0

    def lock(self, name: object, seconds: float) -> str | None:
        return ""

    def unlock(self, name: object, token: str) -> None:
        pass

    def is_locked(self, name: object) -> bool:
        return False

    def held(self) -> Held:
        with self._lock:
            return Held(len(self._order), self._size)

    def close(self) -> None:
        self.clear()

    def _shelf(self, key: Key, names: tuple[str, ...]) -> Shelf:
        """The shelf of an address, for answers that depend on *names* and whatever others of it depended on."""
        shelf = self._shelves.get(key)
        if shelf is not None and not set(names) <= set(shelf.names):
            # What lies on it was found by fewer headers, and would never be found again.
            names = tuple(sorted({*names, *shelf.names}))
            for values in list(shelf.variants):
                self._drop(key, values)
            shelf = None
        if shelf is None:
            shelf = self._shelves[key] = Shelf()
            shelf.names = names
            self._paths.setdefault(key.path, set()).add(key)
        return shelf

    def _drop(self, key: Key, values: Values) -> None:
        self._size -= self._order.pop((key, values))
        shelf = self._shelves[key]
        del shelf.variants[values]
        if not shelf.variants:
            del self._shelves[key]
            keys = self._paths[key.path]
            keys.discard(key)
            if not keys:
                del self._paths[key.path]


def size_of(key: Key, entry: Entry) -> int:
    """How many bytes an entry takes, about."""
    headers = sum(len(name) + len(value) for name, value in entry.headers)
    return OVERHEAD + len(entry.body) + headers + sum(map(len, key))
