"""What goes wrong, in words that say how to mend it.

Two families: mistakes of those who build or run a site (:class:`UsageError`, :class:`ConfigError`,
:class:`RunError`) end a command with one sentence; HTTP errors answer a request wherever they are raised.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from http import HTTPStatus


class KirschError(Exception):
    """Any error that Kirsch raises on purpose."""


class UsageError(KirschError):
    """Bad input on a command line or in the code of a site; the command ends with exit code 2."""


class RunError(KirschError):
    """Something outside failed while running; the command ends with exit code 1."""


class ConfigError(UsageError):
    """Every mistake found in a site's configuration, all at once."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


def did_you_mean(name: str, known: Iterable[str], limit: int = 8) -> str:
    """A sentence that names the nearest known word, or the known words where none is near."""
    words = sorted(known)
    if near := get_close_matches(name, words, n=1):
        return f"Did you mean {near[0]!r}?"
    if not words:
        return "None is known here."
    rest = f" and {len(words) - limit} more" if len(words) > limit else ""
    return f"Known: {', '.join(words[:limit])}{rest}."


#: Reason phrases of RFC 9110 that older Pythons name otherwise.
TITLES = {413: "Content Too Large", 414: "URI Too Long", 416: "Range Not Satisfiable", 422: "Unprocessable Content"}


def title_of(status: int) -> str:
    """The reason phrase of *status*, on every Python the same."""
    return TITLES.get(status) or HTTPStatus(status).phrase


class HTTPError(KirschError):
    """An answer with an error status; raise it anywhere while a request is served.

    *detail* is one sentence for the person who sees it. *headers* are sent with the answer. *errors* maps the
    name of a field or argument to its sentences.
    """

    status = 500

    def __init__(
        self,
        detail: str = "",
        *,
        headers: Iterable[tuple[str, str]] = (),
        errors: Mapping[str, list[str]] | None = None,
        status: int | None = None,
    ) -> None:
        if status is not None:
            self.status = status
        self.title = title_of(self.status)
        self.detail = detail
        self.headers = list(headers)
        self.errors = dict(errors or {})
        super().__init__(f"{self.status} {self.title}" + (f": {detail}" if detail else ""))


class BadRequest(HTTPError):
    """400: the request cannot be understood (RFC 9110, section 15.5.1)."""

    status = 400


class Unauthorized(HTTPError):
    """401: the request lacks valid credentials (RFC 9110, section 15.5.2)."""

    status = 401


class Forbidden(HTTPError):
    """403: understood, and refused (RFC 9110, section 15.5.4)."""

    status = 403


class NotFound(HTTPError):
    """404: there is nothing here (RFC 9110, section 15.5.5)."""

    status = 404


class MethodNotAllowed(HTTPError):
    """405: the URL answers other methods, which `Allow` names (RFC 9110, section 15.5.6)."""

    status = 405

    def __init__(self, allow: Iterable[str], detail: str = "") -> None:
        self.allow = tuple(allow)
        super().__init__(
            detail or f"This address answers {', '.join(self.allow)}.", headers=[("Allow", ", ".join(self.allow))]
        )


class NotAcceptable(HTTPError):
    """406: no form of the answer is one the client accepts (RFC 9110, section 15.5.7)."""

    status = 406


class Conflict(HTTPError):
    """409: the state of the thing does not allow it (RFC 9110, section 15.5.10)."""

    status = 409


class Gone(HTTPError):
    """410: it was here and will not come back (RFC 9110, section 15.5.11)."""

    status = 410


class PreconditionFailed(HTTPError):
    """412: a condition the client set does not hold (RFC 9110, section 15.5.13)."""

    status = 412


class ContentTooLarge(HTTPError):
    """413: the body is larger than this address takes (RFC 9110, section 15.5.14)."""

    status = 413


class UnsupportedMediaType(HTTPError):
    """415: the body is of a type this address does not take (RFC 9110, section 15.5.16)."""

    status = 415


class RangeNotSatisfiable(HTTPError):
    """416: the body, of *length* bytes, has none of the parts asked for (RFC 9110, section 15.5.17)."""

    status = 416

    def __init__(self, length: int) -> None:
        super().__init__(f"There are {length} bytes.", headers=[("Content-Range", f"bytes */{length}")])


class UnprocessableContent(HTTPError):
    """422: well-formed, yet its values do not do (RFC 9110, section 15.5.21)."""

    status = 422


class TooManyRequests(HTTPError):
    """429: slower, please (RFC 6585, section 4)."""

    status = 429


class ServiceUnavailable(HTTPError):
    """503: not now; a `Retry-After` may say when (RFC 9110, section 15.6.4)."""

    status = 503


class NotModified(HTTPError):
    """304: the client holds this version already; *headers* are those of the 200 (RFC 9110, section 15.4.5)."""

    status = 304


class Redirect(HTTPError):
    """Send the client to another address; 303 by default, so that it asks with GET (RFC 9110, section 15.4.4).

    An address that a client has sent, where to go after signing in, say, is to be *local*: whatever it is, it then
    leads to a page of this site.
    """

    status = 303

    def __init__(self, location: str, status: int = 303, *, local: bool = False) -> None:
        self.location = location
        self.local = local
        super().__init__(status=status, headers=[("Location", location)])
