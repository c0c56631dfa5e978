"""Connections that wait: for a whole request, or to be closed. They cost no thread."""

import errno
import logging
import selectors
import socket
import threading
import time
from contextlib import suppress

from kirsch.server.connection import Connection
from kirsch.server.exchange import Serving

FULL = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)

log = logging.getLogger("kirsch.server")


class Waiting:
    """The one thread that accepts connections, takes what arrives, and hands whole requests to the workers.

    It stands where cheroot has its ``ConnectionManager``, which gives a worker to a client that has said nothing yet.
    """

    def __init__(self, server: Serving, listener: socket.socket) -> None:
        self.server = server
        self.listener = listener
        self.stopping = False
        self.selector = selectors.DefaultSelector()
        self.lock = threading.Lock()  # Workers register connections while the serving thread walks through them.
        self.wake, self.waker = socket.socketpair()
        self.done = threading.Event()
        self.done.set()
        self.register(listener, None)
        self.register(self.wake, None)

    def register(self, sock: socket.socket, connection: Connection | None) -> None:
        """Be told when *sock* can be read."""
        with self.lock:
            self.selector.register(sock, selectors.EVENT_READ, connection)

    def unregister(self, connection: Connection) -> None:
        """Be told nothing more of *connection*."""
        with self.lock:
            self.selector.unregister(connection.socket)

    def put(self, connection: Connection) -> None:
        """Let *connection* wait for its next request, or go on with it if that is already here."""
        if not connection.lingering:
            connection.deadline = time.monotonic() + self.server.timeout
            if connection.rfile.has_data():
                self.server.requests.put(connection)
                return
        try:
            self.register(connection.socket, connection)
        except ValueError:  # The server has stopped meanwhile, and the selector is closed.
            connection.close()

    def run(self, interval: float) -> None:
        """Serve until :meth:`stop`; every *interval* seconds, end the connections that are overdue."""
        self.done.clear()
        next_check = time.monotonic() + interval
        try:
            while not self.stopping:
                for key, _ in self.selector.select(timeout=interval):
                    if key.data is not None:
                        self.look_at(key.data)
                    elif key.fileobj is self.listener:
                        self.accept()
                if (now := time.monotonic()) >= next_check:
                    self.end_overdue(now)
                    next_check = now + interval
        finally:
            self.done.set()

    def accept(self) -> None:
        """Take in the clients that stand at the door."""
        for _ in range(64):
            try:
                client, address = self.listener.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in FULL:
                    log.error("No connection can be accepted: %s", error.strerror)
                    time.sleep(0.05)
                return
            client.settimeout(self.server.timeout)
            if client.family != socket.AF_UNIX:
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.put(Connection(self.server, client, address))

    def look_at(self, connection: Connection) -> None:
        """Take what *connection* has sent; a worker gets it once there is something to answer."""
        reader = connection.rfile
        try:
            reader.receive()
        except OSError:
            reader.close()
        if connection.lingering:
            reader.buffer = b""
        if reader.closed and b"\r\n\r\n" not in reader.buffer:
            self.unregister(connection)
            connection.close()
        elif not connection.lingering and reader.has_data():
            self.unregister(connection)
            self.server.requests.put(connection)

    def end_overdue(self, now: float) -> None:
        """Close the connections whose deadline has passed."""
        for connection in self.connections():
            if connection.deadline < now:
                self.unregister(connection)
                connection.time_out()

    def connections(self) -> list[Connection]:
        """The connections that wait here."""
        with self.lock:
            keys = list((self.selector.get_map() or {}).values())
        return [key.data for key in keys if key.data is not None]

    def stop(self) -> None:
        """Accept and take in nothing more; returns when the serving thread has noticed, within a second."""
        self.stopping = True
        with suppress(OSError):
            self.waker.send(b"x")
        self.done.wait(1.0)

    def close(self) -> None:
        """Close every connection that waits."""
        for connection in self.connections():
            self.unregister(connection)
            connection.close()
        with self.lock:
            self.selector.close()
        self.wake.close()
        self.waker.close()

    @property
    def can_add_keepalive_connection(self) -> bool:
        """Whether one more connection may stay open between two requests."""
        cap = self.server.keep_alive_connections
        return cap is None or len(self.selector.get_map() or ()) - 2 < cap
