"""The request: WebOb's, with plain attributes, decoded paths, and bodies read within bounds."""

import secrets
import warnings
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from io import BytesIO
from types import MappingProxyType
from typing import Any

from kirsch.bodies import Body, BodyLimits, Part, Received, Upload, is_json, length_of, media_type, read_query
from kirsch.conditional import decide, forgiving, parse_date, validators, without_body
from kirsch.cookies import Cookies, cookie_of
from kirsch.errors import NotModified, PreconditionFailed, UsageError
from kirsch.negotiation import preferred
from kirsch.response import Response
from kirsch.serving import Serving, unoffered
from kirsch.target import decode_path, host_of, host_url, prefix_of

with warnings.catch_warnings():  # WebOb imports the deprecated module cgi on Python 3.11 and 3.12.
    warnings.simplefilter("ignore", DeprecationWarning)
    from webob.multidict import MultiDict, NestedMultiDict
    from webob.request import BaseRequest

__all__ = ["SAFE_METHODS", "BodyLimits", "MultiDict", "Request", "Serving", "Upload", "media_type"]

#: Replaced where a route has variables, never changed.
NO_VARIABLES: dict[str, Any] = {}
#: Methods that change nothing (RFC 9110, section 9.2.1).
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class Request(BaseRequest):
    """One HTTP request.

    Everything WebOb's request offers, with these differences: attributes are plain (no copy in the environ),
    undecodable or malformed input is a 400 where WebOb raises, forms are parsed in linear time and within limits.
    """

    # What every request sets has a slot, which is faster; the rest is made when asked for.
    __slots__ = ("application", "environ", "route", "stage", "urlvars")

    environ: dict[str, Any]
    #: The application that serves the request.
    application: Serving
    #: The stage of the request: "start", "before", "action", "render", "after".
    stage: str
    #: The route that matched, or None.
    route: Any
    #: The values of the route's variable parts, converted.
    urlvars: dict[str, Any]
    #: The methods of the routes that take the path but not the method.
    allowed: tuple[str, ...] = ()
    #: The response that the action touched through ``self.response``, or None.
    response: "Response | None" = None
    #: Whether errors are told as problem details (RFC 9457), whatever the client says it accepts.
    for_programs = False
    #: How much of a body is taken; ``tools.limits`` sets it for an action.
    limits = BodyLimits()
    #: The files of the form, closed when the request ends.
    uploads: tuple[Upload, ...] = ()
    #: What the tools that are on offer, by name: what makes it of the request.
    offered: Mapping[str, Callable[["Request"], Any]] = MappingProxyType({})
    #: What was made of it so far, by name; None until something is taken.
    made: dict[str, Any] | None = None
    _query: MultiDict[str, str] | None = None
    _form: MultiDict[str, Any] | None = None
    _received: Received | None = None
    _cookies: Cookies | None = None
    # A date that is none counts as not sent; WebOb raises for one that lies too far away.
    date, if_modified_since = forgiving(BaseRequest.date), forgiving(BaseRequest.if_modified_since)
    if_unmodified_since, if_range = forgiving(BaseRequest.if_unmodified_since), forgiving(BaseRequest.if_range)

    def __init__(self, environ: dict[str, Any], application: "Serving | None" = None) -> None:
        self.environ = environ
        self.application = application  # type: ignore[assignment]  # None only for requests that nothing serves
        self.stage = "start"
        self.route = None
        self.urlvars = NO_VARIABLES

    @classmethod
    def blank(cls, path: str, environ: dict[str, Any] | None = None, **options: Any) -> "Request":  # type: ignore[override]
        """A request made up for a test; the options are those of WebOb's ``Request.blank``."""
        made = BaseRequest.blank(path, environ, **options)
        return cls(made.environ)

    @cached_property
    def id(self) -> str:
        """A random name of this request, or the one that a tool gives it: in the log, in error pages."""
        return secrets.token_hex(8)

    def cookie(self, name: str) -> str | None:
        """The value of one cookie, or None; where it is sent more than once, that of the most specific path."""
        return cookie_of(self.environ.get("HTTP_COOKIE", ""), name)

    @property
    def cookies(self) -> Cookies:  # type: ignore[override]
        """The cookies by name; setting one changes the header of this request."""
        if self._cookies is None:
            self._cookies = Cookies(self.environ)
        return self._cookies

    # What tools offer and actions take -----------------------------------------------------------------------

    def offer(self, name: str, make: Callable[["Request"], Any]) -> None:
        """Let :meth:`take` make the thing called *name*, of this request, at its first use."""
        self.offered = {**self.offered, name: make}

    def offers(self, name: str) -> bool:
        """Whether a tool that is on offers *name*."""
        return name in self.offered

    def take(self, name: str) -> Any:
        """The thing called *name*, made now if this is its first use.

        :raises UsageError: when no tool that is on offers it.
        """
        made = self.made
        if made is None:
            made = self.made = {}
        if name not in made:
            if name not in self.offered:
                raise UsageError(unoffered(name))
            made[name] = self.offered[name](self)
        return made[name]

    def taken(self, name: str) -> Any:
        """The thing called *name* if it has been made, else None."""
        return self.made.get(name) if self.made else None

    # What the client sent ------------------------------------------------------------------------------------

    @property
    def path_info(self) -> str:  # type: ignore[override]
        """The path below the application, decoded as UTF-8.

        :raises BadRequest: when it is not UTF-8.
        """
        return decode_path(self.environ.get("PATH_INFO") or "/")

    @property
    def GET(self) -> MultiDict[str, str]:  # type: ignore[override]  # noqa: N802
        """The fields of the query string, in order."""
        if self._query is None:
            self._query = MultiDict.view_list(read_query(self.environ.get("QUERY_STRING", ""), self.limits))
        return self._query

    @property
    def received(self) -> Received:
        """The body, read once, in the way that is asked for first: what is wrong with it is a 400, 408, 413 or 415."""
        if self._received is None:
            self._received = Received(self.environ, self.limits)
        return self._received

    @property
    def POST(self) -> MultiDict[str, Any]:  # noqa: N802
        """The fields of a form's body, in order; empty for other bodies. A file is an :class:`Upload`."""
        if self._form is None:
            self._form = MultiDict.view_list(self.form())
        return self._form

    def form(self) -> list[tuple[str, Any]]:
        """The fields of a form's body as pairs, in order; the same list that :attr:`POST` shows."""
        received = self.received
        pairs = received.form()
        if received.uploads:
            self.uploads = received.uploads
        return pairs

    @property
    def params(self) -> NestedMultiDict[str, Any]:
        """The fields of the query string and of the form."""
        return NestedMultiDict(self.GET, self.POST)

    def parts(self) -> Iterator[Part | Upload]:
        """The parts of a multipart form while they arrive, each used before the next: see :meth:`Received.parts`."""
        return self.received.parts()

    @property
    def stream(self) -> Body:
        """The body as it arrives, for what no memory holds: ``for block in stream``, ``stream.save_as(path)``."""
        return self.received.open("request.stream")

    @property
    def body(self) -> bytes:
        """The whole body, held in memory and kept."""
        return self.received.whole()

    @body.setter
    def body(self, value: bytes | None) -> None:
        value = value or b""
        self.environ["wsgi.input"], self.environ["CONTENT_LENGTH"] = BytesIO(value), str(len(value))
        self._received = self._form = None

    def make_body_seekable(self) -> None:
        """Put the body back where another application or a copy of this request reads it from, held in memory."""
        body = self.body
        self.environ["wsgi.input"], self.environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))
        self.is_body_seekable = True

    @property
    def text(self) -> str:  # type: ignore[override]
        """The whole body as text, in the character set that it is announced in, UTF-8 by default."""
        return self.received.text(self.charset or "utf-8")

    @property
    def json(self) -> Any:
        """The value of a JSON body; kept."""
        return self.received.json()

    json_body = json

    @property
    def is_json(self) -> bool:
        """Whether the body is announced as JSON (RFC 8259, or any ``+json`` type of RFC 6839)."""
        return is_json(self.environ)

    @property
    def length(self) -> int | None:
        """The announced length of the body in bytes; None where the server ends the stream itself."""
        return length_of(self.environ)

    def prefers(self, *offers: str) -> str | None:
        """The offered media type the client likes best; the first where it does not say; None if it takes none."""
        accept = self.environ.get("HTTP_ACCEPT")
        if not accept or accept == "*/*":
            return offers[0]
        return preferred(accept, offers)

    @property
    def last_event_id(self) -> str | None:
        """The `id` of the last event that the client has seen of a stream it comes back to (WHATWG HTML, 9.2.4)."""
        sent = self.environ.get("HTTP_LAST_EVENT_ID")
        return sent.encode("latin-1").decode("utf-8", "replace") if sent else None

    def check(
        self, etag: str | None = None, modified: datetime | float | None = None, *, weak: bool = False,
        exists: bool = True,
    ) -> None:  # fmt: skip
        """Name the version of what is asked for, and go on only where the conditions of the request hold for it.

        Call it before the work that can be saved, or before the change that may come too late. For GET and HEAD the
        answer then carries *etag* and *modified* (a datetime, UTC without a zone, or seconds since 1970).

        :param weak: for an *etag* that stays when the bytes change without a change of meaning.
        :param exists: False where there is nothing yet, and the request would make it.
        :raises NotModified: when the client holds this version; the headers of ``self.response`` go with it.
        :raises PreconditionFailed: when the client means another version (RFC 9110, section 13).
        """
        named = validators(etag, modified, weak)
        headers = dict(named)
        status = decide(self.environ, headers.get("ETag"), parse_date(headers.get("Last-Modified")), exists)
        if status == HTTPStatus.PRECONDITION_FAILED:
            raise PreconditionFailed("This has changed since you loaded it.")
        if self.environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            if self.response is None:
                self.response = Response()
            self.response.headers.update(named)
            if status == HTTPStatus.NOT_MODIFIED:
                raise NotModified(headers=without_body(self.response.headerlist))

    def close(self) -> None:
        """Close the files of the form; the application does when the request ends."""
        for upload in self.uploads:
            upload.close()

    @property
    def client_addr(self) -> str | None:
        """The address of who is connected, a client or a proxy; what X-Forwarded-For says is not believed."""
        return self.environ.get("REMOTE_ADDR")

    @property
    def host(self) -> str:
        """The host that is asked for, with its port where it names one; no promise that it is one of this site's.

        :raises BadRequest: for what is no host.
        """
        return host_of(self.environ)

    @host.setter
    def host(self, value: str) -> None:
        self.environ["HTTP_HOST"] = value

    @property
    def host_url(self) -> str:
        """Scheme and host as an address begins."""
        return host_url(self.environ)

    def url_for(self, name: str, /, **arguments: Any) -> str:
        """The path of the route called *name*, with the prefix the application is mounted under."""
        path = self.application.url(name, **arguments)
        return self.prefix + path if self.environ.get("SCRIPT_NAME") else path

    @property
    def prefix(self) -> str:
        """The path that the application is mounted under, as addresses have it; empty where it is the root."""
        return prefix_of(self.environ)
