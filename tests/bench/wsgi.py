"""A WSGI client: builds the environ a server would build and calls an application in this process."""

import io
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Environ = dict[str, Any]
App = Callable[[Environ, Any], Iterable[bytes]]


@dataclass
class Answer:
    """What an application answered."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def code(self) -> int:
        """The status as a number."""
        return int(self.status[:3])

    def header(self, name: str) -> str | None:
        """The first header called *name* (any case), or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def make_environ(
    method: str = "GET",
    path: str = "/",
    query: str = "",
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    content_type: str | None = None,
) -> Environ:
    """The environ as cheroot builds it for a keep-alive request of a small client, ``wsgi.input`` left out."""
    environ = {
        "ACTUAL_SERVER_PROTOCOL": "HTTP/1.1",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "40000",
        "REQUEST_METHOD": method,
        "REQUEST_URI": path + ("?" + query if query else ""),
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8080",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_SOFTWARE": "bench",
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": False,
        "wsgi.multiprocess": False,
        "wsgi.multithread": True,
        "wsgi.run_once": False,
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "HTTP_HOST": "127.0.0.1:8080",
        "HTTP_ACCEPT": "*/*",
        "HTTP_USER_AGENT": "bench/1",
    }
    for name, value in headers:
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    if content_type is not None:
        environ["CONTENT_TYPE"] = content_type
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def call(app: App, environ: Environ, body: bytes = b"") -> Answer:
    """One request, answered in full."""
    environ = {**environ, "wsgi.input": io.BytesIO(body)}
    seen = []
    written = []

    def start_response(status, headers, exc_info=None):
        seen[:] = [status, headers]
        return written.append

    chunks = app(environ, start_response)
    try:
        written.extend(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    return Answer(seen[0], list(seen[1]), b"".join(written))


def repeat(app: App, environ: Environ, body: bytes, calls: int) -> None:
    """*calls* requests as fast as the application can answer them: the loop every figure times."""
    bytes_io = io.BytesIO
    copy = environ.copy

    def start_response(status, headers, exc_info=None):
        return None

    for _ in range(calls):
        request = copy()
        request["wsgi.input"] = bytes_io(body)
        chunks = app(request, start_response)
        for _ in chunks:
            pass
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
