"""Session texts in this process, forgotten when their time is over, or when there are too many."""

import threading
import time
from collections import OrderedDict
from itertools import islice
from typing import NamedTuple

from kirsch.tools._stores.keyed import Kept, Place


class Entry(NamedTuple):
    """A text and when it ends, in seconds since 1970."""

    kept: Kept
    ends: float


class Memory:
    """A backend of :class:`kirsch.tools._stores.keyed.KeyedStore`: a dict that all threads share."""

    def __init__(self, place: Place) -> None:
        self.most = place.most
        self.entries: OrderedDict[str, Entry] = OrderedDict()
        self.held: dict[str, tuple[str, float]] = {}
        self.mutex = threading.Lock()

    def get(self, key: str) -> Kept | None:
        with self.mutex:
            entry = self.entries.get(key)
            if entry is None or entry.ends <= time.time():
                return None
            self.entries.move_to_end(key)
            return entry.kept

    def put(self, key: str, text: str, seconds: int, version: int) -> bool:
        with self.mutex:
            if version and not self._keeps(key, version):
                return False
            self.entries[key] = Entry(Kept(version + 1, text), time.time() + seconds)
            self.entries.move_to_end(key)
            if len(self.entries) > self.most:
                self.entries.popitem(last=False)
            return True

    def drop(self, key: str, version: int | None = None) -> bool:
        with self.mutex:
            if version is not None and not self._keeps(key, version):
                return False
            self.entries.pop(key, None)
            return True

    def hold(self, key: str, token: str, seconds: int) -> bool:
        now = time.monotonic()
        with self.mutex:
            if self.held.get(key, ("", 0.0))[1] > now:
                return False
            self.held[key] = token, now + seconds
            return True

    def release(self, key: str, token: str) -> None:
        with self.mutex:
            if self.held.get(key, ("", 0.0))[0] == token:
                del self.held[key]

    def clean(self, most: int | None = None) -> int:
        now = time.time()
        with self.mutex:
            # Those that nobody has used for longest come first.
            ended = [key for key, entry in islice(self.entries.items(), most) if entry.ends <= now]
            for key in ended:
                del self.entries[key]
            self.held = {key: held for key, held in self.held.items() if held[1] > time.monotonic()}
        return len(ended)

    def close(self) -> None:
        self.entries.clear()
        self.held.clear()

    def _keeps(self, key: str, version: int) -> bool:
        return key in self.entries and self.entries[key].kept.version == version
