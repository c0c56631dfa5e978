"""Parts of a body: what `Range` asks for, and how one part or several are sent.

Source: RFC 9110, section 14.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from secrets import token_hex
from typing import Any

from kirsch.conditional import is_current
from kirsch.errors import RangeNotSatisfiable

#: Ranges of one request, overlapping and adjacent ones counted as one; a request for more is answered whole.
MOST = 10
#: "first-last", "first-" or "-length"; a number of more digits than any file is long makes the header malformed.
SPEC = re.compile(r"([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18})")

#: What a partial body is made of: bytes as they are, and slices of the whole.
Piece = bytes | slice
Headers = list[tuple[str, str]]


def asked_ranges(environ: Mapping[str, Any], length: int, etag: str | None, modified: int | None) -> list[slice]:
    """The parts that the client is to get of a body of *length* bytes; none where it is to get all of it.

    Only GET knows ranges, and `If-Range` wants them only of the version that the client holds (section 13.1.5).

    :raises RangeNotSatisfiable: when no range lies inside the body.
    """
    header = environ.get("HTTP_RANGE")
    if header is None or environ["REQUEST_METHOD"] != "GET":
        return []
    condition = environ.get("HTTP_IF_RANGE")
    if condition is not None and not is_current(condition, etag, modified):
        return []
    return parse_range(header, length)


def parse_range(header: str, length: int) -> list[slice]:
    """The byte ranges that *header* asks for of a body of *length* bytes, in their order in the body.

    The list is empty where the header is to be ignored: malformed, of another unit, or for more than 10 ranges.
    Overlapping and adjacent ranges are merged. Source: RFC 9110, sections 14.1 and 14.2.

    :raises RangeNotSatisfiable: when no range lies inside the body.
    """
    unit, _, texts = header.partition("=")
    specs = [SPEC.fullmatch(text) for part in texts.split(",") if (text := part.strip(" \t"))]
    if unit.strip(" \t").lower() != "bytes" or not specs:
        return []
    found = []
    for spec in specs:
        if spec is None or (spec[1] and spec[2] and int(spec[2]) < int(spec[1])):
            return []
        if (span := _span(spec, length)) is not None:
            found.append(span)
    if not found:
        raise RangeNotSatisfiable(length)
    merged = _merged(found)
    # Of an empty body, the last bytes are all of it, which no Content-Range can say.
    return [] if len(merged) > MOST or not length else merged


def partial(headers: Headers, length: int, spans: list[slice]) -> tuple[Headers, list[Piece]]:
    """The headers of the 206 that stands for a 200 with *headers*, and what its body is made of."""
    told = [pair for pair in headers if pair[0].lower() not in ("content-type", "content-length", "content-range")]
    kinds = [pair for pair in headers if pair[0].lower() == "content-type"]
    if len(spans) == 1:
        told += [("Content-Range", _content_range(spans[0], length)), ("Content-Length", str(_size(spans[0])))]
        return [*kinds, *told], [spans[0]]
    boundary = token_hex(16)
    pieces: list[Piece] = []
    for span in spans:
        lines = ["", f"--{boundary}", *(f"{name}: {value}" for name, value in kinds)]
        lines += [f"Content-Range: {_content_range(span, length)}", "", ""]
        pieces += ["\r\n".join(lines).encode("latin-1"), span]
    pieces.append(f"\r\n--{boundary}--\r\n".encode())
    size = sum(_size(piece) if isinstance(piece, slice) else len(piece) for piece in pieces)
    kind = ("Content-Type", f"multipart/byteranges; boundary={boundary}")
    return [kind, *told, ("Content-Length", str(size))], pieces


class PartialBody:
    """The *pieces* of *body*, which is closed with it.

    A body with a method ``part``, such as that of a file, goes to each slice; any other is read and skipped.
    """

    def __init__(self, body: Iterable[bytes], pieces: list[Piece]) -> None:
        self.body = body
        self.pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        part: Callable[[slice], Iterator[bytes]] = getattr(self.body, "part", None) or _Forward(self.body).part
        for piece in self.pieces:
            if isinstance(piece, slice):
                yield from part(piece)
            else:
                yield piece

    def sendable(self) -> tuple[Any, int, int] | None:
        """The open file, the first byte and the number of bytes, where this is one piece of a file.

        A server may have the system send that, rather than go through the blocks.
        """
        file = getattr(self.body, "file", None)
        if file is None or len(self.pieces) != 1 or not isinstance(piece := self.pieces[0], slice):
            return None
        return file, piece.start, piece.stop - piece.start

    def close(self) -> None:
        """Close the body."""
        if close := getattr(self.body, "close", None):
            close()


class _Forward:
    """A body that is read once, from its begin to its end."""

    def __init__(self, body: Iterable[bytes]) -> None:
        self.blocks = iter(body)
        self.block = b""
        self.place = 0

    def part(self, span: slice) -> Iterator[bytes]:
        """The bytes of *span*, which lies behind all that was asked for before."""
        while self.place < span.stop:
            if not self.block:
                if (block := next(self.blocks, None)) is None:
                    return
                self.block = block
                continue
            skipped = min(max(span.start - self.place, 0), len(self.block))
            taken = self.block[skipped : span.stop - self.place]
            self.block = self.block[skipped + len(taken) :]
            self.place += skipped + len(taken)
            if taken:
                yield taken


def _span(spec: re.Match[str], length: int) -> slice | None:
    """What lies inside a body of *length* bytes of one range; None where nothing does."""
    if spec[3]:
        return slice(max(length - int(spec[3]), 0), length) if int(spec[3]) else None
    first, last = int(spec[1]), int(spec[2] or length)
    return slice(first, min(last + 1, length)) if first < length else None


def _merged(spans: list[slice]) -> list[slice]:
    spans = sorted(spans, key=lambda span: span.start)
    merged = spans[:1]
    for span in spans[1:]:
        if span.start <= merged[-1].stop:
            merged[-1] = slice(merged[-1].start, max(merged[-1].stop, span.stop))
        else:
            merged.append(span)
    return merged


def _content_range(span: slice, length: int) -> str:
    return f"bytes {span.start}-{span.stop - 1}/{length}"


def _size(span: slice) -> int:
    size: int = span.stop - span.start
    return size
