"""What a request is directed at: a host and a path (RFC 9110, section 7.1)."""

import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from kirsch.errors import BadRequest

#: A name or an address, and perhaps a port (RFC 3986, section 3.2.2); no longer than the name system has them.
HOST = re.compile(r"(?!.{262})(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::\d{0,5})?", re.ASCII)
#: A path that no browser takes for another host: no second slash, no backslash, nothing that it strips.
LOCAL = re.compile(r"/(?!(?:\.{1,2}/)*[/\\])[^\\\x00-\x20\x7f-\x9f]*")
LONGEST = 2000
#: What is true in the environ where a proxy that is trusted has said who the client is.
READ = "kirsch.proxies_read"
DEFAULT_PORTS = {"http": "80", "https": "443"}


def checked_host(host: str) -> str:
    """*host*, if it is a name or address with at most a port.

    :raises BadRequest: for anything else (RFC 9112, section 3.2).
    """
    if not HOST.fullmatch(host):
        raise BadRequest("The Host is malformed.")
    return host


def host_of(environ: Mapping[str, Any]) -> str:
    """The host that is asked for; where the client names none, that of the server.

    :raises BadRequest: for what is no host.
    """
    if named := environ.get("HTTP_HOST"):
        return checked_host(named)
    return f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"


def split_host(host: str) -> tuple[str, str]:
    """Name and port of a host, in one way of writing: lower case, no dot at the end, the short form of an address.

    :raises ValueError: for an IPv6 address that is none.
    """
    if host.startswith("["):
        address, bracket, rest = host[1:].partition("]")
        if not bracket or (rest and rest[0] != ":"):
            raise ValueError(host)
        return f"[{ipaddress.IPv6Address(address)}]", rest.removeprefix(":")
    name, _, port = host.partition(":")
    return name.lower().removesuffix("."), port


def punycode(label: str) -> str:
    """A label of a name as the name system knows it (RFC 5891, section 4.4)."""
    if label.isascii():
        return label
    return f"xn--{unicodedata.normalize('NFKC', label.lower()).encode('punycode').decode()}"


def host_url(environ: Mapping[str, Any]) -> str:
    """Scheme and host as an address begins, without the scheme's own port.

    :raises BadRequest: for what is no host.
    """
    scheme = environ["wsgi.url_scheme"]
    return f"{scheme}://{host_of(environ).removesuffix(f':{DEFAULT_PORTS.get(scheme)}').removesuffix(':')}"


def prefix_of(environ: Mapping[str, Any]) -> str:
    """The path that an application is mounted under, as addresses have it; empty where it is the root."""
    return quote(name.encode("latin-1")) if (name := environ.get("SCRIPT_NAME")) else ""


def address_of(environ: Mapping[str, Any], path: str) -> str:
    """The address of another *path*, as WSGI has it, below the same prefix and with the same query string."""
    query = environ.get("QUERY_STRING")
    return f"{prefix_of(environ)}{quote(path.encode('latin-1', 'replace'))}" + (f"?{query}" if query else "")


def decode_path(path: str) -> str:
    """A path as text; PEP 3333 hands it over as bytes in the guise of Latin-1.

    :raises BadRequest: when its bytes are not UTF-8.
    """
    try:
        return path.encode("latin-1").decode("utf-8")
    except UnicodeError:
        raise BadRequest("The path is not UTF-8.") from None


def local_path(text: object) -> str:
    r"""*text*, which a client has sent, if it is a path of this site; empty for whatever else it may be.

    What a browser reads as another host is none: ``//host``, ``/\host``, the same behind a tab, and every scheme.
    """
    if not isinstance(text, str) or len(text) > LONGEST or not LOCAL.fullmatch(text):
        return ""
    return text
