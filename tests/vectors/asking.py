"""Two ways to ask a site: in this process through WSGI, and over a socket to the bundled server."""

import http.client
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit
from wsgiref.validate import WSGIWarning, validator

from kirsch.server import Server
from kirsch.testing.cookies import CookieJar
from vectors.reading import Request

PATIENCE = 20  # seconds for an answer over a socket


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def values(self, name: str) -> list[str]:
        """The values of the headers called *name*."""
        return [value for header, value in self.headers if header.lower() == name.lower()]


Ask = Callable[[Request], Answer]


@contextmanager
def in_process(application: Any) -> Iterator[Ask]:
    """Ask through WSGI, with a validator between that knows PEP 3333."""

    def ask(request: Request) -> Answer:
        return call(application, environ_of(request))

    yield ask


def environ_of(request: Request) -> dict[str, Any]:
    """What a server would make of *request*."""
    target = request.target
    fields = request.headers
    if "://" in target.split("?")[0]:
        parts = urlsplit(target)
        fields = [("Host", parts.netloc), *(pair for pair in fields if pair[0].lower() != "host")]
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    path, _, query = target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "443" if request.scheme == "https" else "80",
        "SERVER_PROTOCOL": f"HTTP/{request.version}",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in fields:
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        separator = "; " if key == "HTTP_COOKIE" else ", "
        environ[key] = f"{environ[key]}{separator}{value}" if key in environ else value
    return environ


def call(application: Any, environ: dict[str, Any]) -> Answer:
    """One call of a WSGI application, its iterable closed."""
    started: list[Any] = []
    written: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], Any]:
        started[:] = [status, headers]
        return written.append

    # The validator knows no path "*", which OPTIONS may ask for, and warns of methods that it does not know.
    checked = application if environ["PATH_INFO"] == "*" else validator(application)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Unknown REQUEST_METHOD", WSGIWarning)
        chunks = checked(environ, start_response)
    try:
        written.extend(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    return Answer(int(started[0][:3]), list(started[1]), b"".join(written))


@contextmanager
def over_a_socket(application: Any) -> Iterator[Ask]:
    """Ask the bundled server on a free port, each request on a connection of its own."""
    server = Server(application, port=0, threads=4, shutdown_timeout=2)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield lambda request: send(server.bound, request)
    finally:
        server.stop()
        thread.join(PATIENCE)


def send(address: tuple[str, int], request: Request) -> Answer:
    """One request over a connection, as it stands."""
    connection = http.client.HTTPConnection(*address[:2], timeout=PATIENCE)
    connection._http_vsn_str = f"HTTP/{request.version}"  # type: ignore[attr-defined]
    try:
        connection.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers:
            connection.putheader(name, value.encode("utf-8"))
        connection.endheaders(request.body or None)
        response = connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read())
    finally:
        connection.close()


WAYS: dict[str, Any] = {"process": in_process, "socket": over_a_socket}


def with_cookies(ask: Ask, jar: CookieJar) -> Ask:
    """*ask*, by a visitor who keeps cookies in *jar*."""

    def ask_again(request: Request) -> Answer:
        if sent := jar.header(urlsplit(request.target).path or "/", True):
            request.headers.append(("Cookie", sent))
        answer = ask(request)
        jar.keep(answer.values("Set-Cookie"))
        return answer

    return ask_again
