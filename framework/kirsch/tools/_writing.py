"""The output of an engine that writes, as pieces to iterate over."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from contextvars import copy_context
from queue import Empty, Queue
from threading import Event, Thread

from kirsch.templating import Pile


class Abandoned(BaseException):
    """Nobody reads any more what is written; no ``except Exception`` of a template may keep it from ending."""


class Writer:
    """What an engine writes to, in a thread of its own, never more than a piece ahead of who reads."""

    def __init__(self) -> None:
        self.pieces: Queue[str | BaseException | None] = Queue(1)
        self.abandoned = Event()
        self.pile = Pile()

    def write(self, text: str) -> None:
        """Take *text*; waits while there is enough that nobody has read.

        :raises Abandoned: when nobody will.
        """
        if self.abandoned.is_set():
            raise Abandoned
        if piece := self.pile.add(text):
            self.pieces.put(piece)

    def run(self, work: Callable[["Writer"], None]) -> None:
        """Have *work* write, and tell how it ended."""
        end: BaseException | None = None
        try:
            work(self)
            self.pieces.put(self.pile.take())
        except BaseException as error:  # told to the reader, who raises it again
            end = error
        self.pieces.put(end)


def written(work: Callable[[Writer], None]) -> Iterator[str]:
    """What *work* writes, piece by piece; what it raises is raised here. It has ended when the iterator is closed."""
    writer = Writer()
    thread = Thread(target=copy_context().run, args=(writer.run, work), name="kirsch-page", daemon=True)
    thread.start()
    try:
        while (piece := writer.pieces.get()) is not None:
            if isinstance(piece, BaseException):
                raise piece
            yield piece
    finally:
        writer.abandoned.set()
        while thread.is_alive():
            with suppress(Empty):
                writer.pieces.get(timeout=0.01)
