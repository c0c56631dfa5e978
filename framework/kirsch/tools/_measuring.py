"""What several tools want to know of a request: how long it takes and how much is sent. It is measured once."""

import re
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from kirsch.request import Request
from kirsch.response import Response, close_body

#: Where the measure of a request is kept.
KEY = "kirsch.measure"
#: What stands in a path as it is, besides letters and digits (RFC 3986, section 3.3).
PLAIN = "/!$&'()*+,;=:@~"
#: Most paths, which stand in an address as they are.
USUAL = re.compile(r"[A-Za-z0-9_./~-]*")
#: A length of so many digits is none.
DIGITS = 19


class Measure:
    """One request, from its first tool to the last byte of its answer."""

    __slots__ = ("begun", "length", "sent", "status", "weighed")

    def __init__(self) -> None:
        self.begun = time.perf_counter()
        self.status = 0
        self.length = 0
        #: Whether the body is measured already.
        self.weighed = False
        #: The headers of the answer, for those who want them.
        self.sent: Any = None

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.perf_counter() - self.begun


def measure(request: Request) -> Measure:
    """The measure of *request*, begun now if no tool has begun it."""
    found: Measure | None = request.environ.get(KEY)
    if found is None:
        found = request.environ[KEY] = Measure()
    return found


def weigh(request: Request, response: Response) -> Measure:
    """The measure of *request* with what is sent: a body without a length is counted on its way."""
    found = measure(request)
    found.status = response.status_code
    if found.weighed or request.environ["REQUEST_METHOD"] == "HEAD":
        return found
    found.weighed = True
    length = response.content_length
    found.length = length or 0
    if length is None:
        response.wrap(lambda body: Counted(body, found))
    return found


class Counted:
    """A body, its bytes counted on the way."""

    def __init__(self, body: Iterable[bytes], found: Measure) -> None:
        self.body = body
        self.measure = found

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.body:
            self.measure.length += len(chunk)
            yield chunk

    def close(self) -> None:
        """Close the body, also one that nobody has begun to read."""
        close_body(self.body)


def name_of(request: Request) -> str:
    """The action that answers, as configuration calls it: "books.show"; "nowhere" where no route leads."""
    route = request.route
    return "nowhere" if route is None else route.destination


def target(request: Request) -> str:
    """What was asked for, as it stood on the wire where the server tells."""
    environ = request.environ
    if uri := environ.get("REQUEST_URI"):
        return str(uri)
    path = path_of(request)
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def path_of(request: Request) -> str:
    """The path as it stands in an address."""
    return written(request.environ)


def written(environ: Mapping[str, Any]) -> str:
    """The path of an environ as it stands in an address."""
    path: str = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return path if USUAL.fullmatch(path) else quote(path.encode("latin-1", "replace"), PLAIN)


def announced_length(environ: Mapping[str, Any]) -> int:
    """The announced bytes of a request's body; 0 for what is no length."""
    length = environ.get("CONTENT_LENGTH")
    return int(length) if length and length.isascii() and length.isdigit() and len(length) < DIGITS else 0
