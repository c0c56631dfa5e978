"""The response: WebOb's, made cheaply, whose headers cannot be split."""

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from types import MappingProxyType
from typing import IO, Any, TypeAlias

from markupsafe import Markup

from kirsch.conditional import decide, parse_date, without_body
from kirsch.cookies import SetCookie, cookies_below, seconds_until
from kirsch.errors import RangeNotSatisfiable, title_of
from kirsch.headers import (
    STATUS_LINES,
    BadHeader,
    attachment,
    check_header,
    is_status,
    is_token,
    local_location,
    status_line,
)
from kirsch.ranges import PartialBody, asked_ranges, partial

with warnings.catch_warnings():  # WebOb imports the deprecated module cgi on Python 3.11 and 3.12.
    warnings.simplefilter("ignore", DeprecationWarning)
    from webob.response import Response as WebObResponse

__all__ = ["BadHeader", "FileBody", "Markup", "Page", "Ready", "Response", "full", "local_location"]

#: Bytes of a file that are sent at once.
BLOCK = 64 * 1024
BODYLESS = frozenset({"1", "204", "205", "304"})


#: Half a surrogate pair has no UTF-8. This writes it as JSON does: readable, and in pure ASCII.
SURROGATES = "backslashreplace"
#: A whole answer whose headers are known to be safe: the status line, the headers, the body. It becomes a
#: :class:`Response` where a tool or the action wants to see one.
Ready: TypeAlias = tuple[str, list[tuple[str, str]], bytes]


class Page(dict[str, Any]):
    """The values of a page together with the name of the template that shows them, or one *fragment* of it."""

    def __init__(
        self, template: str, values: Mapping[str, Any], fragment: str | None = None, *, stream: bool = False
    ) -> None:
        super().__init__(values)
        self.template = template
        self.fragment = fragment or ""
        self.stream = stream


class Response(WebObResponse):
    """One HTTP response.

    *body* is text (sent as UTF-8), :class:`Markup` or bytes; *content_type* is ``text/html`` unless said otherwise,
    as in WebOb. All of WebOb's other keywords and attributes work as they do there.
    """

    _status = "200 OK"
    _headers = None
    conditional_response = False
    #: Headers that say something else where the request came by plain http.
    over_http: Mapping[tuple[str, str], tuple[str, str]] = MappingProxyType({})
    _headerlist: list[tuple[str, str]]
    _app_iter: Iterable[bytes]

    def __init__(
        self,
        body: str | bytes = b"",
        status: int | str = 200,
        content_type: str | None = None,
        headers: Iterable[tuple[str, str]] = (),
        **webob: Any,
    ) -> None:
        if webob:
            super().__init__(body or None, status, content_type=content_type, **webob)
            self._headerlist.extend(headers)
            return
        self._status = STATUS_LINES.get(status) or status_line(status)
        if self._status[0] == "1" or self._status[:3] in BODYLESS:
            self._headerlist = list(headers)
            self._app_iter = [b""]
            return
        data = body.encode("utf-8", SURROGATES) if isinstance(body, str) else body
        self._headerlist = [
            ("Content-Type", complete_type(content_type or "text/html")), ("Content-Length", str(len(data))), *headers
        ]  # fmt: skip
        self._app_iter = [data]

    @classmethod
    def of(cls, ready: Ready) -> "Response":
        """The response that sends *ready*."""
        response = cls.__new__(cls)
        response._status, response._headerlist, body = ready
        response._app_iter = [body]
        return response

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Send the response as WSGI wants it; a HEAD request gets the headers alone.

        :raises BadHeader: before anything is sent, when a header or the status could split the response.
        """
        if self.conditional_response and (other := self._instead(environ)) is not None:
            other.over_http = self.over_http
            return other(environ, start_response)
        headers = self._headerlist
        if self.over_http and environ["wsgi.url_scheme"] != "https":
            headers = [self.over_http.get(pair, pair) for pair in headers]
        if self._status[0] == "3":
            headers = [(name, local_location(at) if name.lower() == "location" else at) for name, at in headers]
        if script_name := environ.get("SCRIPT_NAME"):
            headers = cookies_below(headers, script_name)
        for name, value in headers:
            if value.__class__ is not str or not (value.isascii() and value.isprintable() and is_token(name)):
                check_header(name, value)
        if not is_status(self._status):
            raise BadHeader(f"{self._status!r} cannot be the status of a response.")
        start_response(self._status, headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            close_body(self._app_iter)
            return []
        return self._app_iter

    def set_cookie(  # type: ignore[override]
        self,
        name: str,
        value: str | None = "",
        max_age: int | timedelta | None = None,
        path: str | None = "/",
        domain: str | None = None,
        *,
        secure: bool | None = None,
        httponly: bool = True,
        samesite: str | None = "Lax",
        expires: datetime | timedelta | None = None,
        overwrite: bool = False,
    ) -> None:
        """Send a cookie that ends after *max_age* seconds, or with the browser's session; None deletes it.

        It is HttpOnly, SameSite=Lax, and Secure unless the request came by plain http: that is known, and Secure taken
        off, when the response is sent. ``secure=False`` and ``httponly=False`` say otherwise. Any text may be a value.

        :param expires: WebOb's way to say *max_age*: a moment (UTC without a zone) or a time from now.
        :param overwrite: drop what this response has set of that name before.
        :raises UsageError: for a name or attributes that browsers would refuse.
        """
        if max_age is None and expires is not None:
            max_age = seconds_until(expires)
        cookie = SetCookie(
            name, path=path, domain=domain, max_age=max_age, secure=secure, httponly=httponly, samesite=samesite
        )
        if overwrite:
            self.unset_cookie(name, strict=False)
        header, plain = (
            cookie.removal(https) if value is None else cookie.header(value, https) for https in (True, False)
        )
        self._headerlist.append(header)
        if cookie.adapts:
            self.over_http = {**self.over_http, header: plain}

    def delete_cookie(self, name: str, path: str | None = "/", domain: str | None = None, **options: Any) -> None:  # type: ignore[override]
        """Have the browser drop a cookie; the attributes must be those that it was set with."""
        self.set_cookie(name, None, path=path, domain=domain, **options)

    def unset_cookie(self, name: str, strict: bool = True) -> None:  # type: ignore[override]
        """Take back what this response was to set of a cookie.

        :raises KeyError: when it sets none of that name and *strict* is true.
        """
        mine = [pair for pair in self._headerlist if pair[0] == "Set-Cookie" and pair[1].startswith(f"{name}=")]
        if strict and not mine:
            raise KeyError(f"No cookie called {name!r} has been set.")
        self._headerlist[:] = [pair for pair in self._headerlist if pair not in mine]

    def download(self, name: str) -> None:
        """Have browsers keep the body in a file called *name*, any text, instead of showing it (RFC 6266)."""
        self.headers["Content-Disposition"] = attachment(name)

    def merge_cookies(self, response: Any) -> Any:
        """Have *response*, or any WSGI application, set the cookies of this response, too; it is returned."""
        if not isinstance(response, Response):
            return super().merge_cookies(response)
        response._headerlist.extend(pair for pair in self._headerlist if pair[0] == "Set-Cookie")
        response.over_http = {**response.over_http, **self.over_http}
        return response

    @property
    def status_code(self) -> int:
        """The status as a number.

        :raises UsageError: when it is set to a number that is no HTTP status.
        """
        return int(self._status[:3])

    @status_code.setter
    def status_code(self, code: int) -> None:
        self._status = status_line(code)

    status_int = status_code

    @property
    def location(self) -> str | None:
        """Where a redirect leads, made safe when it is set (see :func:`local_location`); None takes it away."""
        return self.headers.get("Location")

    @location.setter
    def location(self, location: str | None) -> None:
        self.headers.pop("Location", None)
        if location is not None:
            self.headers["Location"] = local_location(location)

    def _instead(self, environ: Mapping[str, Any]) -> "Response | None":
        """What `conditional_response` sends for this: 304, 412, 206 or 416; None for the response as it is.

        Source: RFC 9110, sections 13.2.2 and 14.
        """
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or self._status[:3] != "200":
            return None
        etag, modified = self.headers.get("ETag"), parse_date(self.headers.get("Last-Modified"))
        if (status := decide(environ, etag, modified)) != HTTPStatus.OK:
            close_body(self._app_iter)
            return Response(title_of(status), status, "text/plain", without_body(self._headerlist))
        if (length := self.content_length) is None or self.headers.setdefault("Accept-Ranges", "bytes") != "bytes":
            return None
        try:
            spans = asked_ranges(environ, length, etag, modified)
        except RangeNotSatisfiable as error:
            close_body(self._app_iter)
            headers = [*without_body(self._headerlist), *error.headers]
            return Response(error.detail or error.title, error.status, "text/plain", headers)
        if not spans:
            return None
        response = Response(status=HTTPStatus.PARTIAL_CONTENT)
        response._headerlist, pieces = partial(self._headerlist, length, spans)
        response._app_iter = PartialBody(self._app_iter, pieces)
        return response

    def wrap(self, wrapper: Callable[[Iterable[bytes]], Iterable[bytes]]) -> None:
        """Put *wrapper* around the body; it must keep the body's length."""
        self._app_iter = wrapper(self._app_iter)


def full(response: Response | Ready) -> Response:
    """*response* as the object that can be looked at and changed."""
    return Response.of(response) if isinstance(response, tuple) else response


class FileBody:
    """The blocks of an open file, which is closed with the response, whether it was read to the end or not at all."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def __iter__(self) -> Iterator[bytes]:
        while block := self.file.read(BLOCK):
            yield block

    def part(self, span: slice) -> Iterator[bytes]:
        """The blocks of *span*."""
        self.file.seek(span.start)
        left = span.stop - span.start
        while left and (block := self.file.read(min(BLOCK, left))):
            left -= len(block)
            yield block

    def close(self) -> None:
        """Close the file."""
        self.file.close()


def complete_type(content_type: str) -> str:
    """The media type, with the character set that texts are sent in."""
    textual = content_type.startswith("text/") or content_type.endswith("+xml")
    return f"{content_type}; charset=utf-8" if textual and "charset=" not in content_type else content_type


def close_body(body: Iterable[bytes]) -> None:
    """Close an iterable body that will not be read."""
    if close := getattr(body, "close", None):
        close()
