"""Answer in the media type that a client likes best."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kirsch.errors import NotAcceptable, UsageError
from kirsch.headers import varies_by
from kirsch.rendering import VARY
from kirsch.request import Request
from kirsch.response import Response, complete_type
from kirsch.tool import Setup, Tool

#: A media type without a wildcard or parameters (RFC 9110, section 8.3.1).
MEDIA_TYPE = re.compile(r"[a-z0-9!#$%&'+.^_`|~-]+/[a-z0-9!#$%&'+.^_`|~-]+", re.ASCII)
#: How text, bytes and JSON are sent where nobody says what they are.
PLAIN = frozenset({"text/plain", "application/octet-stream", "application/json"})
#: What browsers run; only Markup, with everything escaped, becomes that.
RUN = frozenset({"text/html", "application/xhtml+xml", "image/svg+xml"})


# After whatever refuses a request: who may not see the answer is not told of its types.
@dataclass
class Accept(Tool, order=32):
    """Choose among the media types that an action offers the one that the client likes best, 406 where it takes none.

    The action finds it as ``self.request.take("media")``; a dict becomes a page or JSON by it, and text or bytes are
    sent as it. The format of the route, as in ``/report.csv``, counts more than the header `Accept`.
    """

    #: The types that are offered, the favourite first: "text/html", "application/json", "text/csv".
    media: list[str]

    def prepare(self, setup: Setup) -> None:
        """Check the types.

        :raises UsageError: for what is none, for a wildcard, and where there is no type at all.
        """
        if not self.media:
            raise UsageError('media is empty, so every client would be refused. Name what is offered: "text/html".')
        self._offers = tuple(kind.lower() for kind in self.media)
        for kind in self._offers:
            if not MEDIA_TYPE.fullmatch(kind):
                raise UsageError(f'media has {kind!r}, which is no media type. Write "text/html", without parameters.')
        self._formats = {re.split(r"[/+]", kind)[-1]: kind for kind in reversed(self._offers)}
        self._sentence = f"This is sent as {' or '.join(self._offers)}."

    def offers(self) -> Mapping[str, Callable[[Request], str]]:
        """The type that was chosen."""
        return {"media": self._choose}

    def start(self, request: Request) -> None:
        """Choose.

        :raises NotAcceptable: with the list of what is offered.
        """
        if request.route is not None:
            request.take("media")

    def after(self, request: Request, response: Response) -> None:
        headers = response.headerlist
        if "accept" not in varies_by(headers):
            headers.append(VARY)
        chosen = request.taken("media")
        if chosen is None or response.status[0] != "2" or chosen in RUN:
            return
        kind = (response.headers.get("Content-Type") or chosen).partition(";")[0].strip().lower()
        if kind in PLAIN and kind not in self._offers:
            response.headers["Content-Type"] = complete_type(chosen)

    def _choose(self, request: Request) -> str:
        if (by_route := self._formats.get(request.urlvars.get("format") or "")) is not None:
            return by_route
        chosen = request.prefers(*self._offers)
        if chosen is None:
            raise NotAcceptable(self._sentence)
        return chosen
