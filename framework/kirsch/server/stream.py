"""One connection's bytes: what has arrived and is not yet read, and what goes out."""

import os
import re
import select
import socket
import ssl
from time import monotonic

RECEIVE = 64 * 1024
SEND = 64 * 1024

#: The end of a head. Bare line feeds end it too, so that a malformed head is refused now rather than waited for.
END = re.compile(rb"\n\r?\n")
BLANK = re.compile(rb"(?:\r\n)+")


class Reader:
    """The input of a socket behind one buffer.

    :meth:`receive` and :meth:`has_data` serve the thread that waits for whole heads; the other methods serve the
    worker that answers the request, and block for at most the socket's timeout.
    """

    def __init__(self, sock: socket.socket, head_limit: int) -> None:
        self.recv = sock.recv
        self.head_limit = head_limit
        self.buffer = b""
        self.searched = 0
        self.closed = False

    def receive(self) -> None:
        """Take what has arrived; :attr:`closed` when the client has closed its side."""
        data = self.recv(RECEIVE)
        if not data:
            self.closed = True
        self.buffer += data

    def has_data(self) -> bool:
        """Whether a worker should look at the connection now: a head is whole, or can no longer become good."""
        if self.closed:
            return True
        if blank := BLANK.match(self.buffer):  # RFC 9112, section 2.2: blank lines before a request are ignored.
            self.buffer, self.searched = self.buffer[blank.end() :], 0
        if not self.buffer or self.buffer == b"\r":
            return False
        start, self.searched = max(0, self.searched - 3), len(self.buffer)
        return len(self.buffer) > self.head_limit or not plausible(self.buffer) or bool(END.search(self.buffer, start))

    def take_head(self) -> bytes | None:
        """The head without its closing blank line, or None where it is not whole or over the limit."""
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0 or end > self.head_limit:
            return None
        head, self.buffer, self.searched = self.buffer[:end], self.buffer[end + 4 :], 0
        return head

    def read_some(self, size: int) -> bytes:
        """At least one and at most *size* bytes; empty when the client has closed its side."""
        if not self.buffer:
            return self.recv(size)
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def read_line(self, limit: int) -> bytes:
        """The bytes up to and with the next line feed, at most *limit* of them."""
        start = 0
        while True:
            end = self.buffer.find(b"\n", start, limit) + 1
            if end or len(self.buffer) >= limit:
                return self.read_some(end or limit)
            start = len(self.buffer)
            data = self.recv(RECEIVE)
            if not data:
                return self.buffer
            self.buffer += data

    def close(self) -> None:
        """Drop what is left."""
        self.buffer = b""
        self.closed = True


class ClientGone(Exception):
    """The client no longer takes the answer."""


class Writer:
    """The output of a socket, sent at once and in pieces, each of which may take the socket's timeout."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        self.sendall = sock.sendall
        #: Whether the system can send files here; what goes through TLS is encrypted in this process.
        self.sends_files = hasattr(os, "sendfile") and not isinstance(sock, ssl.SSLSocket)

    def write(self, data: bytes) -> None:
        """Send *data*.

        :raises ClientGone: when the client has left or takes nothing for the time of the socket's timeout.
        """
        view = memoryview(data)
        try:
            for start in range(0, len(data), SEND):
                self.sendall(view[start : start + SEND])
        except OSError as error:
            raise ClientGone(str(error)) from error

    def send_file(self, file: int, first: int, count: int) -> int:
        """Send *count* bytes of the open *file* from the byte *first* on; fewer are sent only where it ends before.

        :raises ClientGone: when the client has left, or takes no 64 KiB within the socket's timeout.
        """
        sent, begun, end = 0, 0, self._end()
        try:
            while sent < count:
                try:
                    size = os.sendfile(self.socket.fileno(), file, first + sent, count - sent)
                except BlockingIOError:
                    self._wait(end)
                    continue
                if not size:
                    break
                sent += size
                if sent - begun >= SEND:
                    begun, end = sent, self._end()
        except OSError as error:
            raise ClientGone(str(error)) from error
        return sent

    def _end(self) -> float | None:
        """The moment by which the next piece is to be taken; None where the client has all the time."""
        timeout = self.socket.gettimeout()
        return None if timeout is None else monotonic() + timeout

    def _wait(self, end: float | None) -> None:
        """Wait until the client takes more.

        :raises TimeoutError: when it does not until *end*.
        """
        poll = select.poll()
        poll.register(self.socket, select.POLLOUT)
        left = None if end is None else max(end - monotonic(), 0) * 1000
        if not poll.poll(left):
            raise TimeoutError("The client takes nothing.")

    def close(self) -> None:
        """Nothing is kept here."""


def plausible(buffer: bytes) -> bool:
    """Whether the first byte can begin a request line; that of a TLS greeting, for one, cannot."""
    return 0x21 <= buffer[0] < 0x7F
