"""The output of an engine that writes, as pieces to iterate over."""

from collections.abc import Callable, Iterator
from contextvars import copy_context
from queue import SimpleQueue
from threading import Semaphore, Thread

from kirsch.templating import Pile


class Abandoned(BaseException):
    """Nobody reads any more what is written; no ``except Exception`` of a template may keep it from ending."""


class Writer:
    """What an engine writes to, in a thread of its own, which rests while nobody waits for a piece.

    So the two threads never act at once, and may share what a request holds: its database session, say.
    """

    def __init__(self) -> None:
        self.pieces: SimpleQueue[str | BaseException | None] = SimpleQueue()
        self.wanted = Semaphore(0)
        self.abandoned = False
        self.pile = Pile()

    def write(self, text: str) -> None:
        """Take *text*; where it completes a piece, rest until the next one is asked for.

        :raises Abandoned: when none will be.
        """
        if piece := self.pile.add(text):
            self.pieces.put(piece)
            self.rest()
        elif self.abandoned:
            raise Abandoned

    def rest(self) -> None:
        """Wait for the reader."""
        self.wanted.acquire()
        if self.abandoned:
            raise Abandoned

    def run(self, work: Callable[["Writer"], None]) -> None:
        """Have *work* write, and tell how it ended."""
        end: BaseException | None = None
        try:
            self.rest()
            work(self)
            self.pieces.put(self.pile.take())
        except BaseException as error:  # told to the reader, who raises it again
            end = error
        self.pieces.put(end)

    def next(self) -> str | BaseException | None:
        """The next piece, what was raised instead, or None at the end."""
        self.wanted.release()
        return self.pieces.get()

    def abandon(self) -> None:
        """Ask for no more."""
        self.abandoned = True
        self.wanted.release()


def written(work: Callable[[Writer], None]) -> Iterator[str]:
    """What *work* writes, piece by piece; what it raises is raised here. It has ended when the iterator is closed."""
    writer = Writer()
    thread = Thread(target=copy_context().run, args=(writer.run, work), name="kirsch-page", daemon=True)
    thread.start()
    try:
        while (piece := writer.next()) is not None:
            if isinstance(piece, BaseException):
                raise piece
            yield piece
    finally:
        writer.abandon()
        thread.join()
