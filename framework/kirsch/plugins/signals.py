"""Signals of the system become steps of the bus."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from kirsch.bus import Bus

#: What each signal asks for. SIGHUP is not known on Windows.
STEPS = {"SIGTERM": "exit", "SIGINT": "exit", "SIGHUP": "graceful"}


@contextmanager
def signals(bus: Bus, steps: dict[str, str] | None = None) -> Iterator[None]:
    """While this is entered, signals ask *bus* for their step; afterwards they mean what they meant before.

    Only the main thread may change what signals mean; in any other thread nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    meant = {}
    for name, step in (steps or STEPS).items():
        number = getattr(signal, name, None)
        if number is not None:
            meant[number] = signal.signal(number, asking(bus, step))
    try:
        yield
    finally:
        for number, before in meant.items():
            signal.signal(number, before)


def asking(bus: Bus, step: str) -> "signal._HANDLER":
    """A handler that asks *bus* for *step* and does nothing else: it may interrupt anything."""

    def handler(_number: int, _frame: FrameType | None) -> None:
        bus.request(step)

    return handler
