"""From http to https."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from kirsch.errors import Redirect, UsageError
from kirsch.request import Request
from kirsch.target import address_of
from kirsch.tool import Setup, Tool


@dataclass
class HTTPS(Tool, order=4):
    """Send whoever comes by http to the same address under https.

    It leads to the host asked for, which ``tools.hosts`` has checked. Behind a proxy that ends TLS it needs
    ``tools.proxy``, without which every request looks like http and the client is sent round in a circle. That browsers
    insist on https from then on is said by ``tools.secureheaders.hsts``.
    """

    #: The port that https is served on.
    port: int = 443
    #: 308 keeps the method and the body; 301 is for clients that know no better.
    status: Literal[301, 308] = 308

    needs: ClassVar[Mapping[str, str]] = {"host": "tools.hosts, so that it leads to no host but yours; switch that on"}

    def prepare(self, setup: Setup) -> None:
        """Check the port.

        :raises UsageError: when it is none.
        """
        if not 0 < self.port < 65536:
            raise UsageError(f"port must be between 1 and 65535, not {self.port}.")
        self._port = "" if self.port == 443 else f":{self.port}"

    def start(self, request: Request) -> None:
        environ = request.environ
        if environ["wsgi.url_scheme"] == "https":
            return
        host = without_port(request.take("host"))
        target = environ.get("REQUEST_URI", "")
        if not target.startswith("/"):
            target = address_of(request.environ, environ.get("PATH_INFO", ""))
        raise Redirect(f"https://{host}{self._port}{target or '/'}", self.status)


def without_port(host: str) -> str:
    """*host* without the port it may name."""
    return host[: host.index("]") + 1] if host.startswith("[") else host.partition(":")[0]
