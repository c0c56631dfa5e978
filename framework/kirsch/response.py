"""The response: WebOb's, made cheaply, whose headers cannot be split."""

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import IO, Any

from markupsafe import Markup

from kirsch.errors import KirschError, title_of

with warnings.catch_warnings():  # WebOb imports the deprecated module cgi on Python 3.11 and 3.12.
    warnings.simplefilter("ignore", DeprecationWarning)
    from webob.response import Response as WebObResponse

__all__ = ["BadHeader", "FileBody", "Markup", "Page", "Response", "local_location"]

STATUS_LINES = {int(status): f"{int(status)} {title_of(int(status))}" for status in HTTPStatus}
#: Control characters never stand in a header (RFC 9110, section 5.5); a tab may.
FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
#: Bytes of a file that are sent at once.
BLOCK = 64 * 1024
BODYLESS = frozenset({"1", "204", "205", "304"})


class BadHeader(KirschError):
    """A header or status of a response holds a character that could split it."""


class Page(dict[str, Any]):
    """The values of a page together with the name of the template that shows them."""

    def __init__(self, template: str, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.template = template


class Response(WebObResponse):
    """One HTTP response.

    *body* is text (sent as UTF-8), :class:`Markup` or bytes; *content_type* is ``text/html`` unless said otherwise,
    as in WebOb. All of WebOb's other keywords and attributes work as they do there.
    """

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
        self._status = STATUS_LINES[status] if isinstance(status, int) and status in STATUS_LINES else str(status)
        self._headers = None
        self.conditional_response = False
        if self._status[0] == "1" or self._status[:3] in BODYLESS:
            self._headerlist = list(headers)
            self._app_iter = [b""]
            return
        # Half a surrogate pair has no UTF-8; as "\\ud800" it is what JSON writes for it, and readable elsewhere.
        data = body.encode(errors="backslashreplace") if isinstance(body, str) else body
        self._headerlist = [
            ("Content-Type", complete_type(content_type or "text/html")), ("Content-Length", str(len(data))), *headers
        ]  # fmt: skip
        self._app_iter = [data]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Send the response as WSGI wants it; a HEAD request gets the headers alone.

        :raises BadHeader: before anything is sent, when a header or the status holds a control character.
        """
        if self.conditional_response:
            return super().__call__(environ, start_response)
        headers = self._headerlist
        for name, value in headers:
            if not value.isprintable() or not name.isprintable():
                check_header(name, value)
        check_header("status", self._status)
        start_response(self._status, headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            close_body(self._app_iter)
            return []
        return self._app_iter

    def set_cookie(  # type: ignore[override]
        self, name: str, value: str | None = "", max_age: int | timedelta | None = None, **options: Any
    ) -> None:
        """Send a cookie that ends after *max_age* seconds, or with the browser's session.

        The other options are WebOb's. Max-Age is written here (RFC 6265, section 5.2.2): WebOb adds a date to it, which
        it reckons in a way that Python 3.12 and later warn about.
        """
        super().set_cookie(name, value, **options)
        if max_age is not None and value is not None:
            seconds = int(max_age.total_seconds()) if isinstance(max_age, timedelta) else int(max_age)
            header, cookie = self.headerlist[-1]
            self.headerlist[-1] = (header, f"{cookie}; Max-Age={seconds}")

    def wrap(self, wrapper: Callable[[Iterable[bytes]], Iterable[bytes]]) -> None:
        """Put *wrapper* around the body; it must keep the body's length."""
        self._app_iter = wrapper(self._app_iter)


class FileBody:
    """The blocks of an open file, which is closed with the response, whether it was read to the end or not at all."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def __iter__(self) -> Iterator[bytes]:
        while block := self.file.read(BLOCK):
            yield block

    def close(self) -> None:
        """Close the file."""
        self.file.close()


def complete_type(content_type: str) -> str:
    """The media type, with the character set that texts are sent in."""
    textual = content_type.startswith("text/") or content_type.endswith("+xml")
    return f"{content_type}; charset=utf-8" if textual and "charset=" not in content_type else content_type


def check_header(name: str, value: str) -> None:
    """Refuse what could split a response (RFC 9112, section 11.1).

    :raises BadHeader: with the name of the header.
    """
    if FORBIDDEN.search(name) or FORBIDDEN.search(value):
        raise BadHeader(f"The response header {name!r} holds a control character: {value!r}")


def close_body(body: Iterable[bytes]) -> None:
    """Close an iterable body that will not be read."""
    if close := getattr(body, "close", None):
        close()


def local_location(location: str) -> str:
    """The address a redirect goes to, with what browsers take for another host made a path of this one.

    An absolute ``http:`` or ``https:`` URL is kept: whoever wrote it meant it.
    """
    location = re.sub(r"[\x00-\x1f\x7f]", "", location).strip()
    if re.match(r"https?://[^/\\]", location, re.IGNORECASE):
        return location
    location = location.replace("\\", "/")
    if re.match(r"[a-z][a-z0-9+.-]*:", location, re.IGNORECASE):
        return "/" + location
    return re.sub(r"\A/{2,}", "/", location)
