"""The request: WebOb's, with plain attributes, decoded paths, and bodies read within bounds."""

import secrets
import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from kirsch.bodies import JSON_LIMIT, Upload, read_form, read_json, read_query, read_within
from kirsch.errors import BadRequest, UsageError

with warnings.catch_warnings():  # WebOb imports the deprecated module cgi on Python 3.11 and 3.12.
    warnings.simplefilter("ignore", DeprecationWarning)
    from webob.multidict import MultiDict, NestedMultiDict
    from webob.request import BaseRequest

if TYPE_CHECKING:
    from kirsch.response import Response

__all__ = ["MultiDict", "Request", "Serving", "Upload", "decode_path"]


class Serving(Protocol):
    """What a request knows of the application that serves it."""

    name: str
    debug: bool

    @property
    def controllers(self) -> Mapping[str, type]: ...

    def url(self, name: str, /, **arguments: Any) -> str: ...

    def navigation(self, request: "Request") -> list[Any]: ...

    def asset(self, request: "Request", path: str) -> str: ...


class Request(BaseRequest):
    """One HTTP request.

    Everything WebOb's request offers, with these differences: attributes are plain (no copy in the environ),
    undecodable or malformed input is a 400 where WebOb raises, forms are parsed in linear time and within limits.
    """

    #: The application that serves the request; set by it before anything else happens.
    application: Serving
    #: The stage of the request: "start", "before", "action", "render", "after".
    stage = "start"
    #: The route that matched, or None.
    route: Any = None
    #: The values of the route's variable parts, converted.
    urlvars: dict[str, Any] = {}  # noqa: RUF012  # replaced per request, never changed in place
    #: The methods of the routes that take the path but not the method.
    allowed: tuple[str, ...] = ()
    #: The response that the action touched through ``self.response``, or None.
    response: "Response | None" = None
    #: The files of the form, closed when the request ends.
    uploads: tuple[Upload, ...] = ()
    _offers: dict[str, Callable[[], Any]] | None = None
    _taken: dict[str, Any] | None = None
    _query: MultiDict[str, str] | None = None
    _form: MultiDict[str, Any] | None = None
    _id: str | None = None

    def __init__(self, environ: dict[str, Any]) -> None:
        self.environ = environ

    @classmethod
    def blank(cls, path: str, environ: dict[str, Any] | None = None, **options: Any) -> "Request":  # type: ignore[override]
        """A request made up for a test; the options are those of WebOb's ``Request.blank``."""
        made = BaseRequest.blank(path, environ, **options)
        return cls(made.environ)

    @property
    def id(self) -> str:
        """A random name of this request: in the log, in error pages."""
        if self._id is None:
            self._id = secrets.token_hex(8)
        return self._id

    # What tools offer and actions take -----------------------------------------------------------------------

    def offer(self, name: str, make: Callable[[], Any]) -> None:
        """Let :meth:`take` make the thing called *name* at its first use."""
        if self._offers is None:
            self._offers = {}
        self._offers[name] = make

    def offers(self, name: str) -> bool:
        """Whether a tool that is on offers *name*."""
        return self._offers is not None and name in self._offers

    def take(self, name: str) -> Any:
        """The thing called *name*, made now if this is its first use.

        :raises UsageError: when no tool that is on offers it.
        """
        taken = self._taken
        if taken is None:
            taken = self._taken = {}
        if name not in taken:
            if self._offers is None or name not in self._offers:
                raise UsageError(f"No tool offers {name!r} here. Switch on the tool that does for this action.")
            taken[name] = self._offers[name]()
        return taken[name]

    def taken(self, name: str) -> Any:
        """The thing called *name* if it has been made, else None."""
        return self._taken.get(name) if self._taken else None

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
            self._query = MultiDict(read_query(self.environ.get("QUERY_STRING", "")))
        return self._query

    @property
    def POST(self) -> MultiDict[str, Any]:  # noqa: N802
        """The fields of a form's body, in order; empty for other bodies. A file is an :data:`Upload`."""
        if self._form is None:
            content_type = self.environ.get("CONTENT_TYPE", "")
            body = self.environ["wsgi.input"]
            self._form = MultiDict(read_form(content_type, body, self.length))
            self.uploads = tuple(value for value in self._form.values() if isinstance(value, Upload))
        return self._form

    @property
    def params(self) -> NestedMultiDict[str, Any]:
        """The fields of the query string and of the form."""
        return NestedMultiDict(self.GET, self.POST)

    @property
    def length(self) -> int | None:
        """The announced length of the body in bytes; None where the server ends the stream itself.

        :raises BadRequest: for a Content-Length that is no number (RFC 9110, section 8.6).
        """
        announced = self.environ.get("CONTENT_LENGTH")
        if not announced:
            return None if self.environ.get("wsgi.input_terminated") else 0
        if not (announced.isascii() and announced.isdigit()):
            raise BadRequest("The Content-Length is not a number.")
        return int(announced)

    @property
    def is_json(self) -> bool:
        """Whether the body is announced as JSON (RFC 8259, or any ``+json`` type of RFC 6839)."""
        kind: str = self.environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        return kind == "application/json" or kind.endswith("+json")

    @property
    def json(self) -> Any:
        """The value of a JSON body; read once, kept.

        :raises BadRequest: when it is not JSON.
        """
        if self._taken is None:
            self._taken = {}
        if "json" not in self._taken:
            self._taken["json"] = read_json(read_within(self.environ["wsgi.input"], self.length, JSON_LIMIT))
        return self._taken["json"]

    def prefers(self, *offers: str) -> str | None:
        """The offered media type the client likes best; the first where it does not say; None if it takes none."""
        accept = self.environ.get("HTTP_ACCEPT")
        if not accept or accept == "*/*":
            return offers[0]
        found = self.accept.acceptable_offers(offers)
        return found[0][0] if found else None

    def close(self) -> None:
        """Close the files of the form; the application does when the request ends."""
        for upload in self.uploads:
            upload.close()

    # Where things are ----------------------------------------------------------------------------------------

    def url_for(self, name: str, /, **arguments: Any) -> str:
        """The path of the route called *name*, with the prefix the application is mounted under."""
        prefix = self.environ.get("SCRIPT_NAME")
        path = self.application.url(name, **arguments)
        return quote(prefix.encode("latin-1")) + path if prefix else path


def decode_path(path: str) -> str:
    """A WSGI path (bytes as latin-1) as text.

    :raises BadRequest: when its bytes are not UTF-8.
    """
    try:
        return path.encode("latin-1").decode("utf-8")
    except UnicodeError:
        raise BadRequest("The path is not UTF-8.") from None
