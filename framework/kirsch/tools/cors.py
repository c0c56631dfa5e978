"""Which other sites' pages may use this one."""

import re
from dataclasses import dataclass, field
from typing import ClassVar

from kirsch.errors import UsageError
from kirsch.request import Request
from kirsch.response import Response
from kirsch.tool import Setup, Tool

#: An origin as browsers write it (RFC 6454, section 6.2).
ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?", re.ASCII)
TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


@dataclass
class CORS(Tool, order=6):
    """Let scripts of other sites read answers and send more than forms (Fetch standard, "HTTP CORS protocol").

    A preflight is answered here, by what holds for the action that it asks about, and never reaches that. Where the
    origin is not allowed the answer says nothing of it, and the browser refuses. The origin "null", which any page can
    give itself, is allowed only where the list names it; access to private networks is never granted.
    """

    #: The origins: "https://app.example.org", or "*" for every one.
    origins: list[str] = field(default_factory=list)
    #: A regular expression that the whole of an origin may match instead.
    origin_pattern: str = ""
    #: The methods that other sites may use.
    methods: list[str] = field(default_factory=lambda: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
    #: The request headers they may send, besides those that every page may.
    headers: list[str] = field(default_factory=lambda: ["Content-Type"])
    #: The response headers they may read, besides those that every page may.
    expose: list[str] = field(default_factory=list)
    #: Whether they may send cookies and what the visitor has signed in with.
    credentials: bool = False
    #: Seconds for which a browser need not ask again.
    max_age: int = 600

    preflights: ClassVar[bool] = True

    def prepare(self, setup: Setup) -> None:
        """Check the origins and join the headers.

        :raises UsageError: for what cannot be an origin, a method or a header, and for "*" with credentials.
        """
        if not self.origins and not self.origin_pattern:
            raise UsageError(
                'origins is empty, so no other site is allowed. Name them: origins = ["https://app.example"].'
            )
        for origin in self.origins:
            if origin not in ("*", "null") and not ORIGIN.fullmatch(origin):
                raise UsageError(
                    f'origins holds {origin!r}. Write "https://example.org", in small letters, without a path.'
                )
        if "*" in self.origins and self.credentials:
            raise UsageError('origins cannot be "*" with credentials, which would let every site act for a visitor.')
        for option in ("methods", "headers", "expose"):
            if wrong := [word for word in getattr(self, option) if word == "*" or not TOKEN.fullmatch(word)]:
                raise UsageError(f"{option} cannot hold {wrong[0]!r}. Name each one.")
        try:
            self._pattern = re.compile(self.origin_pattern) if self.origin_pattern else None
        except re.error as error:
            raise UsageError(f"origin_pattern is no regular expression: {error}.") from error
        self._origins = frozenset(self.origins)
        asked = [
            ("Access-Control-Allow-Methods", ", ".join(self.methods)),
            ("Access-Control-Allow-Headers", ", ".join(self.headers)),
            ("Access-Control-Max-Age", str(self.max_age)),
        ]
        self._asked = [(name, value) for name, value in asked if value]
        self._exposed = [("Access-Control-Expose-Headers", ", ".join(self.expose))] if self.expose else []

    def start(self, request: Request) -> Response | None:
        if not is_preflight(request):
            return None
        asked = [*self._asked, ("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers")]
        return Response(status=204, headers=asked if self._allowed(request) else asked[-1:])

    def after(self, request: Request, response: Response) -> None:
        headers = response.headerlist
        headers.append(("Vary", "Origin"))
        if allowed := self._allowed(request):
            exposed = [] if is_preflight(request) else self._exposed
            own = {name.lower() for name, _ in headers}
            if "access-control-allow-origin" not in own:
                headers.append(("Access-Control-Allow-Origin", allowed))
                headers.extend([("Access-Control-Allow-Credentials", "true")] if self.credentials else [])
                headers.extend(exposed)

    def _allowed(self, request: Request) -> str:
        """The origin that the answer allows; empty where that of the request is not."""
        origin: str = request.environ.get("HTTP_ORIGIN", "")
        if not origin:
            return ""
        if "*" in self._origins:
            return "*"
        if origin in self._origins:
            return origin
        # What is no origin is not asked about: a loose pattern would let it into a header.
        if self._pattern is not None and ORIGIN.fullmatch(origin) and self._pattern.fullmatch(origin):
            return origin
        return ""


def is_preflight(request: Request) -> bool:
    """Whether a browser asks what it may send."""
    environ = request.environ
    return (
        environ["REQUEST_METHOD"] == "OPTIONS"
        and "HTTP_ORIGIN" in environ
        and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
    )
