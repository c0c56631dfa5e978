"""Session texts in this process, forgotten when their time is over."""

import threading
import time


class Memory:
    """A backend of :class:`kirsch.tools._stores.KeyedStore`: a dict that all threads share."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[float, str]] = {}
        self.lock = threading.Lock()

    def get(self, key: str) -> str | None:
        ends, text = self.kept.get(key, (0.0, ""))
        return text if ends > time.time() else None

    def put(self, key: str, text: str, seconds: int, known: bool) -> None:
        now = time.time()
        with self.lock:
            if known and key not in self.kept:
                return
            if len(self.kept) % 1000 == 999:
                self.kept = {name: item for name, item in self.kept.items() if item[0] > now}
            self.kept[key] = (now + seconds, text)

    def drop(self, key: str) -> None:
        with self.lock:
            self.kept.pop(key, None)

    def close(self) -> None:
        self.kept.clear()
