"""The time that a request may take."""

import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Literal
from weakref import WeakSet

from kirsch.errors import HTTPError, UsageError
from kirsch.request import Request
from kirsch.response import Response
from kirsch.tool import Setup, Tool

logger = logging.getLogger("kirsch")
#: Frames of a stack that the log shows, the innermost.
FRAMES = 30


class Moment:
    """The moment by which the answer to a request is wanted."""

    def __init__(self, seconds: float, status: int) -> None:
        self._moment = time.monotonic() + seconds
        self._status = status
        self._thread = threading.get_ident()

    def remaining(self) -> float:
        """The seconds that are left; 0 when it has passed."""
        return max(self._moment - time.monotonic(), 0.0)

    def check(self) -> None:
        """Go on only while there is time.

        :raises HTTPError: 503, or 504 where the tool says so, when it has passed.
        """
        if not self.remaining():
            raise self.refusal()

    def refusal(self) -> HTTPError:
        """The answer to a request that has taken too long."""
        return HTTPError("This has taken too long and was given up.", status=self._status)

    def stack(self) -> str:
        """Where the thread of the request is; empty where that has ended."""
        frame = sys._current_frames().get(self._thread)
        return "".join(traceback.format_stack(frame, FRAMES)) if frame is not None else ""


# First of all, since the time of the other tools is time, too.
@dataclass
class Deadline(Tool, order=0):
    """Give each request a time to be answered in, which actions can ask for, and say in the log where one hangs.

    ``self.request.take("deadline")`` has ``remaining()``, the seconds that are left, for whatever takes a timeout, and
    ``check()``, which answers 503 when none are. PostgreSQL and SQLite give up a statement of ``self.db`` that takes
    longer. Nothing else is broken off by force: who does not ask goes on, and the log says once where. What is sent in
    pieces has its time until the first one.
    """

    #: The seconds that a request may take.
    seconds: float
    #: What ``check()`` answers: 503, or 504 where another server is waited for.
    status: Literal[503, 504] = 503
    #: Whether the log says where a request is that takes longer.
    watch: bool = True

    def prepare(self, setup: Setup) -> None:
        """Check the time.

        :raises UsageError: when there is none.
        """
        if self.seconds <= 0:
            raise UsageError(f"seconds is {self.seconds:g}; give more than 0.")
        self._watchdog = Watchdog(self.seconds) if self.watch else None

    def offers(self) -> Mapping[str, Callable[[Request], Moment]]:
        """The deadline of the request."""
        return {"deadline": lambda _: Moment(self.seconds, self.status)}

    def start(self, request: Request) -> None:
        deadline = request.take("deadline")
        if self._watchdog is not None:
            self._watchdog.begin(request, deadline)

    def after(self, request: Request, response: Response) -> None:
        if self._watchdog is not None:
            self._watchdog.finish(request)

    def close(self) -> None:
        """Have the watchdog's thread end."""
        if getattr(self, "_watchdog", None) is not None:
            self._watchdog.stop()  # type: ignore[union-attr]


class Watchdog:
    """One thread that looks after all requests, which have the same time and so come due in their order."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._stopped = False
        self.forget()
        WATCHDOGS.add(self)

    def forget(self) -> None:
        """Begin anew, as a process that was forked does: it has neither the thread nor the requests of its parent."""
        self._running: dict[int, tuple[Request, Moment]] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def begin(self, request: Request, deadline: Moment) -> None:
        """Look after *request* from now on."""
        with self._changed:
            self._running[id(request)] = request, deadline
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="kirsch-deadline", daemon=True)
                self._thread.start()
            elif len(self._running) == 1:
                self._changed.notify()

    def finish(self, request: Request) -> None:
        """Look after *request* no more."""
        with self._changed:
            self._running.pop(id(request), None)

    def stop(self) -> None:
        """End the thread."""
        with self._changed:
            self._stopped = True
            self._changed.notify()

    def _watch(self) -> None:
        while (late := self._next()) is not None:
            logger.warning("%s", late)

    def _next(self) -> str | None:
        """What is to be said of the next request that is late, once there is one; None at the end."""
        with self._changed:
            while not self._stopped:
                first = next(iter(self._running.items()), None)
                if first is None:
                    self._changed.wait()
                    continue
                key, (request, deadline) = first
                if left := deadline.remaining():
                    self._changed.wait(ceil(left * 1000) / 1000)
                    continue
                del self._running[key]
                # While this holds the lock, the request cannot finish, and its thread not serve another one.
                environ = request.environ
                return (
                    f"request {request.id}: {environ['REQUEST_METHOD']} {environ.get('PATH_INFO')!r} takes longer than "
                    f"{self._seconds:g} seconds; it is at\n{deadline.stack()}"
                )
        return None


#: Every watchdog of this process.
WATCHDOGS: WeakSet[Watchdog] = WeakSet()


def forget_all() -> None:
    """Have every watchdog begin anew: a lock that a thread holds while the process is forked is never given back."""
    for watchdog in WATCHDOGS:
        watchdog.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forget_all)
