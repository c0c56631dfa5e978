"""A body as a stream of blocks that ends where the body ends, read within limits."""

from collections.abc import Callable, Iterator
from io import BytesIO
from os import PathLike
from time import monotonic
from typing import NoReturn, Protocol

from kirsch.bodies.disk import save
from kirsch.bodies.limits import BodyLimits, too_large
from kirsch.errors import BadRequest, HTTPError

#: Bytes that are read at once.
BLOCK = 256 * 1024


class Input(Protocol):
    """What is needed of ``wsgi.input``."""

    def read(self, size: int, /) -> bytes: ...


class Blocks:
    """Bytes that come a block at a time, are never all in memory, and can be read once."""

    #: How a refusal calls the bytes, and how many may be held in memory.
    what: str
    limits: BodyLimits
    # What was taken and not yet asked for; a small read copies none of it.
    _rest = BytesIO()

    def some(self) -> bytes:
        """The next block; empty only at the end."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[bytes]:
        if rest := self._rest.read():
            yield rest
        while block := self.some():
            yield block

    def read(self, size: int = -1) -> bytes:
        """The next *size* bytes, fewer only at the end; without *size* everything that is left.

        :raises ContentTooLarge: when everything is more than may be held in memory.
        """
        blocks = [self._rest.read(size)]
        held = len(blocks[0])
        while (size < 0 or held < size) and (block := self.some()):
            blocks.append(block)
            held += len(block)
            if size < 0 and held > self.limits.memory:
                raise too_large(self.what, self.limits.memory)
        if 0 <= size < held:
            last = blocks.pop()
            self._rest = BytesIO(last)
            blocks.append(self._rest.read(len(last) - (held - size)))
        return b"".join(blocks)

    def save_as(self, path: str | PathLike[str]) -> int:
        """Write everything that is left to the file *path*; the number of bytes.

        The file appears when it is complete: a body that is refused or breaks off leaves nothing behind.

        :raises HTTPError: 507 when the disk is full.
        """
        return save(path, self)


class Body(Blocks):
    """The body of a request.

    *length* is what the client announced; None where the server ends the stream itself. A failure is kept: whoever
    reads on meets it again.

    :raises ContentTooLarge: when the announced length is over the limit; nothing is read then.
    """

    what = "The body"
    failure: HTTPError | None = None
    #: Seconds that were spent waiting.
    waited = 0.0

    def __init__(self, stream: Input, length: int | None, limits: BodyLimits) -> None:
        if length is not None and length > limits.body:
            raise too_large(self.what, limits.body)
        # Whatever has arrived is enough: a client that sends a byte now and then is met after each.
        self.receive: Callable[[int], bytes] = getattr(stream, "read1", None) or stream.read
        self.limits = limits
        self.known = length is not None
        # Where the length is not known, one byte over the limit tells that there are more.
        self.left = limits.body + 1 if length is None else length

    def some(self) -> bytes:
        """The next block; empty only at the end.

        :raises HTTPError: 400 for a body that breaks off, 408 for one that takes too long, 413 for one over the limit.
        """
        if self.failure is not None:
            raise self.failure
        left = self.left
        if not left:
            return b""
        begun = monotonic()
        try:
            data = self.receive(left if left < BLOCK else BLOCK)
        except HTTPError as failure:
            self.fail(failure)
        except TimeoutError:
            self.fail(HTTPError("The body did not arrive in time.", status=408))
        except (OSError, EOFError, ValueError):  # By any of these, servers say that the client is gone.
            self.fail(BadRequest("The connection broke off in the middle of the body."))
        left = self.left = left - len(data)
        if not left and self.known:
            return data
        self.waited += monotonic() - begun
        if self.waited > self.limits.seconds:
            self.fail(HTTPError(f"The body did not arrive within {self.limits.seconds:g} seconds.", status=408))
        if not data:
            if self.known:
                self.fail(BadRequest("The body ended before its announced length."))
            self.left = 0
        elif not left:
            self.fail(too_large(self.what, self.limits.body))
        return data

    def whole(self) -> bytes:
        """Everything that is left, held in memory.

        :raises ContentTooLarge: when that is more than is held in memory; where its length is known, before it is read.
        """
        if self.known and self.left > self.limits.memory:
            self.fail(too_large(self.what, self.limits.memory))
        block = self.some()
        if len(block) > self.limits.memory:  # its length was not known, and it came at once
            self.fail(too_large(self.what, self.limits.memory))
        if self.left:
            self._rest = BytesIO(block)
            return self.read()
        return block

    def fail(self, failure: HTTPError) -> NoReturn:
        """Raise *failure*, now and whenever the body is read again."""
        self.failure = failure
        raise failure from None
