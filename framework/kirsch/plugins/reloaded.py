"""Development, the site's side: it hands its listening socket to the parent and says what it has loaded."""

import json
import os
import socket
import threading
from contextlib import suppress
from typing import Any

from kirsch.bus import Bus
from kirsch.plugins.watched import module_files

#: The environment variable in which a parent says how it can be reached.
LINK = "KIRSCH_RELOADER"


def is_child() -> bool:
    """Whether this process was started by :func:`kirsch.plugins.reloader.supervise`."""
    return LINK in os.environ


class Reloaded:
    """What a site in development tells its parent; ends the site when the parent is gone.

    :param interval: seconds between two looks at what was loaded since.
    """

    def __init__(self, bus: Bus, interval: float = 1.0) -> None:
        handed: dict[str, Any] = json.loads(os.environ.pop(LINK))
        self.bus = bus
        self.interval = interval
        self.link = socket.socket(fileno=handed["link"])
        self.address: list[Any] | None = handed.get("address")
        self.listener = socket.socket(fileno=handed["listener"]) if "listener" in handed else None
        self.told: set[str] = set()
        bus.subscribe("start", self.start, order=90)
        bus.subscribe("exit", self.close, order=90)

    def take(self, host: str, port: int) -> socket.socket | None:
        """The socket that an earlier life of the site listened on, if it was for this address."""
        listener, self.listener = self.listener, None
        if listener is None or self.address == [host, port]:
            return listener
        listener.close()
        return None

    def hand_over(self, listener: socket.socket, host: str, port: int) -> None:
        """Let the parent keep *listener* for the next life of the site."""
        message = json.dumps({"address": [host, port]}).encode() + b"\n"
        with suppress(OSError):
            socket.send_fds(self.link, [message], [listener.fileno()])

    def start(self) -> None:
        """Begin to tell."""
        threading.Thread(target=self.tell, name="kirsch-reloaded", daemon=True).start()

    def tell(self) -> None:
        """Name newly loaded modules, until the parent is gone: then the site ends too."""
        self.link.settimeout(self.interval)
        try:
            while True:
                if new := module_files() - self.told:
                    self.told |= new
                    self.link.sendall(json.dumps({"modules": sorted(new)}).encode() + b"\n")
                with suppress(TimeoutError):
                    if not self.link.recv(1):
                        break
        except OSError:
            pass
        self.bus.request("exit")

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError):
            self.link.shutdown(socket.SHUT_RDWR)
