"""Where the server listens, and how it stops."""

import socket
import threading
import time
from wsgiref.validate import validator

import pytest

from kirsch.errors import UsageError
from kirsch.server import Server


def nothing(environ, start_response):
    start_response("204 No Content", [])
    return []


def test_port_0_is_a_free_one(running):
    """The server says which."""
    site = running(nothing)

    host, port = site.server.bound

    assert host == "127.0.0.1"
    assert port > 0


def test_a_used_port_is_one_sentence_that_says_what_to_do(running):
    """Nothing is started when the address is taken."""
    port = running(nothing).server.bound[1]

    with pytest.raises(UsageError) as caught:
        Server(nothing, port=port).prepare()

    assert str(caught.value) == (
        f"Port {port} on 127.0.0.1 is in use. Stop the other program or choose another port with --port."
    )


@pytest.mark.parametrize("port", [-1, 65536, "8080", True, 1.5])
def test_a_wrong_port_is_one_sentence(port):
    """The port is a number from 0 to 65535."""
    with pytest.raises(UsageError, match="is not a port"):
        Server(nothing, port=port)


@pytest.mark.parametrize(
    ("host", "sentence"), [("192.0.2.1", "not an address of this machine"), ("no.such.host.invalid", "is unknown")]
)
def test_a_host_that_is_not_here_is_one_sentence(host, sentence):
    """The host is an address of this machine."""
    with pytest.raises(UsageError, match=sentence):
        Server(nothing, host=host, port=0).prepare()


def test_a_stop_lets_running_requests_finish(running):
    """Who is being served is served to the end; nobody new is let in."""
    entered = threading.Event()

    def slow(environ, start_response):
        entered.set()
        time.sleep(0.3)
        start_response("200 OK", [])
        return [b"done"]

    site = running(slow)
    wire = site.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    entered.wait(5)

    site.server.stop()

    assert wire.answer()[2] == b"done"
    with pytest.raises(OSError):
        socket.create_connection(site.server.bind_addr, timeout=1)


def test_a_stop_is_bounded_when_a_request_hangs(running, caplog):
    """The request is named in the log, and left."""
    entered, released = threading.Event(), threading.Event()

    def hangs(environ, start_response):
        entered.set()
        released.wait(30)
        return nothing(environ, start_response)

    site = running(hangs, shutdown_timeout=0.3)
    site.send(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
    entered.wait(5)
    begun = time.monotonic()

    site.server.stop()

    assert time.monotonic() - begun < 0.8
    assert "Dropped after 0.3 s: GET /slow" in caplog.text
    released.set()


def test_a_stop_ends_an_endless_answer(running):
    """A client that reads for ever does not keep the server."""

    def endless(environ, start_response):
        start_response("200 OK", [])
        while True:
            yield b"a" * 1000

    site = running(endless, shutdown_timeout=0.2)
    site.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    time.sleep(0.1)
    begun = time.monotonic()

    site.server.stop()

    assert time.monotonic() - begun < 0.8


def test_an_application_learns_what_wsgi_promises(running):
    """The validator of wsgiref finds nothing to say."""

    def application(environ, start_response):
        body = environ["wsgi.input"].read(5)
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
        return [body]

    site = running(validator(application))

    wire = site.send(b"POST /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nabcde")

    assert wire.answer()[2] == b"abcde"
