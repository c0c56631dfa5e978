"""The life of the process: states, channels, and listeners that are told in order.

Plugins and the server subscribe to the channels of one :class:`Bus`; whoever runs the process starts it, waits, and
lets it stop. Nothing here knows HTTP.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from kirsch.errors import RunError, UsageError, did_you_mean

Listener = Callable[..., object]


class State(Enum):
    """Where the process is in its life."""

    STOPPED = "stopped"
    STARTING = "starting"
    STARTED = "started"
    STOPPING = "stopping"
    EXITING = "exiting"


@dataclass(frozen=True)
class Failure:
    """One listener that failed, and why."""

    listener: str
    error: BaseException

    def __str__(self) -> str:
        return f"{self.listener}: {type(self.error).__name__}: {self.error}"


class ChannelError(RunError):
    """Listeners of a channel failed; the others were told nevertheless."""

    def __init__(self, channel: str, failures: list[Failure]) -> None:
        self.channel = channel
        self.failures = tuple(failures)
        super().__init__(f"On {channel!r} failed: " + "; ".join(map(str, failures)))


@dataclass
class Channel:
    """Who is told what is published under one name, lowest order first."""

    listeners: list[tuple[int, Listener]] = field(default_factory=list)

    def add(self, listener: Listener, order: int) -> None:
        """Tell *listener* too; of equal order, who came first is told first."""
        self.listeners.append((order, listener))
        self.listeners.sort(key=lambda entry: entry[0])

    def remove(self, listener: Listener) -> None:
        """Tell *listener* no more."""
        self.listeners = [entry for entry in self.listeners if entry[1] != listener]


class Bus:
    """Carries the process from state to state and tells the listeners of each step.

    :param patience: seconds that all listeners of ``stop`` and ``exit`` together may take; those that take longer
        are named and left behind.
    """

    CHANNELS = ("start", "stop", "exit", "graceful", "state", "log")

    def __init__(self, patience: float = 10.0) -> None:
        self.patience = patience
        self.state = State.STOPPED
        self.channels = {name: Channel() for name in self.CHANNELS}
        # A SimpleQueue may be put into from a signal handler, whatever the interrupted code holds.
        self._requests: queue.SimpleQueue[str] = queue.SimpleQueue()

    def open(self, channel: str) -> None:
        """Add a channel of one's own."""
        self.channels.setdefault(channel, Channel())

    def subscribe(self, channel: str, listener: Listener, order: int = 50) -> None:
        """Call *listener* with whatever is published on *channel*; lower orders first."""
        self._channel(channel).add(listener, order)

    def unsubscribe(self, channel: str, listener: Listener) -> None:
        """Take back a :meth:`subscribe`."""
        self._channel(channel).remove(listener)

    def publish(self, channel: str, *values: Any, within: float | None = None) -> list[Any]:
        """Tell every listener of *channel*, also after one has failed, and return what they returned.

        :param within: seconds that all of them together may take.
        :raises ChannelError: after all were told, naming those that failed or took too long.
        """
        end = None if within is None else time.monotonic() + within
        answers, failures = [], []
        for _, listener in tuple(self._channel(channel).listeners):
            try:
                answers.append(call(listener, values, end))
            except Exception as error:
                failures.append(Failure(name_of(listener), error))
        if failures:
            raise ChannelError(channel, failures)
        return answers

    def start(self) -> None:
        """Tell ``start``; where a listener fails, everything is stopped again.

        :raises ChannelError: when listeners failed.
        """
        self._need(State.STOPPED, "start")
        self._enter(State.STARTING)
        try:
            self.publish("start")
        except ChannelError:
            self._enter(State.STARTED)
            with self._reported():
                self.stop()
            raise
        self._enter(State.STARTED)

    def stop(self) -> None:
        """Tell ``stop``, within :attr:`patience`.

        :raises ChannelError: when listeners failed or took too long; the bus is stopped all the same.
        """
        self._need(State.STARTED, "stop")
        self._enter(State.STOPPING)
        try:
            self.publish("stop", within=self.patience)
        finally:
            self._enter(State.STOPPED)

    def exit(self) -> None:
        """Stop if need be, then tell ``exit``: the process is about to end."""
        if self.state is State.EXITING:
            return
        with self._reported():
            if self.state is State.STARTED:
                self.stop()
        self._enter(State.EXITING)
        with self._reported():
            self.publish("exit", within=self.patience)

    def graceful(self) -> None:
        """Tell ``graceful``: reopen files, reload certificates, and go on."""
        with self._reported():
            self.publish("graceful")

    def log(self, text: str) -> None:
        """Publish a sentence on ``log``."""
        self.publish("log", text)

    def request(self, step: str) -> None:
        """Ask :meth:`run` for "exit" or "graceful"; safe from a signal handler and from any thread."""
        self._requests.put(step)

    def run(self) -> None:
        """Start, obey requests until one is "exit", then exit. Belongs into the main thread."""
        self.start()
        while self.state is not State.EXITING:
            step = self._requests.get()
            {"exit": self.exit, "graceful": self.graceful}[step]()

    def _channel(self, name: str) -> Channel:
        if name not in self.channels:
            raise UsageError(f"The bus has no channel {name!r}. {did_you_mean(name, self.channels)}")
        return self.channels[name]

    def _need(self, state: State, step: str) -> None:
        if self.state is not state:
            raise UsageError(f"The bus is {self.state.value}; only when it is {state.value} can it {step}.")

    def _enter(self, state: State) -> None:
        self.state = state
        with self._reported():
            self.publish("state", state)

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """Failures on the way down go to the log: the way down is gone to its end."""
        try:
            yield
        except ChannelError as error:
            self.log(str(error))


def call(listener: Listener, values: tuple[Any, ...], end: float | None) -> Any:
    """What *listener* returns; with a moment *end*, it runs in a thread that is left behind when it is late.

    :raises TimeoutError: when it was late.
    """
    if end is None:
        return listener(*values)
    outcome: queue.SimpleQueue[tuple[Any, Exception | None]] = queue.SimpleQueue()

    def work() -> None:
        try:
            outcome.put((listener(*values), None))
        except Exception as error:
            outcome.put((None, error))

    threading.Thread(target=work, name=name_of(listener), daemon=True).start()
    try:
        answer, error = outcome.get(timeout=max(0.0, end - time.monotonic()))
    except queue.Empty:
        raise TimeoutError("was not done in time") from None
    if error is not None:
        raise error
    return answer


def name_of(listener: Listener) -> str:
    """The name under which a listener is reported."""
    name = getattr(listener, "__qualname__", None) or type(listener).__qualname__
    return f"{getattr(listener, '__module__', '?')}.{name}"
