"""Tell caches what an answer depends on, by what was looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from kirsch.errors import UsageError
from kirsch.headers import is_token, varies_by
from kirsch.request import Request
from kirsch.response import Response
from kirsch.tool import Setup, Tool

#: What a cache knows by itself: the host is in the address, credentials make an answer private (RFC 9111, section 3.5),
#: conditions and ranges choose how an answer is sent, not which, and the rest is the connection's or the logs'.
KNOWN = frozenset(
    {
        "authorization", "connection", "host", "if-match", "if-modified-since", "if-none-match", "if-range",
        "if-unmodified-since", "range", "te", "trailer", "transfer-encoding", "upgrade", "via", "x-request-id",
        "cache-control", "pragma", "content-encoding", "x-csrf-token", "x-http-method-override",
        "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto",
    }
)  # fmt: skip


# Looks on while all others act, apart from those that write down who asked (accesslog, 1). What it has found is said
# before caching (7.5) keeps the answer.
@dataclass
class AutoVary(Tool, order=2):
    """Say in `Vary` which headers of the request were read while the answer was made.

    A cache then keeps an answer for French readers apart from that for German ones without the action saying so. What
    is read where it does not change the answer, in a log say, belongs into *ignore*.
    """

    places: ClassVar[Mapping[str, float]] = {"after": 7.6}

    #: Names of headers that do not change the answer, though they are read.
    ignore: list[str] = field(default_factory=list)

    def prepare(self, setup: Setup) -> None:
        """Check the names.

        :raises UsageError: for what is none.
        """
        for name in self.ignore:
            if not is_token(name):
                raise UsageError(f"ignore has {name!r}, which is no name of a header.")
        self._left_out = KNOWN | {name.lower() for name in self.ignore}

    def start(self, request: Request) -> None:
        request.environ = Watched(request.environ)

    def after(self, request: Request, response: Response) -> None:
        environ = request.environ
        if not isinstance(environ, Watched):  # a tool before this one ended the way
            return
        headers = response.headerlist
        said = varies_by(headers)
        read = sorted({key[5:].replace("_", "-").lower() for key in tuple(environ.read)} - self._left_out - said)
        if read and "*" not in said:
            headers.append(("Vary", ", ".join(name.title() for name in read)))


class Watched(dict[str, Any]):
    """An environ that keeps in mind which headers were read, sent or not: that one was missing decides as well."""

    def __init__(self, environ: dict[str, Any]) -> None:
        super().__init__(environ)
        self.read: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._note(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self._note(key)
        return super().__contains__(key)

    def _note(self, key: object) -> None:
        if isinstance(key, str) and key.startswith("HTTP_"):
            self.read.add(key)
