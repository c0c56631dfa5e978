"""Send visitors on who have written a slash too many, or one too few."""

from dataclasses import dataclass
from typing import Literal

from kirsch.errors import Redirect
from kirsch.request import Request
from kirsch.target import address_of, decode_path
from kirsch.tool import Tool


# After whatever refuses a request, whether or not there is something at the address.
@dataclass
class TrailingSlash(Tool, order=30):
    """Where no route takes a path but one would with or without the slash at its end, send the visitor there.

    For GET and HEAD alone, with the query kept. Switch it on for the whole site: what is on for some controllers alone
    is off where no route is found.
    """

    #: The status of the redirect, which browsers keep: 301 or 308.
    status: Literal[301, 308] = 308

    def start(self, request: Request) -> None:
        """Leave for the other address.

        :raises Redirect: when it leads to an action.
        """
        environ = request.environ
        path = environ.get("PATH_INFO") or "/"
        if request.route is not None or request.allowed or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return
        # A path that browsers may take for a host is nobody's slip.
        if path == "/" or path.startswith(("//", "/\\")) or path.endswith("//"):
            return
        other = path[:-1] if path.endswith("/") else f"{path}/"
        route, _, _ = request.application.mapper.find(decode_path(other), environ["REQUEST_METHOD"], environ)
        if route is None:
            return
        raise Redirect(address_of(request.environ, other), self.status, local=True)
