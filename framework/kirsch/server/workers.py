"""The threads that run the application."""

import logging
import queue
import threading
import time
from typing import Any

from cheroot.workers import threadpool
from cheroot.workers.threadpool import ThreadPool, WorkerThread

from kirsch.server.connection import Connection

#: How long a worker gets to notice that its connection was cut under its hands.
NOTICE = 0.1

log = logging.getLogger("kirsch.server")


class Workers(ThreadPool):
    """A fixed number of threads; stopping them takes no longer than it is told."""

    _threads: list[WorkerThread]
    _queue: "queue.Queue[Any]"

    def start(self) -> None:
        """Start the threads."""
        for number in range(self.min):
            worker = WorkerThread(self.server)  # type: ignore[no-untyped-call]
            worker.name = f"kirsch-{number}"
            worker.daemon = True  # A thread that hangs must not keep the process from ending.
            worker.start()
            self._threads.append(worker)

    def stop(self, timeout: float = 5) -> None:
        """Let requests finish for *timeout* seconds, then cut their connections and leave them."""
        end = time.monotonic() + timeout
        workers, self._threads = self._threads, []
        for _ in workers:
            self._queue.put(threadpool._SHUTDOWNREQUEST)  # type: ignore[attr-defined]
        join(workers, end)
        busy = [worker.conn for worker in workers if worker.is_alive() and isinstance(worker.conn, Connection)]
        for connection in busy:
            log.warning("Dropped after %g s: %s", timeout, described(connection))
            connection.abort()
        join(workers, time.monotonic() + NOTICE)
        self.close_queued()

    def close_queued(self) -> None:
        """Close the connections that no worker came to."""
        while not self._queue.empty():
            waiting = self._queue.get()
            if isinstance(waiting, Connection):
                waiting.close()


def join(threads: list[WorkerThread], end: float) -> None:
    """Wait for *threads* until the moment *end*, but not for the one that asks."""
    for thread in threads:
        if thread is not threading.current_thread():
            thread.join(max(0.0, end - time.monotonic()))


def described(connection: Connection) -> str:
    """The request that *connection* carries, for the log."""
    exchange = connection.exchange
    return f"{exchange.head.method} {exchange.head.target}" if exchange else "a connection"
