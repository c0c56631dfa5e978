"""Which hosts are ours."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kirsch.errors import BadRequest, HTTPError, UsageError
from kirsch.request import Request
from kirsch.target import DEFAULT_PORTS, punycode, split_host
from kirsch.tool import Setup, Tool

#: A name as configuration may say it: labels of letters, digits, hyphens and underscores.
NAME = re.compile(r"\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.ASCII)


@dataclass
class Hosts(Tool, order=3):
    """Answer only for hosts of this site, 421 for any other.

    "example.org" is that host, ".example.org" all of its sub-domains but not the domain itself, "127.0.0.1" and
    "[::1]" are addresses. Any port will do where none is said. Case, the dot at the end and the way an IPv6 address
    is written make no difference; names beyond ASCII are compared as punycode.

    The status is 421 (RFC 9110, section 15.5.20) as the request is sound and came to the wrong server, which is what a
    client that shares one connection among hosts has to know; a `Host` that is none is 400.
    """

    #: The hosts: "example.org", ".example.org", "example.org:8443", "[::1]".
    allow: list[str]

    def prepare(self, setup: Setup) -> None:
        """Read the hosts.

        :raises UsageError: for what is none, and where there is none at all.
        """
        if not self.allow:
            raise UsageError("allow is empty, so nothing would be answered. Name the hosts of this site.")
        allowed = frozenset(as_pattern(host) for host in self.allow)
        self._known = lru_cache(maxsize=256)(lambda host, scheme: is_among(host, scheme, allowed))

    def offers(self) -> Mapping[str, Callable[[Request], str]]:
        """The host that is asked for, which is one of ours."""
        return {"host": lambda request: request.host}

    def start(self, request: Request) -> None:
        if not self._known(request.host, request.environ["wsgi.url_scheme"]):
            raise HTTPError("This server does not answer for the host that was asked for.", status=421)


def is_among(host: str, scheme: str, allowed: frozenset[tuple[str, str]]) -> bool:
    """Whether *host*, perhaps with a port, is one of *allowed*.

    :raises BadRequest: for an IPv6 address that is none.
    """
    try:
        name, port = split_host(host)
    except ValueError:
        raise BadRequest("The Host is malformed.") from None
    if name.startswith(".") or ".." in name:
        return False
    ports = ("", port or DEFAULT_PORTS.get(scheme, ""))
    # An address has no sub-domains, whatever stands before a dot in it.
    above = [] if name.startswith("[") else [name[dot:] for dot in range(1, len(name)) if name[dot] == "."]
    return any((one, number) in allowed for one in (name, *above) for number in ports)


def as_pattern(host: str) -> tuple[str, str]:
    """Name and port of a host that configuration allows.

    :raises UsageError: for what is no host.
    """
    try:
        name, port = split_host(f"[{host}]" if host.count(":") > 1 and not host.startswith("[") else host)
        if not name.startswith("["):
            name = ".".join(punycode(label) for label in name.split("."))
            if not NAME.fullmatch(name):
                raise ValueError(name)
        if port and not (port.isdecimal() and 0 < int(port) < 65536):
            raise ValueError(port)
    except ValueError:
        raise UsageError(
            f'allow cannot hold {host!r}. Write "example.org", ".example.org" for its sub-domains, an address such as '
            '"127.0.0.1" or "[::1]", each with a port or without.'
        ) from None
    return name, port
