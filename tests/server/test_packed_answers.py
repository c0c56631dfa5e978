"""tools.compression over a real connection: what is packed arrives when it is made."""

import threading
import zlib

import pytest

from kirsch import Application, Controller, Mapper
from kirsch.events import EventStream


class Live(Controller):
    #: Set when the client has what was sent first.
    arrived = threading.Event()

    def pieces(self):
        yield "first " * 200
        assert Live.arrived.wait(8)
        yield "second"

    def events(self):
        return EventStream(self.two())

    def two(self):
        yield "first"
        assert Live.arrived.wait(8)
        yield "second"


def make_app() -> Application:
    Live.arrived.clear()
    mapper = Mapper()
    for action in ("pieces", "events"):
        mapper.connect(f"/{action}", controller=Live, action=action)
    return Application(mapper, config={"tools.compression.encodings": ["gzip"], "tools.etags": {}})


@pytest.mark.parametrize(("path", "packed"), [("/pieces", True), ("/events", False)])
def test_what_comes_first_is_there_before_the_next_is_made(running, path, packed):
    """A page that is sent piece by piece is packed so, and events are left as they are."""
    wire = running(make_app()).wire()
    wire.send(f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n".encode())
    head = b"".join(iter(wire.file.readline, b"\r\n")).lower()
    unpack, text = (zlib.decompressobj(31).decompress if packed else bytes), b""
    while b"first" not in text:
        text += unpack(wire.file.read(int(wire.file.readline(), 16)))
        wire.file.readline()
    early = b"second" not in text
    Live.arrived.set()
    while size := int(wire.file.readline(), 16):
        text += unpack(wire.file.read(size))
        wire.file.readline()

    assert early
    assert b"second" in text
    assert (b"content-encoding: gzip" in head) is packed
    assert b"content-length" not in head
