"""The HTTP server that comes with Kirsch: cheroot underneath, strict, bounded in all it does."""

import logging
import socket
import sys
from collections.abc import Callable, Iterable
from typing import Any

from cheroot import wsgi

from kirsch.errors import UsageError
from kirsch.server.connection import Connection
from kirsch.server.listener import check_port, open_listener
from kirsch.server.waiting import Waiting
from kirsch.server.workers import Workers
from kirsch.server.wrapper import FileWrapper

log = logging.getLogger("kirsch.server")


class Server(wsgi.Server):
    """Serves one WSGI application on one address.

    :param port: 0 takes a free one; :attr:`bound` says which.
    :param threads: how many requests are worked on at once. Connections that wait cost no thread.
    :param backlog: how many clients the system lets wait for the server to accept them.
    :param keep_alive_connections: how many idle connections are kept open; None for no cap.
    :param request_body_limit: in bytes; a larger body is answered 413. None for no limit.
    :param request_head_limit: in bytes; a larger head is answered 414 or 431.
    :param timeout: seconds within which a head must be whole, a body must go on, and an idle connection is kept.
    :param shutdown_timeout: seconds that running requests get to finish when the server stops.
    :param name: what the ``Server`` header says; empty for none.
    """

    ConnectionClass = Connection
    expiration_interval = 0.5

    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        host: str = "127.0.0.1",
        port: int = 8080,
        *,
        threads: int = 10,
        backlog: int = 512,
        keep_alive_connections: int | None = None,
        request_body_limit: int | None = 100 * 1024 * 1024,
        request_head_limit: int = 64 * 1024,
        timeout: float = 10,
        shutdown_timeout: float = 5,
        name: str = "Kirsch",
    ) -> None:
        if threads < 1:
            raise UsageError(f"A server needs at least one thread, not {threads}.")
        check_port(port)
        super().__init__((host or "127.0.0.1", port), application, numthreads=threads, server_name=host)
        self.request_queue_size = backlog
        self.keep_alive_connections = keep_alive_connections
        self.request_body_limit = request_body_limit
        self.request_head_limit = request_head_limit
        self.timeout = timeout
        self.shutdown_timeout = shutdown_timeout
        self.name = name
        self.requests = Workers(self, min=threads)
        self.environ: dict[str, Any] = {}

    def clear_stats(self) -> None:
        """Count nothing: cheroot would keep every server for ever in a table of the logging module."""
        self._start_time: float | None = None
        self._run_time = 0
        self.stats = {"Enabled": False, "Worker Threads": {}}

    @property
    def bound(self) -> tuple[str, int]:
        """The host and port the server listens on."""
        host, port = self.socket.getsockname()[:2] if self.socket else self.bind_addr
        return host, port

    def prepare(self, listener: socket.socket | None = None) -> None:
        """Listen, on a socket handed over or a new one, and start the workers; :meth:`serve` comes next.

        :raises UsageError: when the address cannot be had, in one sentence that says what to do.
        """
        host, port = self.bind_addr
        self.socket = listener if listener is not None else open_listener(host, port, self.request_queue_size)
        self.socket.setblocking(False)
        self.bind_addr = (host, self.bound[1])
        self.environ = self.base_environ()
        self._connections = Waiting(self, self.socket)
        self.requests.start()
        self.ready = True

    def base_environ(self) -> dict[str, Any]:
        """What every request's environ begins with."""
        host, port = self.bind_addr
        return {
            "SCRIPT_NAME": "",
            "SERVER_NAME": host,
            "SERVER_PORT": str(port),
            "SERVER_SOFTWARE": self.name or "Kirsch",
            "kirsch.server": self.figures,
            "kirsch.stopping": lambda: not self.ready,  # for answers that would otherwise go on
            "wsgi.errors": sys.stderr,
            "wsgi.file_wrapper": FileWrapper,
            "wsgi.multiprocess": False,
            "wsgi.multithread": True,
            "wsgi.run_once": False,
            "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0),
        }

    def serve(self) -> None:
        """Serve until another thread calls :meth:`stop`; listens first if :meth:`prepare` has not been called."""
        if not self.ready:
            self.prepare()
        while self.ready:
            try:
                self._connections.run(self.expiration_interval)
            except Exception:
                log.exception("The server goes on after an error of its own")

    def figures(self) -> dict[str, int | str]:
        """What the server is doing at the moment."""
        host, port = self.bound
        return {
            "address": f"{host}:{port}",
            "threads": self.requests.min,
            "idle": self.requests.idle,
            "waiting": self.requests.qsize,
            "connections": len(self._connections.connections()) if self.ready else 0,
        }

    def process_conn(self, conn: Connection) -> None:
        """Hand a connection with a whole request to the workers."""
        self.requests.put(conn)

    def stop(self) -> None:
        """Accept nothing more, let running requests finish for :attr:`shutdown_timeout` seconds, then close all."""
        if not self.ready:
            return
        self.ready = False
        self._connections.stop()
        self.socket.close()
        self.socket = None
        self._connections.close()
        self.requests.stop(self.shutdown_timeout)

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Write what cheroot reports to the log ``kirsch.server``."""
        log.log(level, "%s", msg, exc_info=traceback)
