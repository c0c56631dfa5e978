"""Answer by the page that a request comes from."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from kirsch.errors import Forbidden, UsageError
from kirsch.request import Request
from kirsch.tool import Setup, Tool

#: Characters of the longest address that is looked at.
LONGEST = 4096


@dataclass
class Referer(Tool, order=21):
    """Refuse requests by the address of the page that they come from, its `Referer`, with 403.

    It keeps other sites from showing our images and files in their pages. It is no protection of secrets: a program
    sends what it likes, and privacy settings of a browser send nothing.
    """

    #: A regular expression for the whole address: "https://([a-z]+\\.)?example\\.org/.*".
    pattern: str = ""
    #: Whether what fits *pattern* is let in; if not, it is what is refused, and all else let in.
    accept: bool = True
    #: Whether pages of the host that is asked for are let in, whatever *pattern* says.
    own: bool = True
    #: Whether requests that do not say where they come from are let in.
    missing: bool = False
    #: The sentence that those see who are refused.
    message: str = "This can be used from our own pages only."

    def prepare(self, setup: Setup) -> None:
        """Read the pattern.

        :raises UsageError: when it is no regular expression, and where nobody would be let in.
        """
        try:
            self._pattern = re.compile(self.pattern) if self.pattern else None
        except re.error as error:
            raise UsageError(f"pattern is no regular expression: {error}.") from error
        if self._pattern is None and not self.accept:
            raise UsageError("pattern is empty, so there is nothing that could be refused. Write one.")
        if self._pattern is None and not self.own and not self.missing:
            raise UsageError("pattern is empty and own is false, so nobody would be let in. Write a pattern.")

    def start(self, request: Request) -> None:
        """Look at where the request comes from.

        :raises Forbidden: when that is not allowed.
        """
        if request.route is not None and not self._passes(request, request.environ.get("HTTP_REFERER", "")):
            raise Forbidden(self.message)

    def _passes(self, request: Request, page: str) -> bool:
        if not page:
            return self.missing
        if len(page) > LONGEST:
            return False
        if self.own and host_of_page(page) == request.host.lower():
            return True
        return (self._pattern is not None and self._pattern.fullmatch(page) is not None) == self.accept


def host_of_page(page: str) -> str | None:
    """The host of an http or https address; None for what is none."""
    try:
        parts = urlsplit(page)
    except ValueError:
        return None
    return parts.netloc.lower() if parts.scheme in ("http", "https") else None
