"""Where one request ends and the next begins: what must be refused, and what must be served."""

import pytest

GOOD = b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n"

REFUSED = {
    "two lengths": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde", 400),
    "the same length twice": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
    "a list of lengths": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc", 400),
    "length and coding": (
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "coding in 1.0": (b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "chunked twice": (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400),
    "chunked not last": (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 400),
    "unknown coding": (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501),
    "negative length": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n", 400),
    "signed length": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nabcde", 400),
    "underscored length": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0_5\r\n\r\nabcde", 400),
    "empty length": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400),
    "overflowing length": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + b"9" * 40 + b"\r\n\r\n", 413),
    "length over the limit": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n", 413),
    "chunk size with prefix": (
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nabcde\r\n",
        400,
    ),
    "negative chunk size": (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n", 400),
    "chunk size with blank": (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5 \r\nabcde\r\n", 400),
    "chunk size with bare line feed": (
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\nabcde\r\n0\r\n\r\n",
        400,
    ),
    "chunk longer than its size": (
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcde\r\n0\r\n\r\n",
        400,
    ),
    "chunks over the limit": (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n", 413),
    "folded line": (b"GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n 2\r\n\r\n", 400),
    "space before the colon": (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
    "no name": (b"GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", 400),
    "no colon": (b"GET / HTTP/1.1\r\nHost: a\r\nnothing\r\n\r\n", 400),
    "NUL in a value": (b"GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\x002\r\n\r\n", 400),
    "bare CR in a value": (b"GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r2\r\n\r\n", 400),
    "bare line feeds": (b"GET / HTTP/1.1\nHost: a\n\n", 400),
    "one bare line feed": (b"GET / HTTP/1.1\r\nHost: a\nX-A: b\r\n\r\n", 400),
    "no Host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "two Hosts": (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    "an invalid Host": (b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
    "user in the Host": (b"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400),
    "space after the version": (b"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
    "two spaces": (b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "no version": (b"GET /\r\nHost: a\r\n\r\n", 400),
    "lower-case method": (b"get / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "a path without slash": (b"GET next HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "a fragment": (b"GET /#top HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "raw bytes in the path": (b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "asterisk with GET": (b"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "a later version": (b"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505),
    "the greeting of HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    "a proxy request": (b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    "a TLS greeting": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 400),
    "an unknown expectation": (b"GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417),
    "a long address": (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    "an endless address": (b"GET /" + b"a" * 70_000, 414),
    "large fields": (b"GET / HTTP/1.1\r\nHost: a\r\nX-A: " + b"a" * 70_000, 431),
    "many fields": (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X-A: 1\r\n" * 101 + b"\r\n", 431),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_malformed_request_is_refused_and_nothing_after_it_is_served(site, case):
    """The status says why, and the connection is closed before the bytes that follow pass for a request."""
    data, status = REFUSED[case]

    wire = site.send(data + GOOD)

    answer = wire.answer()
    assert (answer[0], answer[1]["connection"], wire.rest()) == (status, "close", b"")


SERVED = {
    "an empty line first": (b"\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /a  "),
    "chunks": (
        b"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=1\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
        b"POST /a  abcde",
    ),
    "trailers": (
        b"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: v\r\n\r\n",
        b"POST /a  abc",
    ),
    "a whole URL": (b"GET http://b/a?c HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /a c "),
    "two slashes": (b"GET //evil.example/p HTTP/1.1\r\nHost: a\r\n\r\n", b"GET //evil.example/p  "),
    "an encoded slash": (b"GET /a%2Fb%20c HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /a%2Fb c  "),
    "an IPv6 Host": (b"GET /a HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", b"GET /a  "),
    "leave to send": (
        b"POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
        b"POST /unread  ",
    ),
}


@pytest.mark.parametrize("case", SERVED)
def test_a_well_formed_request_is_served_and_so_is_the_next_one(site, case):
    """Pipelined requests are answered in order over one connection."""
    data, body = SERVED[case]

    wire = site.send(data + GOOD)

    assert [wire.answer()[2], wire.answer()[2]] == [body, b"GET /next  "]


def test_a_chunked_body_nobody_read_is_never_the_next_request(site):
    """What looks like a request inside an unread body stays part of that body."""
    inner = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
    body = b"%x;A /SMUGGLED HTTP/1.1\r\n%b\r\n0\r\n\r\n" % (len(inner), inner)

    wire = site.send(b"POST /unread HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body + GOOD)

    assert [wire.answer()[2], wire.answer()[2]] == [b"POST /unread  ", b"GET /next  "]


def test_a_large_body_nobody_read_closes_the_connection(running):
    """The server reads 64 KiB to keep a connection, not more."""
    site = running()

    wire = site.send(b"POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" + b"a" * 200_000)

    _, headers, body = wire.answer()
    assert (headers["connection"], body, wire.rest()) == ("close", b"POST /unread  ", b"")


def test_names_with_an_underscore_cannot_pass_for_others(running):
    """X_Forwarded_For does not reach the application, nor does Proxy, which names a variable."""
    seen = {}

    def application(environ, start_response):
        seen.update(environ)
        start_response("204 No Content", [])
        return []

    head = b"X-Forwarded-For: 1\r\nX_Forwarded_For: 2\r\nProxy: 3\r\nCookie: a=1\r\nCookie: b=2\r\nX-A: 1\r\nX-A: 2\r\n"
    assert running(application).send(b"GET / HTTP/1.1\r\nHost: a\r\n" + head + b"\r\n").status() == 204

    assert seen["HTTP_X_FORWARDED_FOR"] == "1"
    assert "HTTP_PROXY" not in seen
    assert (seen["HTTP_COOKIE"], seen["HTTP_X_A"]) == ("a=1; b=2", "1, 2")


def test_a_body_that_breaks_off_is_a_bad_request(site):
    """A client that closes before its announced length gets 400 whatever the application made of it."""
    wire = site.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
    wire.socket.shutdown(1)

    assert wire.status() == 400


def test_options_asterisk_asks_the_server(site):
    """The application has no such page."""
    assert site.send(b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").status() == 204
