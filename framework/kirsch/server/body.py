"""The body of a request as a file that ends where the request ends, never a byte later.

Sources: RFC 9112, section 6.3 (length) and section 7.1 (chunked).
"""

import io
import re
from collections.abc import Callable
from typing import Protocol

from kirsch.errors import BadRequest, ContentTooLarge, HTTPError

CHUNK = re.compile(rb"([0-9A-Fa-f]{1,16})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?\r\n")
LONGEST_CHUNK_LINE = 4096
TRAILER = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+:[\t\x20-\x7e\x80-\xff]*\r\n")
MOST_TRAILERS = 16 * 1024


class Source(Protocol):
    """Where the bytes come from: the connection."""

    def read_some(self, size: int) -> bytes: ...

    def read_line(self, limit: int) -> bytes: ...


class Body(io.RawIOBase):
    """What is common to both kinds: leave to send, a failure that is kept, reading to the end within a bound.

    *before* is called once, before the first byte is asked for (it sends ``100 Continue``).
    """

    def __init__(self, source: Source, before: Callable[[], None] | None = None) -> None:
        self.source = source
        self.before = before
        self.failure: HTTPError | None = None
        self.ended = False

    def readable(self) -> bool:
        """Always: it is what bodies are for."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill *buffer* with the next bytes of the body; 0 at its end.

        :raises HTTPError: 400 for a malformed or broken-off body, 413 for one over the limit, 408 for silence.
        """
        if self.ended:
            return 0
        if self.failure is not None:
            raise self.failure
        if self.before is not None:
            before, self.before = self.before, None
            before()
        try:
            data = self.next_bytes(len(buffer))
        except TimeoutError:
            self.failure = HTTPError("The body did not arrive in time.", status=408)
            raise self.failure from None
        except OSError:
            self.failure = BadRequest("The connection broke off in the middle of the body.")
            raise self.failure from None
        except HTTPError as failure:
            self.failure = failure
            raise
        buffer[: len(data)] = data
        return len(data)

    def next_bytes(self, size: int) -> bytes:
        """At most *size* bytes of the body; empty at its end, which is then marked."""
        raise NotImplementedError

    def skip(self, bound: int) -> bool:
        """Read what is left, if it is at most *bound* bytes; whether the end was reached."""
        buffer = memoryview(bytearray(min(bound, 65536) or 1))
        left = bound
        while not self.ended and left >= 0:
            left -= self.readinto(buffer)
        return self.ended


class LengthBody(Body):
    """A body whose length the head announced."""

    def __init__(self, source: Source, length: int, before: Callable[[], None] | None = None) -> None:
        super().__init__(source, before)
        self.left = length
        self.ended = length == 0

    def next_bytes(self, size: int) -> bytes:
        """The next bytes of the announced length."""
        data = self.source.read_some(min(size, self.left))
        if not data:
            raise BadRequest("The body is shorter than its Content-Length.")
        self.left -= len(data)
        self.ended = self.left == 0
        return data


class ChunkedBody(Body):
    """A body in chunks, each with its size before it; fields after the last one are read and dropped."""

    def __init__(self, source: Source, limit: int | None, before: Callable[[], None] | None = None) -> None:
        super().__init__(source, before)
        self.limit = limit
        self.seen = 0
        self.left = 0

    def next_bytes(self, size: int) -> bytes:
        """The next bytes of the current chunk, or of the one after it."""
        if self.left == 0:
            self.left = self.chunk_size()
            if self.left == 0:
                self.skip_trailers()
                self.ended = True
                return b""
        data = self.source.read_some(min(size, self.left))
        if not data:
            raise BadRequest("The body broke off in the middle of a chunk.")
        self.left -= len(data)
        if self.left == 0 and self.source.read_line(2) != b"\r\n":
            raise BadRequest("A chunk is longer than its size.")
        return data

    def chunk_size(self) -> int:
        """The size that the next line announces, checked against the limit before a byte of it is read."""
        line = self.source.read_line(LONGEST_CHUNK_LINE)
        found = CHUNK.fullmatch(line)
        if not found:
            raise BadRequest("The size of a chunk is malformed.")
        size = int(found[1], 16)
        self.seen += size
        if self.limit is not None and self.seen > self.limit:
            raise ContentTooLarge("The body is larger than this server takes.")
        return size

    def skip_trailers(self) -> None:
        """The fields after the last chunk, up to the blank line."""
        left = MOST_TRAILERS
        while (line := self.source.read_line(left)) != b"\r\n":
            left -= len(line)
            if not TRAILER.fullmatch(line) or left <= 0:
                raise BadRequest("The trailer is malformed.")
