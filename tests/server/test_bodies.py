"""An application's limits on bodies, behind the bundled server."""

import select
import time

import pytest

from kirsch import Application, Controller, Mapper, tools


class Bodies(Controller):
    @tools.limits(seconds=0.2)
    def slow(self):
        return str(sum(map(len, self.request.stream)))

    @tools.limits(body="1 KiB")
    def small(self):
        return str(sum(len(part.read()) for part in self.request.parts()))


@pytest.fixture
def served(running):
    mapper = Mapper()
    for action in ("slow", "small"):
        mapper.connect(f"/{action}", controller="bodies", action=action)
    return running(Application(mapper, [Bodies]), threads=2, shutdown_timeout=1)


def test_a_body_that_trickles_in_is_given_up(served):
    """A byte now and then holds no thread for ever; the client is told why."""
    wire = served.send(b"POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
    for _ in range(200):
        if select.select([wire.socket], [], [], 0)[0]:
            break
        wire.send(b"x")
        time.sleep(0.02)

    status, _, body = wire.answer()

    assert status == 408
    assert b"The body did not arrive within 0.2 seconds." in body


def test_a_refused_body_is_not_waited_for(served):
    """The answer comes before the body is sent, without `100 Continue`, and the connection ends."""
    wire = served.send(
        b"POST /small HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        b"Content-Length: 50000000\r\nExpect: 100-continue\r\n\r\n"
    )

    status, headers, body = wire.answer()

    assert (status, headers["connection"]) == (413, "close")
    assert b"The body is larger than the 1 KiB that are taken here." in body
    assert wire.rest() == b""


def test_a_chunked_form_is_measured(served):
    """Where no length is announced, what arrives is."""
    head = (
        b"POST /small HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )
    part = b"--b\r\nContent-Disposition: form-data; name=x; filename=y\r\n\r\n"

    fits = served.send(
        head + b"%x\r\n%b\r\n" % (len(part), part) + b"4\r\n1234\r\n" + b"9\r\n\r\n--b--\r\n\r\n0\r\n\r\n"
    )
    over = served.send(head + b"%x\r\n%b\r\n" % (len(part), part) + b"400\r\n" + b"x" * 1024 + b"\r\n0\r\n\r\n")

    assert fits.answer()[::2] == (200, b"4")
    assert over.status() == 413
