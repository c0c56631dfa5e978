"""A client that hangs up in the middle of an answer: the steps of tools at its end are taken nevertheless."""

import queue
import socket
import struct
import threading
from dataclasses import dataclass
from typing import ClassVar

import pytest

from kirsch import Application, Controller, Mapper, Response, Tool

PATIENCE = 10


@dataclass
class Ending(Tool):
    """Say which requests have ended."""

    ended: ClassVar["queue.Queue[str]"] = queue.Queue()
    fails: bool = False

    def end(self, request):
        self.ended.put(request.environ["PATH_INFO"])
        if self.fails:
            raise RuntimeError("at the end")


@dataclass
class Outside(Ending, order=10):
    """Another one, whose step comes later."""


class Endless(Controller):
    closed: ClassVar = threading.Event()

    def index(self):
        def pieces():
            try:
                while True:
                    yield b"x" * 65536
            finally:
                self.closed.set()

        return Response(app_iter=pieces(), content_type="text/plain")

    def small(self):
        return "small"


@pytest.mark.parametrize("fails", [False, True])
def test_the_end_of_a_dropped_answer_is_told(running, fails):
    """The body is closed, every tool is told, though one fails, and the thread serves others."""
    Endless.closed.clear()
    mapper = Mapper()
    mapper.connect("/endless", controller=Endless, action="index")
    mapper.connect("/small", controller=Endless, action="small")
    settings = {"tools.ending.fails": fails, "tools.outside": {}}
    server = running(Application(mapper, config=settings, tools=[Ending, Outside]), threads=1)

    wire = server.send(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
    assert b"200" in wire.file.readline()
    wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.close()

    assert [Ending.ended.get(timeout=PATIENCE) for _ in range(2)] == ["/endless", "/endless"]
    assert Endless.closed.wait(PATIENCE)
    assert server.send(b"GET /small HTTP/1.1\r\nHost: a\r\n\r\n").answer()[2] == b"small"
    assert [Ending.ended.get(timeout=PATIENCE) for _ in range(2)] == ["/small", "/small"]
