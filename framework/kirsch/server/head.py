"""The head of a request: strict where laxness lets one request hide in another.

Everything here is a pure function of bytes. Sources: RFC 9112 (framing, request line, fields), RFC 9110 (field
values, Host, Connection, Expect).
"""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from kirsch.errors import BadRequest, ContentTooLarge, HTTPError
from kirsch.target import checked_host

MOST_FIELDS = 100
LONGEST_LINE = 16 * 1024

METHOD = re.compile(rb"[A-Z0-9!#$%&'*+.^_`|~-]+")
NAME = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
TARGET = re.compile(rb"[\x21\x22\x24-\x7e]+")
VERSION = re.compile(rb"HTTP/(\d)\.(\d)")
CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
ABSOLUTE = re.compile(rb"(https?)://([^/?]*)(.*)", re.IGNORECASE)
SLASH = re.compile(rb"%2f", re.IGNORECASE)


@dataclass
class Head:
    """What the head of a request says, checked.

    *fields* maps the name that WSGI uses (``HTTP_ACCEPT``, ``CONTENT_TYPE``) to the value. *length* is that of the
    body; with *chunked* the body tells its own end.
    """

    method: str
    target: str
    path: str
    query: str
    version: tuple[int, int]
    fields: dict[str, str] = field(default_factory=dict)
    length: int = 0
    chunked: bool = False
    keep_alive: bool = True
    waits: bool = False

    @property
    def protocol(self) -> str:
        """The version as it stands on the wire."""
        return f"HTTP/{self.version[0]}.{self.version[1]}"


def parse_head(head: bytes, body_limit: int | None = None) -> Head:
    """The request that *head* (up to and without its closing blank line) announces.

    :raises HTTPError: with the status to answer before the connection is closed.
    """
    first, *lines = head.split(b"\r\n")
    parsed = parse_request_line(first)
    if len(lines) > MOST_FIELDS:
        raise HTTPError(f"The request has more than {MOST_FIELDS} header fields.", status=431)
    host = parsed.fields.pop("HTTP_HOST", None)
    parsed.fields = parse_fields(lines)
    check_host(parsed)
    if host is not None:  # RFC 9112, section 3.2.2: the authority of the target replaces the Host field.
        parsed.fields["HTTP_HOST"] = host
    settle_body(parsed, body_limit)
    settle_connection(parsed)
    return parsed


def parse_request_line(line: bytes) -> Head:
    """The method, target and version (RFC 9112, section 3)."""
    if len(line) > LONGEST_LINE:
        raise HTTPError("The address is too long.", status=414)
    parts = line.split(b" ")
    if len(parts) != 3:
        raise BadRequest("The request line is malformed.")
    method, target, protocol = parts
    if not METHOD.fullmatch(method):
        raise BadRequest("The method is malformed.")
    version = parse_version(protocol)
    if not TARGET.fullmatch(target):
        raise BadRequest("The address holds characters that must be percent-encoded.")
    if method == b"CONNECT":
        raise HTTPError("This server is no proxy.", status=501)
    fields, path = {}, target
    if target == b"*":
        if method != b"OPTIONS":
            raise BadRequest("Only OPTIONS may ask for '*'.")
    elif absolute := ABSOLUTE.fullmatch(target):
        fields["HTTP_HOST"] = checked_host(absolute[2].decode("latin-1"))
        path = absolute[3] if absolute[3][:1] == b"/" else b"/" + absolute[3]
    elif target[:1] != b"/":
        raise BadRequest("The address must begin with a slash.")
    path, _, query = path.partition(b"?")
    return Head(
        method=method.decode("latin-1"),
        target=target.decode("latin-1"),
        path=decoded(path),
        query=query.decode("latin-1"),
        version=version,
        fields=fields,
    )


def parse_version(protocol: bytes) -> tuple[int, int]:
    """(1, 0) or (1, 1) (RFC 9112, section 2.3)."""
    found = VERSION.fullmatch(protocol)
    if not found:
        raise BadRequest("The protocol version is malformed.")
    version = int(found[1]), int(found[2])
    if version[0] != 1 or version > (1, 1):
        raise HTTPError("This server speaks HTTP/1.1 and HTTP/1.0.", status=505)
    return version


def decoded(path: bytes) -> str:
    """*path* without percent-encoding, as WSGI wants it: bytes as latin-1; an encoded slash stays encoded."""
    if b"%" not in path:
        return path.decode("latin-1")
    return b"%2F".join(unquote_to_bytes(part) for part in SLASH.split(path)).decode("latin-1")


def parse_fields(lines: list[bytes]) -> dict[str, str]:
    """The header fields under their WSGI names, without those whose WSGI name would pass for another's.

    ``X_Forwarded_For`` and ``X-Forwarded-For`` would share one name, so names with an underscore are dropped.
    """
    fields: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        key = wsgi_name(name) if colon else None
        if key is None:
            raise BadRequest(f"The header line {shown(line)} is malformed.")
        if CONTROL.search(value):
            raise BadRequest(f"The header {shown(name)} holds control characters.")
        if not key:
            continue
        text = value.strip(b" \t").decode("latin-1")
        if key in fields:
            text = joined(key, fields[key], text)
        fields[key] = text
    return fields


_names: dict[bytes, str] = {}


def wsgi_name(name: bytes) -> str | None:
    """``b"User-Agent"`` → ``"HTTP_USER_AGENT"``; None if it is no name, empty if it is to be dropped."""
    known = _names.get(name)
    if known is not None:
        return known
    if not NAME.fullmatch(name):
        return None
    key = "" if b"_" in name else name.decode("latin-1").upper().replace("-", "_")
    if key == "PROXY":  # it would pass for the variable that names a proxy (httpoxy, CVE-2016-5385)
        key = ""
    if key and key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        key = "HTTP_" + key
    if len(_names) < 1000 and len(name) <= 64:
        _names[name] = key
    return key


def joined(key: str, first: str, second: str) -> str:
    """The value of a field that came twice (RFC 9110, section 5.3)."""
    if key in ("HTTP_HOST", "CONTENT_LENGTH", "CONTENT_TYPE"):
        raise BadRequest(f"The header {key.removeprefix('HTTP_').replace('_', '-').title()} came twice.")
    return first + ("; " if key == "HTTP_COOKIE" else ", ") + second


def check_host(head: Head) -> None:
    """Exactly one valid Host field in HTTP/1.1, at most one in 1.0 (RFC 9112, section 3.2)."""
    host = head.fields.get("HTTP_HOST")
    if host is None:
        if head.version >= (1, 1):
            raise BadRequest("The Host header is missing.")
        return
    checked_host(host)


def settle_body(head: Head, limit: int | None) -> None:
    """How long the body is, and where it ends (RFC 9112, section 6)."""
    length = head.fields.get("CONTENT_LENGTH")
    coding = head.fields.pop("HTTP_TRANSFER_ENCODING", None)
    if coding is not None:
        settle_coding(head, coding, length)
        return
    if length is None:
        return
    if not (length.isascii() and length.isdigit()):
        raise BadRequest("The Content-Length is no number.")
    if len(length) > 18 or (limit is not None and int(length) > limit):
        raise ContentTooLarge("The body is larger than this server takes.")
    head.length = int(length)


def settle_coding(head: Head, coding: str, length: str | None) -> None:
    """Only ``chunked``, alone, in HTTP/1.1 and without a Content-Length; all else is how requests are smuggled."""
    if head.version < (1, 1):
        raise BadRequest("HTTP/1.0 knows no Transfer-Encoding.")
    if length is not None:
        raise BadRequest("Content-Length and Transfer-Encoding exclude each other.")
    codings = [name.strip(" \t").lower() for name in coding.split(",")]
    if codings == ["chunked"]:
        head.chunked = True
        return
    if "chunked" in codings[:-1] or "" in codings:
        raise BadRequest("The Transfer-Encoding is malformed.")
    raise HTTPError("This server takes no Transfer-Encoding but chunked.", status=501)


def settle_connection(head: Head) -> None:
    """Whether the connection stays open, and whether the client waits for leave to send its body."""
    options = {option.strip(" \t").lower() for option in head.fields.get("HTTP_CONNECTION", "").split(",")}
    head.keep_alive = "close" not in options and (head.version >= (1, 1) or "keep-alive" in options)
    expectation = head.fields.get("HTTP_EXPECT")
    if expectation is None or head.version < (1, 1):
        return
    if expectation.lower() != "100-continue":
        raise HTTPError("This server meets no such expectation.", status=417)
    head.waits = head.chunked or head.length > 0


def shown(part: bytes) -> str:
    """A piece of the request as it may stand in an answer: short, printable."""
    return ascii(part[:40].decode("latin-1"))
