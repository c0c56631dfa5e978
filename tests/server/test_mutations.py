"""Requests damaged at random: each is answered or refused, none is a failure of the server."""

import random
import socket

CORPUS = [
    b"GET /a%20b?c=d HTTP/1.1\r\nHost: a\r\nAccept: */*\r\nCookie: a=1; b=2\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nContent-Type: text/plain\r\n\r\nhello world",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n1\r\n!\r\n0\r\nX-T: v\r\n\r\n",
    b"PUT /unread HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
    b"OPTIONS * HTTP/1.1\r\nHost: a:80\r\n\r\nGET http://b/ HTTP/1.0\r\n\r\n",
]
PIECES = [
    b"\r\n",
    b"\n",
    b"\r",
    b" ",
    b"\t",
    b":",
    b"\x00",
    b"\xff",
    b"0",
    b"-",
    b"_",
    b"%",
    b",",
    b"chunked",
    b"9" * 20,
]


def damaged(chance: random.Random) -> bytes:
    """A request with one to four bytes or pieces put in, taken out or changed."""
    data = bytearray(chance.choice(CORPUS))
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(data))
        piece = chance.choice([*PIECES, bytes([chance.randrange(256)])])
        data[place : place + chance.choice([0, 0, 1, 1, 5])] = chance.choice([piece, piece, b""])
    return bytes(data)


def test_no_damage_is_a_failure_of_the_server(site, seed, caplog):
    """Four hundred damaged requests: no 500, no traceback, and the next request is served."""
    chance = random.Random(seed)

    for _ in range(400):
        data = damaged(chance)
        wire = site.send(data)
        wire.socket.shutdown(socket.SHUT_WR)
        answer = wire.rest()
        assert not answer or answer.startswith(b"HTTP/1.1 "), data
        assert b"HTTP/1.1 5" not in answer.replace(b"HTTP/1.1 501", b"").replace(b"HTTP/1.1 505", b""), data
        wire.close()

    assert caplog.records == []
    assert site.send(b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n").status() == 200
