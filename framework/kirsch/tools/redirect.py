"""Send visitors elsewhere by configuration."""

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from kirsch.errors import NotFound, UsageError, did_you_mean
from kirsch.errors import Redirect as Leave
from kirsch.request import Request
from kirsch.tool import Setup, Tool

CONTROL = re.compile(r"[\x00-\x20\x7f\\]")


# After what refuses a request (policies, limits), before anything is read for the action.
@dataclass
class Redirect(Tool, order=34):
    """Send whoever comes to an action, or to all of a controller, to another address.

    The action is not reached. The address lies on this site unless its host is named in *hosts*.
    """

    #: The address: a path of this site such as "/new#top", or an URL of one of the *hosts*.
    to: str = ""
    #: The name of a route instead, which is filled with the variables of the route that was asked for.
    route: str = ""
    #: 301 and 308 are for ever, 302, 303 and 307 for now; 307 and 308 keep the method and the body.
    status: Literal[301, 302, 303, 307, 308] = 302
    #: Whether the query string goes along.
    query: bool = True
    #: Hosts of other sites that it may lead to, with a port where it has one: "shop.example.org".
    hosts: list[str] = field(default_factory=list)

    def prepare(self, setup: Setup) -> None:
        """Check the address.

        :raises UsageError: where there is none or two, and for one that leads to a site that is not allowed.
        """
        if bool(self.to) == bool(self.route):
            raise UsageError("to and route: give one of them, and not both.")
        if self.route and self.route not in setup.routes:
            mend = did_you_mean(self.route, setup.routes)
            raise UsageError(f"route is {self.route!r}, and no route is called so. {mend}")
        if self.to and CONTROL.search(self.to):
            raise UsageError(f"to is {self.to!r}: a space, a backslash or a control character has no place there.")
        if self.to and not is_local(self.to) and not leads_to(self.to, self.hosts):
            raise UsageError(
                f'to is {self.to!r}, which is no path of this site. Begin it with one "/", or write an http: or https: '
                "URL and its host into hosts."
            )

    def start(self, request: Request) -> None:
        """Leave for the other address.

        :raises Redirect: always.
        :raises NotFound: when the other route does not take the variables of this one.
        """
        if request.route is None:
            return
        raise Leave(self._with_query(request, self._address(request)), self.status)

    def _address(self, request: Request) -> str:
        if not self.route:
            return request.prefix + self.to if is_local(self.to) else self.to
        try:
            return request.url_for(self.route, **request.urlvars)
        except ValueError as error:
            if request.application.debug:
                raise
            raise NotFound from error

    def _with_query(self, request: Request, location: str) -> str:
        query = request.environ.get("QUERY_STRING", "")
        if not query or not self.query:
            return location
        address, mark, fragment = location.partition("#")
        return f"{address}{'&' if '?' in address else '?'}{query}{mark}{fragment}"


def is_local(address: str) -> bool:
    """Whether *address* is a path that no browser takes for a host."""
    return address.startswith("/") and not address.startswith("//")


def leads_to(address: str, hosts: list[str]) -> bool:
    """Whether *address* is an URL of one of *hosts*."""
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and parts.netloc.lower() in {host.lower() for host in hosts}
