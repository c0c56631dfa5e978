"""How long a connection lives, what it costs, and what its client is told."""

import socket
import threading
import time

import pytest


def test_a_connection_carries_many_requests(site):
    """HTTP/1.1 stays open unless told otherwise, in any case of letters."""
    wire = site.wire()

    for number in range(3):
        wire.send(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % number)
        assert wire.answer()[2] == b"GET /%d  " % number
    wire.send(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n")

    assert (wire.answer()[1]["connection"], wire.rest()) == ("close", b"")


def test_http_1_0_closes_unless_asked(site):
    """An old client gets what it can understand."""
    closing = site.send(b"GET / HTTP/1.0\r\n\r\n")
    keeping = site.send(b"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n" * 2)

    assert closing.answer()[1]["connection"] == "close"
    assert closing.rest() == b""
    assert [keeping.answer()[1]["connection"], keeping.status()] == ["keep-alive", 200]


def test_idle_connections_cost_no_thread(site):
    """With three threads and thirty silent clients, an honest request is answered at once."""
    for _ in range(30):
        site.wire()
    begun = time.monotonic()

    assert site.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").status() == 200

    assert time.monotonic() - begun < 0.5


def test_slow_heads_cost_no_thread_and_end_with_408(site):
    """Clients that dribble a head are told so when their time is over; nobody waits for them meanwhile."""
    slow = [site.send(b"GET / HTTP/1.1\r\nHo") for _ in range(10)]

    assert site.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").status() == 200

    assert {wire.status() for wire in slow} == {408}


def test_a_silent_connection_is_closed(site):
    """After the timeout, without a word."""
    assert site.wire().rest() == b""


def test_a_body_that_does_not_arrive_is_408(site):
    """A worker waits for a body no longer than the timeout."""
    wire = site.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")

    assert (wire.status(), wire.rest()) == (408, b"")


def test_leave_to_send_comes_only_when_the_application_reads(site):
    """100 Continue precedes the answer of an action that reads, and no other."""
    head = b"POST %b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-Continue\r\n\r\n"
    reading = site.send(head % b"/")
    ignoring = site.send(head % b"/unread")
    too_long = site.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\nExpect: 100-continue\r\n\r\n")

    assert reading.status() == 100
    assert reading.send(b"abc").answer()[2] == b"POST /  abc"
    assert [ignoring.answer()[1]["connection"], ignoring.rest()] == ["close", b""]
    assert too_long.status() == 413


def test_a_client_that_sends_too_much_can_still_read_why(site):
    """The 413 is not lost to a reset while the client is still sending."""
    wire = site.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n")
    wire.send(b"a" * 3_000_000)

    assert wire.status() == 413


def test_a_client_that_closes_its_side_still_gets_its_answer(site):
    """Half-closed connections are legal."""
    wire = site.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    wire.socket.shutdown(socket.SHUT_WR)

    assert [wire.status(), wire.rest()] == [200, b""]


def answering(status, headers, body):
    def application(environ, start_response):
        start_response(status, headers)
        return body

    return application


def test_answers_without_length_are_chunked_or_measured(running):
    """One piece is measured, several are chunked, and HTTP/1.0 reads to the end."""
    one = running(answering("200 OK", [], [b"abc"]))
    many = running(answering("200 OK", [], [b"abc", b"", b"de"]))
    none = running(answering("200 OK", [], []))
    request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    assert one.send(request).answer()[1]["content-length"] == "3"
    assert many.send(request * 2).answer()[1]["transfer-encoding"] == "chunked"
    assert many.send(b"GET / HTTP/1.0\r\n\r\n").answer()[2] == b"abcde"
    assert none.send(request).answer()[1]["content-length"] == "0"


def test_head_and_bodiless_answers_have_no_body(running):
    """Whatever the application returns."""
    page = running(answering("200 OK", [("Content-Length", "3")], [b"abc"]))
    empty = running(answering("204 No Content", [], [b"abc"]))

    wire = page.send(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
    wire.file.readline()
    assert b"\r\n\r\n" in wire.send(b"HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").rest()
    wire = empty.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 2)

    assert [wire.status(), wire.status()] == [204, 204]


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: evil=1", "a\nb", "a\x00b"])
def test_a_header_that_would_split_the_answer_is_not_sent(running, caplog, value):
    """The client gets a 500, the log the reason."""
    site = running(answering("200 OK", [("X-A", value)], [b"abc"]))

    status, headers, _ = site.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer()

    assert (status, "set-cookie" in headers) == (500, False)
    assert "cannot be sent" in caplog.text


def test_an_application_that_fails_answers_500_and_the_server_lives(running, caplog):
    """Even SystemExit ends one request only."""

    def application(environ, start_response):
        raise SystemExit(3)

    site = running(application, threads=1)

    assert [site.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").status() for _ in range(3)] == [500, 500, 500]
    assert "GET / failed" in caplog.text


def test_an_answer_longer_than_announced_is_cut(running, caplog):
    """What is too much would pass for the next answer."""
    site = running(answering("200 OK", [("Content-Length", "3")], [b"abcdef"]))

    wire = site.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")

    assert [wire.answer()[2], wire.rest()] == [b"abc", b""]
    assert "longer than its Content-Length" in caplog.text


def test_the_iterable_is_closed_when_the_client_leaves(running):
    """An endless answer ends with its reader."""
    closed = threading.Event()

    class Endless:
        def __iter__(self):
            return self

        def __next__(self):
            return b"a" * 65536

        def close(self):
            closed.set()

    site = running(answering("200 OK", [], Endless()))
    wire = site.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    wire.file.read(100_000)
    wire.close()

    assert closed.wait(5)


def test_keep_alive_connections_can_be_capped(running):
    """Beyond the cap, connections close after their answer."""
    site = running(keep_alive_connections=1)
    request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    assert "connection" not in site.send(request).answer()[1]
    time.sleep(0.05)

    assert site.send(request).answer()[1]["connection"] == "close"
