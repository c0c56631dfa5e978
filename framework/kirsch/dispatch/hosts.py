"""Several sites on one server: which application answers for which host."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from kirsch.dispatch.wsgi import WSGI, refuse
from kirsch.errors import BadRequest, ConfigError, HTTPError
from kirsch.request import Request
from kirsch.target import host_of, punycode, split_host

#: Where the variables of a host's pattern stand in the environ.
VARIABLES = "kirsch.host_variables"
LABEL = r"[a-z0-9_-]+"
#: Hosts whose application is kept at hand; clients may make up any number of them.
KEPT = 256


class VirtualHosts:
    """A WSGI application that hands each request to the application of the host that is asked for.

    A host is "shop.example", "*.example" (all below it, at any depth, but not itself), "{account}.example" (one label,
    see :func:`host_variables`), or an address such as "127.0.0.1" and "[::1]"; each with a port, or for any. The most
    exact one counts: names before variables before "*", and a port before none. Case, a dot at the end, the way an
    IPv6 address is written and the way names beyond ASCII are (punycode or not) make no difference.

    Only `Host` counts, or the host of an absolute target; what a proxy says instead is believed where *arrive* does.

    :param hosts: the applications, any WSGI callable, by host.
    :param default: what answers for other hosts, and where none is named; without it that is a 421 (RFC 9110, section
        15.5.20).
    :param arrive: what puts the environ right before the host is looked at: the ``arrive`` of a prepared
        ``tools.proxy``.
    :raises ConfigError: for hosts that are none, and for two that are one.
    """

    def __init__(
        self,
        hosts: Mapping[str, WSGI],
        default: WSGI | None = None,
        arrive: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:
        self.applications = tuple(dict.fromkeys([*hosts.values(), *([default] if default is not None else [])]))
        self.default = default
        self._arrive = arrive
        self._patterns, mistakes = read_patterns(hosts)
        if not hosts:
            mistakes.append("VirtualHosts has no hosts. Name those of this server.")
        if mistakes:
            raise ConfigError(mistakes)
        self._find = lru_cache(maxsize=KEPT)(self._look_up)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            if self._arrive is not None:
                self._arrive(environ)
            application, variables = self._find(host_of(environ))
        except HTTPError as error:
            return refuse(error, environ, start_response)
        if variables:
            environ[VARIABLES] = variables
        return application(environ, start_response)

    def _look_up(self, host: str) -> tuple[WSGI, dict[str, str]]:
        try:
            name, port = split_host(host)
        except ValueError:
            raise BadRequest("The Host is malformed.") from None
        for pattern in self._patterns:
            if pattern.port in ("", port) and (found := pattern.regex.fullmatch(name)):
                return pattern.application, found.groupdict()
        if self.default is None:
            raise HTTPError("This server does not answer for the host that was asked for.", status=421)
        return self.default, {}

    def close(self) -> None:
        """Close every application that can be closed."""
        for application in self.applications:
            getattr(application, "close", lambda: None)()


def host_variables(request: Request) -> dict[str, str]:
    """What the variables of a pattern such as "{account}.example" stand for in the host of *request*."""
    found: dict[str, str] = request.environ.get(VARIABLES, {})
    return found


class Pattern(NamedTuple):
    """A host as it was given, and how it is recognized."""

    rank: tuple[Any, ...]
    regex: re.Pattern[str]
    port: str
    application: WSGI


def read_patterns(hosts: Mapping[str, WSGI]) -> tuple[list[Pattern], list[str]]:
    """The hosts, the most exact ones first, and what is wrong with them."""
    found: dict[tuple[str, str], Pattern] = {}
    mistakes = []
    for host, application in hosts.items():
        try:
            pattern = read_pattern(host, application)
        except ValueError as error:
            mistakes.append(f"VirtualHosts cannot have {host!r}: {error}.")
            continue
        meant = re.sub(r"\?P<\w+>", "", pattern.regex.pattern)
        if found.setdefault((meant, pattern.port), pattern) is not pattern:
            mistakes.append(f"VirtualHosts has {host!r} twice, each time written otherwise. Leave one out.")
    return sorted(found.values(), key=lambda pattern: pattern.rank), mistakes


def read_pattern(host: str, application: WSGI) -> Pattern:
    """*host* as it is recognized.

    :raises ValueError: with the end of a sentence, for what is no host.
    """
    if not callable(application):
        raise ValueError(f"{application!r} is no WSGI application")
    braces = re.split(r"(\{[^{}]*\})", host)
    variables = braces[1::2]
    if len(set(variables)) < len(variables):
        raise ValueError("a variable stands twice in it")
    marked = "".join(f"{{{at // 2}}}" if at % 2 else text for at, text in enumerate(braces))
    if host.startswith("[") or host.count(":") > 1:
        name, port = split_host(host if host.startswith("[") else f"[{host}]")
        return Pattern((0, 0, 0, not port), re.compile(re.escape(name)), _port(port), application)
    name, port = split_host(marked)
    labels = name.split(".")
    regex = r"\.".join(_label(label, at, variables) for at, label in enumerate(labels))
    stars, several = labels[0] == "*", len(variables)
    return Pattern((stars, bool(several), -len(labels), several, not port), re.compile(regex), _port(port), application)


def _label(label: str, at: int, variables: list[str]) -> str:
    if label == "*" and at == 0:
        return rf"{LABEL}(?:\.{LABEL})*"
    if found := re.fullmatch(r"\{(\d+)\}", label):
        name = variables[int(found[1])][1:-1]
        if not name.isidentifier():
            raise ValueError(f"{name!r} is no name for a variable")
        return f"(?P<{name}>{LABEL})"
    if not re.fullmatch(LABEL, punycode(label)):
        raise ValueError('write "shop.example", "*.example", "{account}.example", "127.0.0.1" or "[::1]"')
    return re.escape(punycode(label))


def _port(port: str) -> str:
    if port and not (port.isdecimal() and 0 < int(port) < 65536):
        raise ValueError(f"{port!r} is no port")
    return port
