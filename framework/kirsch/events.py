"""Events that a page receives as they happen: server-sent events (WHATWG HTML, section 9.2)."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Any

from kirsch.errors import UsageError
from kirsch.rendering import to_json
from kirsch.response import SURROGATES, Response, close_body

LINE_END = re.compile(r"\r\n|\r|\n")
#: The key of the environ under which the server offers a function that says whether it is being stopped.
STOPPING = "kirsch.stopping"


@dataclass(frozen=True)
class Event:
    """One event.

    :param data: text, or what JSON can hold; None for an event that only brings the rest.
    :param event: the type that the page listens for; ``message`` where there is none.
    :param id: what the client says in `Last-Event-ID` when it comes back (``request.last_event_id``).
    :param retry: milliseconds that the client waits before it comes back.
    :param comment: text that the client ignores.
    :raises UsageError: for an *event* or *id* of several lines, or a *retry* that is no number of milliseconds.
    """

    data: Any = None
    event: str | None = None
    id: str | int | None = None
    retry: int | None = None
    comment: str | None = None

    def __post_init__(self) -> None:
        for name, text in (("event", self.event), ("id", self.id)):
            if isinstance(text, str) and re.search(r"[\r\n\x00]", text):
                raise UsageError(f"The {name} of an Event stands on one line: {text!r}. Put longer text into its data.")
        if self.retry is not None and self.retry < 0:
            raise UsageError(f"An Event cannot retry after {self.retry} ms; give 0 or more.")

    def frame(self) -> bytes:
        """The event as it is sent (section 9.2.5).

        :raises TypeError: for *data* that has no JSON form.
        """
        lines = [f": {line}" for line in LINE_END.split(self.comment)] if self.comment is not None else []
        for name, value in (("event", self.event), ("id", self.id), ("retry", self.retry)):
            if value is not None:
                lines.append(f"{name}: {value}")
        if self.data is not None:
            text = self.data if isinstance(self.data, str) else to_json(self.data)
            lines += [f"data: {line}" for line in LINE_END.split(text)]
        return ("\n".join(lines) + "\n\n").encode("utf-8", SURROGATES)


class EventStream(Response):
    """The response that sends *events* one by one until there is no more, or the client goes, or the server stops.

    Each is an :class:`Event`, the data of one, or None: nothing has happened, and whoever waits may be looked after. A
    source that waits should yield None at least every few seconds, since only between two events can the stream
    notice that it is to end. A stream keeps a thread of the server busy as long as it lasts.

    :param keep_alive: seconds without an event after which a None sends a comment, which keeps proxies from hanging up.
    """

    def __init__(
        self, events: Iterable[Any], *, keep_alive: float = 15, headers: Iterable[tuple[str, str]] = ()
    ) -> None:
        # X-Accel-Buffering asks a proxy to pass on each event at once, too.
        own = [("Cache-Control", "no-cache"), ("X-Accel-Buffering", "no")]
        super().__init__(content_type="text/event-stream", headers=[*own, *headers])
        self.frames = Frames(iter(events), keep_alive)
        self.app_iter = self.frames

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Send the events as WSGI wants it."""
        self.frames.stopping = environ.get(STOPPING, self.frames.stopping)
        return super().__call__(environ, start_response)


class Frames:
    """The bytes of events, made as these happen; *events* are closed with it."""

    def __init__(self, events: Iterator[Any], keep_alive: float) -> None:
        self.events = events
        self.keep_alive = keep_alive
        self.stopping: Callable[[], bool] = lambda: False

    def __iter__(self) -> Iterator[bytes]:
        yield b":\n\n"  # The client hears at once that the stream is open.
        last = monotonic()
        for event in self.events:
            if event is not None or monotonic() - last >= self.keep_alive:
                yield framed(event)
                last = monotonic()
            if self.stopping():
                return

    def close(self) -> None:
        """Close what makes the events."""
        close_body(self.events)


def framed(event: Any) -> bytes:
    """An event, the data of one, or None as it is sent."""
    if event is None:
        return b":\n\n"
    return event.frame() if isinstance(event, Event) else Event(event).frame()


__all__ = ["Event", "EventStream"]
