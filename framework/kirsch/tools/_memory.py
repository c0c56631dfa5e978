"""What the memory of this process holds, and what has been added."""

import gc
import os
import sys
import tracemalloc
from collections import Counter
from pathlib import Path
from threading import Lock
from typing import Any

STATUS = Path("/proc/self/status")
#: Kinds of objects and lines of code that are told.
MOST = 40
#: What looking itself takes.
OURS = [tracemalloc.Filter(False, name) for name in (tracemalloc.__file__, __file__)]


def resident() -> int:
    """The bytes of memory that the process has; 0 where the system does not say."""
    try:
        words = STATUS.read_text(encoding="ascii").partition("VmRSS:")[2].split()
    except OSError:
        return 0
    return int(words[0]) * 1024 if words else 0


def kinds() -> Counter[str]:
    """How many objects of each class the garbage collector knows."""
    gc.collect()
    return Counter(f"{type(thing).__module__}.{type(thing).__qualname__}" for thing in gc.get_objects())


class Growth:
    """What has grown since it was marked."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kinds: Counter[str] | None = None
        self._lines: tracemalloc.Snapshot | None = None
        self._own = False

    def mark(self) -> None:
        """Compare with now from now on."""
        with self._lock:
            self._kinds = kinds()
            self._lines = tracemalloc.take_snapshot() if tracemalloc.is_tracing() else None

    def trace(self, on: bool) -> None:
        """Whether it is remembered where memory was taken: everything takes several times as long meanwhile."""
        with self._lock:
            if on and not tracemalloc.is_tracing():
                tracemalloc.start()
                self._own = True
            elif not on and self._own:  # what somebody else has begun goes on
                tracemalloc.stop()
                self._own, self._lines = False, None

    def told(self) -> dict[str, Any]:
        """Objects by class, those first that have become more, and lines of code by the bytes they have added."""
        with self._lock:
            before, here = self._kinds, kinds()
            grown = {name: count - (before or here)[name] for name, count in here.items()}
            order = sorted(here, key=lambda name: (-grown[name], -here[name], name))
            return {
                "marked": before is not None,
                "tracing": tracemalloc.is_tracing(),
                "resident": resident(),
                "objects": sum(here.values()),
                "blocks": sys.getallocatedblocks(),
                "uncollectable": len(gc.garbage),
                "collections": [generation["collections"] for generation in gc.get_stats()],
                "kinds": [{"name": name, "count": here[name], "grown": grown[name]} for name in order[:MOST]],
                "lines": self._grown_lines(),
            }

    def _grown_lines(self) -> list[dict[str, Any]]:
        if not tracemalloc.is_tracing():
            return []
        here = tracemalloc.take_snapshot().filter_traces(OURS)
        if self._lines is None:
            found = [(line.traceback, line.size, line.count) for line in here.statistics("lineno")[:MOST]]
        else:
            differences = here.compare_to(self._lines, "lineno")
            differences.sort(key=lambda line: -line.size_diff)
            found = [(line.traceback, line.size_diff, line.count_diff) for line in differences[:MOST]]
        return [
            {"place": f"{os.path.relpath(at[0].filename)}:{at[0].lineno}", "bytes": size, "count": count}
            for at, size, count in found
        ]
