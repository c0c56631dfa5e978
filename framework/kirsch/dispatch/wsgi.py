"""Calling other WSGI applications (PEP 3333), and answering in their stead."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, TypeAlias

from kirsch.errors import HTTPError
from kirsch.problem import answer
from kirsch.request import Request
from kirsch.response import Response, close_body, full

WSGI: TypeAlias = Callable[[dict[str, Any], Any], Iterable[bytes]]


def refuse(error: HTTPError, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The answer where no application is there to give it."""
    return full(answer(Request(environ), error, None))(environ, start_response)


def respond(application: WSGI, environ: dict[str, Any]) -> Response:
    """The answer of *application*, whose body goes on arriving while it is sent.

    :raises RuntimeError: when it begins no answer, or two.
    """
    call = Call()
    body = application(environ, call.start_response)
    try:
        pieces = iter(body)
        first = [] if call.written else call.first(pieces)
    except BaseException:
        close_body(body)
        raise
    call.sent = True
    response = Response.of((call.status, call.headers, b""))
    whole = isinstance(body, list) and not call.written
    response.wrap(lambda _: body if whole else Pieces(call, chain(first, pieces), body))
    return response


class Call:
    """One call of an application: what it says of its answer."""

    def __init__(self) -> None:
        self.status = ""
        self.headers: list[tuple[str, str]] = []
        self.written: list[bytes] = []
        self.sent = False

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:
        """Begin the answer; with *exc_info* again, as long as nothing of it is on its way."""
        if exc_info is not None:
            if self.sent or self.written:
                raise exc_info[1].with_traceback(exc_info[2])
        elif self.status:
            raise RuntimeError("start_response was called a second time without exc_info.")
        self.status, self.headers = status, list(headers)
        return self.written.append

    def first(self, pieces: Iterator[bytes]) -> list[bytes]:
        """The first piece that is not empty, by which time the answer has begun; nothing if all are."""
        found = next(filter(None, pieces), None)
        if not self.status:
            raise RuntimeError("The application sent a body before it called start_response, or never called it.")
        return [] if found is None else [found]

    def take_written(self) -> list[bytes]:
        """What was written since the last time."""
        written, self.written[:] = self.written.copy(), []
        return written


class Pieces:
    """The pieces of a body, in the order in which they were written and yielded."""

    def __init__(self, call: Call, pieces: Iterator[bytes], body: Iterable[bytes]) -> None:
        self.call = call
        self.pieces = pieces
        self.body = body

    def __iter__(self) -> Iterator[bytes]:
        yield from self.call.take_written()
        for piece in self.pieces:
            yield from self.call.take_written()
            yield piece
        yield from self.call.take_written()

    def close(self) -> None:
        """Close the application's own body, whatever was read of it."""
        close_body(self.body)
