"""What the site is doing, and how well: counted in memory, shown on a page."""

import gc
import os
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from kirsch.errors import UsageError
from kirsch.redaction import redacted_url
from kirsch.request import Request
from kirsch.response import Response
from kirsch.tool import Setup
from kirsch.tools._guarding import Guarded
from kirsch.tools._histogram import Histogram
from kirsch.tools._lines import stamp
from kirsch.tools._measuring import Measure, announced_length, measure, name_of, path_of, weigh, written
from kirsch.tools._memory import Growth, resident

#: Where a request keeps the number of the thread that it began in.
KEY = "kirsch.statistics"


class Running(NamedTuple):
    """A request that is worked on."""

    thread: str
    method: str
    environ: Mapping[str, Any]
    action: str
    found: Measure


class Figures:
    """What is counted of one action."""

    __slots__ = ("durations", "received", "sent", "statuses")

    def __init__(self) -> None:
        self.durations = Histogram()
        self.statuses: Counter[int] = Counter()
        self.received = 0
        self.sent = 0


@dataclass
class Statistics(Guarded, order=2):
    """Count requests by action and status, with their durations and bytes, for a page that shows them.

    Connect the page: ``mapper.connect("/statistics", controller=kirsch.seeing.Statistics, action="index")``. What is
    counted is kept in memory, by each process for itself, and bounded: a histogram for each action.
    """

    #: Requests that take longer than so many seconds are listed.
    slow: float = 1.0
    #: How many of them, the latest.
    kept: int = 50

    def prepare(self, setup: Setup) -> None:
        """Begin to count.

        :raises UsageError: for options that cannot be.
        """
        if self.slow < 0 or self.kept < 0:
            raise UsageError("slow and kept cannot be less than 0.")
        self.guard(setup)
        self._lock = threading.Lock()
        self._running: dict[int, Running] = {}
        self.growth = Growth()
        self.paused = False
        self._started = time.time()
        self.reset()

    def offers(self) -> Mapping[str, Callable[[Request], "Statistics"]]:
        """The figures, for those who may see them."""
        return {"statistics": self._shown}

    def _shown(self, request: Request) -> "Statistics":
        self.check(request)
        return self

    def reset(self) -> None:
        """Begin anew."""
        with self._lock:
            self._since = time.time()
            self._actions: dict[str, Figures] = {}
            self._slow: deque[dict[str, Any]] = deque(maxlen=self.kept)

    def start(self, request: Request) -> None:
        thread = threading.get_ident()
        request.environ[KEY] = thread
        name = threading.current_thread().name
        self._running[thread] = Running(name, request.method, request.environ, name_of(request), measure(request))

    def after(self, request: Request, response: Response) -> None:
        weigh(request, response)

    def end(self, request: Request) -> None:
        found = measure(request)
        thread = request.environ.get(KEY, 0)
        running = self._running.get(thread)
        if running is not None and running.found is found:
            del self._running[thread]
        if self.paused:
            return
        seconds, action = found.seconds, name_of(request)
        received = announced_length(request.environ)
        with self._lock:
            figures = self._actions.get(action)
            if figures is None:
                figures = self._actions[action] = Figures()
            figures.durations.add(seconds)
            figures.statuses[found.status] += 1
            figures.received += received
            figures.sent += found.length
            if seconds >= self.slow:
                self._slow.append(told(request, found, seconds))

    def summary(self, request: Request) -> dict[str, Any]:
        """All figures, as JSON holds them; durations are seconds."""
        with self._lock:
            actions = [row(name, figures) for name, figures in self._actions.items()]
            slow = sorted(self._slow, key=lambda one: -one["seconds"])
        seconds = max(time.time() - self._since, 1e-9)
        count = sum(one["count"] for one in actions)
        server = request.environ.get("kirsch.server")
        return {
            "process": self._process(),
            "requests": {
                "count": count,
                "per_second": round(count / seconds, 3),
                "errors": sum(one["errors"] for one in actions),
                "running": len(self._running),
                "received": sum(one["received"] for one in actions),
                "sent": sum(one["sent"] for one in actions),
            },
            "actions": sorted(actions, key=lambda one: -one["total"]),
            "running": self._at_work(),
            "slow": slow,
            "server": dict(server()) if server else {},
            "tools": figures_of(request.application.tools),
        }

    def _process(self) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "python": sys.version.split()[0],
            "started": stamp(self._started),
            "counted_since": stamp(self._since),
            "seconds": round(time.time() - self._started, 1),
            "paused": self.paused,
            "threads": threading.active_count(),
            "memory": resident(),
            "collections": [generation["collections"] for generation in gc.get_stats()],
        }

    def _at_work(self) -> list[dict[str, Any]]:
        running = sorted(self._running.copy().values(), key=lambda one: one.found.begun)
        return [
            {"thread": one.thread, "method": one.method, "path": redacted_url(written(one.environ)),
             "action": one.action, "seconds": round(one.found.seconds, 6)}
            for one in running
        ]  # fmt: skip


def row(name: str, figures: Figures) -> dict[str, Any]:
    """The figures of one action."""
    durations = figures.durations
    seconds = {
        "total": durations.total, "mean": durations.mean, "min": durations.least, "max": durations.most,
        **{f"p{part}": durations.percentile(part / 100) for part in (50, 90, 99)},
    }  # fmt: skip
    return {
        "action": name,
        "count": durations.count,
        "errors": sum(count for status, count in figures.statuses.items() if status >= 500),
        "statuses": {str(status): count for status, count in sorted(figures.statuses.items())},
        **{word: round(value, 6) for word, value in seconds.items()},
        "received": figures.received,
        "sent": figures.sent,
    }


def told(request: Request, found: Measure, seconds: float) -> dict[str, Any]:
    """A request that was slow."""
    return {
        "time": stamp(time.time() - seconds), "id": request.id, "method": request.method,
        "path": redacted_url(path_of(request)), "action": name_of(request), "status": found.status,
        "seconds": round(seconds, 6),
    }  # fmt: skip


def figures_of(tools: Any) -> dict[str, dict[str, Any]]:
    """What the tools that are on count themselves, by the tool's word."""
    found: dict[str, dict[str, Any]] = {}
    for tool in tools:
        figures = dict(tool.figures())
        if not figures:
            continue
        word = type(tool).__name__.lower()
        number = sum(name.partition(" ")[0] == word for name in found)
        found[f"{word} {number + 1}" if number else word] = figures
    return found
