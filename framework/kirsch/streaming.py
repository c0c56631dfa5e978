"""Answers that are sent piece by piece, while they are made."""

from collections.abc import Iterator
from io import IOBase

from kirsch.response import BLOCK, SURROGATES, close_body


class Stream:
    """The *pieces* of an answer, texts (sent as UTF-8) or bytes, each sent when it is made.

    The first is made at once: what fails before it is answered like any other error. What fails later breaks the
    connection off, so that nobody takes the half for the whole. *pieces* are closed in any case, if they can be.

    :raises TypeError: for a piece that is neither text nor bytes.
    """

    def __init__(self, pieces: Iterator[str | bytes]) -> None:
        self.pieces = pieces
        try:
            self.first = next((data for piece in pieces if (data := encoded(piece))), b"")
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        if self.first:
            yield self.first
        for piece in self.pieces:
            if data := encoded(piece):
                yield data

    def close(self) -> None:
        """Close what makes the pieces."""
        close_body(self.pieces)  # type: ignore[arg-type]


def encoded(piece: str | bytes) -> bytes:
    """*piece* as it is sent."""
    if isinstance(piece, str):
        return piece.encode("utf-8", SURROGATES)
    if isinstance(piece, bytes):
        return piece
    hint = " Say `yield from` to send what an iterator makes." if isinstance(piece, Iterator) else ""
    raise TypeError(f"An answer in pieces is made of str or bytes, not {type(piece).__name__}.{hint}")


def blocks(file: IOBase) -> Iterator[str | bytes]:
    """What is left of *file*, in blocks and never by line: a line may be as long as the file."""
    with file:
        while block := file.read(BLOCK):
            yield block


__all__ = ["Stream", "blocks"]
