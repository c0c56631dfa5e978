"""Call a request by one name everywhere: at the proxy, in the log, in the answer."""

import re
from dataclasses import dataclass, field

from kirsch.errors import UsageError
from kirsch.headers import environ_key, is_token
from kirsch.request import Request
from kirsch.response import Response
from kirsch.tool import Setup, Tool
from kirsch.tools._networks import trusting

#: What may come into a log and a header as it is: UUIDs, ULIDs, hexadecimal and Base64 texts.
IDENTIFIER = re.compile(r"[A-Za-z0-9._~+/=-]{8,128}")


# First of all: whatever the other tools log is to carry the name; last on the way back, errors of the others included.
@dataclass
class RequestID(Tool, order=0):
    """Send the id of the request, which is also in the log, with every answer.

    Where a proxy that is *trusted* has given the request an id, that is the one.
    """

    #: The header, of the request and of the answer.
    header: str = "X-Request-ID"
    #: Addresses and networks whose ids are taken over: "10.0.0.0/8", "::1"; "unix" for who comes by a Unix socket.
    trusted: list[str] = field(default_factory=list)

    def prepare(self, setup: Setup) -> None:
        """Read the networks.

        :raises UsageError: for what is no network, or no name of a header.
        """
        if not is_token(self.header):
            raise UsageError(f"header cannot be {self.header!r}; it is the name of a header.")
        self._name = self.header.lower()
        self._key = environ_key(self.header)
        self._trusts = trusting("trusted", self.trusted)

    def start(self, request: Request) -> None:
        environ = request.environ
        given = environ.get(self._key)
        if given and IDENTIFIER.fullmatch(given) and self._trusts(environ.get("REMOTE_ADDR", "")):
            request.id = given

    def after(self, request: Request, response: Response) -> None:
        headers = response.headerlist
        headers[:] = [pair for pair in headers if pair[0].lower() != self._name]
        headers.append((self.header, request.id))
