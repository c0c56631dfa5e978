"""Who a request comes from, where the connection is a proxy's."""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any, Literal, TypeAlias

from kirsch.errors import UsageError
from kirsch.target import DEFAULT_PORTS, HOST, READ
from kirsch.tool import Setup, Tool

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
#: What one proxy says, by the names of RFC 7239: "for", "proto", "host", and "port".
Word: TypeAlias = Mapping[str, str]

#: One parameter of an element (RFC 7239, section 4).
PAIR = re.compile(
    r'[ \t]*([!#$%&\'*+.^_`|~\w-]+)=(?:([!#$%&\'*+.^_`|~\w-]+)|"((?:[^"\\]|\\.)*)")[ \t]*(;|\Z)', re.ASCII
)
#: A node (RFC 7239, section 6): an address, in brackets if it is IPv6, and perhaps a port.
NODE = re.compile(r"(?:\[([0-9a-f:.]+)\]|([0-9.]+))(?::\w+)?|([0-9a-f:.]+)", re.ASCII | re.IGNORECASE)
#: Characters of a node; an IPv6 address and a port have at most 53.
LONGEST = 64
X_FORWARDED = {
    "for": "HTTP_X_FORWARDED_FOR",
    "proto": "HTTP_X_FORWARDED_PROTO",
    "host": "HTTP_X_FORWARDED_HOST",
    "port": "HTTP_X_FORWARDED_PORT",
}


@dataclass
class Proxy(Tool, order=0):
    """Take the word of trusted proxies for the address of the client, the scheme and the host.

    What the proxies say is read from the last word to the first: each is believed only if it came from an address in
    *trusted*, and at most *hops* are. Then `REMOTE_ADDR`, `wsgi.url_scheme` and `HTTP_HOST` are put right, before a
    route is found. What is malformed, or hidden (RFC 7239, section 6.3), ends the reading and changes nothing.

    A proxy must set every header that is named in *believe*, or what a client sends there is believed.
    """

    #: The proxies, as networks: "10.0.0.0/8", "127.0.0.1", "2001:db8::/32".
    trusted: list[str]
    #: How many proxies may stand in a row.
    hops: int = 1
    #: What they write: X-Forwarded-For, -Proto, -Host and -Port, or Forwarded (RFC 7239); the other is never looked at.
    headers: Literal["x-forwarded", "forwarded"] = "x-forwarded"
    #: What they are believed: "for", "proto", "host", "port".
    believe: list[Literal["for", "proto", "host", "port"]] = field(default_factory=lambda: ["for", "proto"])

    def prepare(self, setup: Setup) -> None:
        """Read the networks.

        :raises UsageError: for what is no network, where there is none, and without a hop.
        """
        if not self.trusted:
            raise UsageError("trusted is empty, so no proxy is believed. Name their networks, or switch the tool off.")
        if self.hops < 1:
            raise UsageError(f"hops must be at least 1, and is {self.hops}.")
        if self.headers == "forwarded" and "port" in self.believe:
            raise UsageError("believe cannot hold 'port': Forwarded says it with the host. Leave it out.")
        try:
            networks = [ipaddress.ip_network(network) for network in self.trusted]
        except ValueError as error:
            raise UsageError(f"trusted holds what is no network: {error}.") from error
        self._trusts = lru_cache(maxsize=256)(lambda address: any(address in network for network in networks))
        self._read = forwarded if self.headers == "forwarded" else x_forwarded

    def arrive(self, environ: dict[str, Any]) -> None:
        """Put right what the environ says."""
        address = as_address(environ.get("REMOTE_ADDR", ""))
        client = address
        word: Word = {}
        for said in islice(self._read(environ), self.hops):
            if address is None or not self._trusts(address):
                break
            word = said
            node = said.get("for", "")
            address = node_address(node) if len(node) <= LONGEST else None
            client = address or client
        if word:
            environ[READ] = address is not None and "for" in self.believe
            self._tell(environ, client, {name: word[name] for name in self.believe if name in word})

    def _tell(self, environ: dict[str, Any], client: Address | None, word: Word) -> None:
        if "for" in word and str(client) != environ["REMOTE_ADDR"]:
            environ["REMOTE_ADDR"] = str(client)
            environ.pop("REMOTE_PORT", None)
        if (scheme := word.get("proto", "").lower()) in DEFAULT_PORTS:
            environ["wsgi.url_scheme"] = scheme
        if HOST.fullmatch(host := word.get("host", "")):
            environ["HTTP_HOST"] = host
        port = word.get("port", "")
        if re.fullmatch("[0-9]{1,5}", port) and 0 < int(port) < 65536:
            environ["SERVER_PORT"] = port
            if known := environ.get("HTTP_HOST"):
                own = "" if port == DEFAULT_PORTS.get(environ["wsgi.url_scheme"]) else f":{port}"
                environ["HTTP_HOST"] = re.sub(r":\d*\Z", "", known) + own


def x_forwarded(environ: Mapping[str, Any]) -> Iterator[Word]:
    """What each proxy says, the nearest first; where a header has fewer words than there are proxies, its first."""
    said = {name: environ[key].split(",")[::-1] for name, key in X_FORWARDED.items() if environ.get(key)}
    for number in range(max(map(len, said.values()), default=0)):
        yield {
            name: words[min(number, len(words) - 1)].strip()
            for name, words in said.items()
            if _has(name, words, number)
        }


def _has(name: str, words: list[str], number: int) -> bool:
    """Whether a header speaks of the proxy *number*: an address is said by each, the rest perhaps only once."""
    return name != "for" or number < len(words)


def forwarded(environ: Mapping[str, Any]) -> Iterator[Word]:
    """What each proxy says (RFC 7239), the nearest first, up to the first element that is malformed.

    Elements end at every comma: what a client has left open cannot swallow what a proxy has added behind it.
    """
    for element in reversed(environ.get("HTTP_FORWARDED", "").split(",")):
        if element.strip(" \t"):
            word = element_of(element)
            if word is None:
                return
            yield word


def element_of(text: str) -> Word | None:
    """The parameters of an element; None where it is malformed or says one twice."""
    word: dict[str, str] = {}
    position = 0
    while position < len(text):
        found = PAIR.match(text, position)
        if found is None or (name := found[1].lower()) in word:
            return None
        word[name] = found[2] if found[3] is None else re.sub(r"\\(.)", r"\1", found[3])
        position = found.end()
    return word


@lru_cache(maxsize=256)
def node_address(node: str) -> Address | None:
    """The address of a node; None where it is unknown, hidden or malformed."""
    found = NODE.fullmatch(node)
    return as_address(found[1] or found[2] or found[3]) if found else None


@lru_cache(maxsize=256)
def as_address(text: str) -> Address | None:
    """The address that *text* is, IPv4 where it is that in the guise of IPv6; None where it is none."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
