"""Let HTML forms, which know GET and POST alone, say PUT, PATCH and DELETE."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from urllib.parse import parse_qsl

from kirsch.errors import BadRequest, Forbidden, HTTPError, UsageError
from kirsch.request import media_type
from kirsch.tool import Setup, Tool
from kirsch.tools._measuring import announced_length

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
#: Bytes at the beginning of a body in which the field is looked for.
BEGINNING = 512
#: The first part of a multipart form: the delimiter, the headers, the text up to the next delimiter.
FIRST_PART = re.compile(
    rb'--[^\r\n]{1,70}\r\n(?:[^\r\n]+\r\n){0,4}?Content-Disposition: form-data; name="([^"]*)"\r\n\r\n([^\r\n]*)\r\n'
)


# Nearly first, so that whatever asks for the method sees the right one; after the proxy (0), whose host is compared.
@dataclass
class MethodOverride(Tool, order=1):
    """Take a posted form for a PUT, PATCH or DELETE where its first field says so, or its query string.

    Only forms of our own pages are believed: the browser must say that the request is of the same origin, or name our
    host as its `Origin`. Any other that tries is refused with 403. It is a tool of the whole site, since it decides
    which action is asked for.
    """

    #: What the field is called: ``<input type="hidden" name="_method" value="DELETE">`` as the first of the form.
    name: str = "_method"
    #: The methods that a form may say.
    methods: list[Literal["PUT", "PATCH", "DELETE"]] = field(default_factory=lambda: ["PUT", "PATCH", "DELETE"])

    def prepare(self, setup: Setup) -> None:
        """Check the name.

        :raises UsageError: for a name that would have to be encoded.
        """
        if not re.fullmatch(r"[A-Za-z0-9_-]+", self.name):
            raise UsageError(f"name is {self.name!r}; take letters, digits, underscores and hyphens.")

    def arrive(self, environ: dict[str, Any]) -> None:
        """Put the method right.

        :raises BadRequest: for a method that no form may say.
        :raises Forbidden: when a page of another site says one.
        """
        if environ["REQUEST_METHOD"] != "POST":
            return
        kind = media_type(environ)
        if kind not in (URLENCODED, MULTIPART):
            return
        method = self._said(environ, kind)
        if method is None:
            return
        if method.upper() not in self.methods:
            raise BadRequest(f"A form may say {' or '.join(self.methods)} as its {self.name}.")
        if not is_our_own(environ):
            raise Forbidden("Only a page of this site may say so.")
        environ["REQUEST_METHOD"] = method.upper()

    def _said(self, environ: dict[str, Any], kind: str) -> str | None:
        query = environ.get("QUERY_STRING", "")
        if self.name in query:
            pairs = parse_qsl(query, keep_blank_values=True, encoding="latin-1")
            if said := [value for name, value in pairs if name == self.name]:
                return str(said[0])
        beginning = peek(environ)
        if kind == URLENCODED:
            name, _, value = beginning.partition(b"&")[0].partition(b"=")
            return value.decode("latin-1") if name == self.name.encode() else None
        found = FIRST_PART.match(beginning)
        return found[2].decode("latin-1") if found and found[1] == self.name.encode() else None


class Input(Protocol):
    """What is needed of ``wsgi.input``."""

    def read(self, size: int = -1, /) -> bytes: ...


class Unread:
    """A stream whose beginning has been looked at, and is read again."""

    def __init__(self, beginning: bytes, rest: Input) -> None:
        self.beginning = beginning
        self.rest = rest

    def read(self, size: int = -1) -> bytes:
        """At most *size* bytes; first what has been looked at."""
        if not self.beginning:
            return self.rest.read(size)
        if size < 0:
            data, self.beginning = self.beginning + self.rest.read(), b""
            return data
        data, self.beginning = self.beginning[:size], self.beginning[size:]
        return data

    def read1(self, size: int = -1) -> bytes:
        """At most *size* bytes, whatever has arrived."""
        if self.beginning or not hasattr(self.rest, "read1"):
            return self.read(size)
        data: bytes = self.rest.read1(size)
        return data


def peek(environ: dict[str, Any]) -> bytes:
    """The beginning of the body, which stays to be read."""
    most = min(announced_length(environ), BEGINNING)
    if not most and environ.get("wsgi.input_terminated"):
        most = BEGINNING
    if not most:
        return b""
    stream = environ["wsgi.input"]
    try:
        beginning: bytes = stream.read(most)
    except TimeoutError:
        raise HTTPError("The body did not arrive in time.", status=408) from None
    except (OSError, EOFError, ValueError):
        raise BadRequest("The connection broke off in the middle of the body.") from None
    environ["wsgi.input"] = Unread(beginning, stream)
    return beginning


def is_our_own(environ: Mapping[str, Any]) -> bool:
    """Whether the browser says that a page of ours sent the request."""
    if (site := environ.get("HTTP_SEC_FETCH_SITE")) is not None:
        return bool(site == "same-origin")
    host = environ.get("HTTP_HOST")
    return bool(host) and environ.get("HTTP_ORIGIN", "").partition("://")[2].lower() == str(host).lower()
