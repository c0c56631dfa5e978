"""A real server on a free port for each test, and clients that speak to it byte by byte."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from kirsch.server import Server


class Wire:
    """A client that sends bytes and reads answers from one connection."""

    def __init__(self, server: Server) -> None:
        self.socket = socket.create_connection(server.bound, timeout=8)
        self.file = self.socket.makefile("rb")

    def send(self, data: bytes) -> "Wire":
        self.socket.sendall(data)
        return self

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """The next answer: status, headers under lower-case names, body."""
        status = int(self.file.readline().split(b" ")[1])
        headers = {}
        while (line := self.file.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        if status in (100, 204, 304):
            return status, headers, b""
        if headers.get("transfer-encoding") == "chunked":
            return status, headers, self.chunks()
        return status, headers, self.file.read(int(headers.get("content-length", -1)))

    def chunks(self) -> bytes:
        body = b""
        while size := int(self.file.readline(), 16):
            body += self.file.read(size)
            self.file.readline()
        self.file.readline()
        return body

    def status(self) -> int:
        return self.answer()[0]

    def rest(self) -> bytes:
        """Everything until the server closes."""
        return self.file.read()

    def close(self) -> None:
        self.file.close()
        self.socket.close()


class Running:
    """A server in a thread of its own."""

    def __init__(self, application: Callable[..., Any], **options: Any) -> None:
        self.server = Server(application, port=0, **options)
        self.server.prepare()
        self.thread = threading.Thread(target=self.server.serve)
        self.thread.start()
        self.wires: list[Wire] = []

    def wire(self) -> Wire:
        self.wires.append(Wire(self.server))
        return self.wires[-1]

    def send(self, data: bytes) -> Wire:
        return self.wire().send(data)

    def close(self) -> None:
        for wire in self.wires:
            wire.close()
        self.server.stop()
        self.thread.join(10)
        assert not self.thread.is_alive()


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Answers with method, path, query and body; leaves the body of /unread where it is."""
    body = b"" if environ["PATH_INFO"] == "/unread" else environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    line = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {environ['QUERY_STRING']} "
    return [line.encode("latin-1") + body]


@pytest.fixture
def running() -> Iterator[Callable[..., Running]]:
    """A function that starts a server; all are stopped when the test ends."""
    started: list[Running] = []

    def start(application: Callable[..., Any] = echo, **options: Any) -> Running:
        started.append(Running(application, **options))
        return started[-1]

    yield start
    for each in started:
        with closing(each):
            pass


@pytest.fixture
def site(running: Callable[..., Running]) -> Running:
    """A server of the echo application with small limits."""
    return running(threads=3, request_body_limit=1000, timeout=1, shutdown_timeout=1)
