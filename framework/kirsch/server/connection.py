"""A connection: it waits, carries requests one after the other, and ends so that its client can read the answer."""

import socket as sockets
import time
from contextlib import suppress
from typing import Any

from cheroot.server import HTTPConnection

from kirsch.errors import BadRequest, HTTPError
from kirsch.server.exchange import Exchange, Serving, plain_answer
from kirsch.server.head import parse_head
from kirsch.server.stream import ClientGone, Reader, Writer, plausible

#: How long a closed connection is still read from, so that the answer is not lost to a reset (RFC 9112, section 9.6).
LINGER = 2.0


class Connection(HTTPConnection):
    """One client's connection.

    *deadline* is the moment at which it ends unless something happens. *lingering* connections have had their last
    answer and are only read from until the client closes them. *exchange* is the request being answered.
    """

    server: Serving
    socket: sockets.socket
    rfile: Reader
    wfile: Writer

    def __init__(self, server: Serving, sock: sockets.socket, address: Any) -> None:
        self.server = server
        self.socket = sock
        self.rfile = Reader(sock, server.request_head_limit)
        self.wfile = Writer(sock)
        self.peer = peer_of(address)
        self.requests_seen = 0
        self.deadline = time.monotonic() + server.timeout
        self.lingering = False
        self.exchange: Exchange | None = None

    def communicate(self) -> bool:
        """Answer the request that has arrived; whether the connection stays open afterwards."""
        self.requests_seen += 1
        head = self.rfile.take_head()
        if head is None:
            if self.rfile.closed:
                return False
            return self.refuse(self.unfinished())
        try:
            parsed = parse_head(head, self.server.request_body_limit)
        except HTTPError as refusal:
            return self.refuse(refusal)
        self.exchange = exchange = Exchange(self.server, self, parsed)
        try:
            exchange.respond()
        finally:
            self.exchange = None
        if exchange.keep:
            return True
        return exchange.body is not None and not exchange.body.ended and self.linger_on()

    def unfinished(self) -> HTTPError:
        """Why a head that is not whole is not waited for."""
        buffer = self.rfile.buffer
        if not plausible(buffer) or len(buffer) <= self.server.request_head_limit:
            return BadRequest("This is no HTTP request.")
        if b"\r\n" not in buffer[: self.server.request_head_limit]:
            return HTTPError("The address is too long.", status=414)
        return HTTPError("The header fields are too large.", status=431)

    def refuse(self, refusal: HTTPError) -> bool:
        """Answer with an error of the server's own; the connection lingers until the client has read it."""
        try:
            self.wfile.write(plain_answer(refusal, self.server.name))
        except ClientGone:
            return False
        return self.linger_on()

    def linger_on(self) -> bool:
        """Say that nothing more will come, and stay to read what the client still sends."""
        with suppress(OSError):
            self.socket.shutdown(sockets.SHUT_WR)
            self.lingering = True
            self.deadline = time.monotonic() + LINGER
            self.rfile.buffer = b""
        return self.lingering

    def time_out(self) -> None:
        """Give up waiting: a request that began and was not finished is answered 408 (RFC 9110, section 15.5.9)."""
        if self.rfile.buffer and not self.lingering:
            self.socket.settimeout(0)
            with suppress(ClientGone):
                late = HTTPError("The request did not arrive in time.", status=408)
                self.wfile.write(plain_answer(late, self.server.name))
        self.close()

    def abort(self) -> None:
        """End it under the hands of the worker that holds it."""
        with suppress(OSError):
            self.socket.shutdown(sockets.SHUT_RDWR)

    def close(self) -> None:
        """Close the socket."""
        self.rfile.close()
        with suppress(OSError):
            self.socket.shutdown(sockets.SHUT_RDWR)
        self.socket.close()


def peer_of(address: Any) -> dict[str, str]:
    """Who is at the other end, for the environ."""
    if isinstance(address, tuple):
        return {"REMOTE_ADDR": str(address[0]), "REMOTE_PORT": str(address[1])}
    return {"REMOTE_ADDR": "", "REMOTE_PORT": ""}
