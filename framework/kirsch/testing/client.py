"""A client that calls a WSGI application in this process and behaves like a browser: cookies, redirects, forms."""

import json as json_module
import sys
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

from kirsch.testing.cookies import CookieJar
from kirsch.testing.encoding import encode_form
from kirsch.testing.errors import TestingError
from kirsch.testing.forms import Form, read_forms

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
READING = ("GET", "HEAD", "OPTIONS")
MAX_REDIRECTS = 10


class Headers(dict[str, str]):
    """The headers of an answer by name in any case; those sent several times are joined by commas."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        for name, value in pairs:
            key = name.lower()
            super().__setitem__(key, f"{self[key]}, {value}" if key in self else value)

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name.lower() if isinstance(name, str) else name)

    def get(self, name: str, default: Any = None) -> Any:
        """The header called *name*, or *default*."""
        return super().get(name.lower(), default)


class Answer:
    """What came back from `url`: `status_code`, `headers`, `headerlist`, `body` (bytes), `text`, `json`, `forms`."""

    def __init__(self, url: str, status: str, headerlist: list[tuple[str, str]], body: bytes) -> None:
        self.url = url
        self.status = status
        self.status_code = int(status[:3])
        self.headerlist = headerlist
        self.headers = Headers(headerlist)
        self.body = body

    def __repr__(self) -> str:
        return f"<Answer {self.status} to {self.url}>"

    @property
    def content_type(self) -> str:
        """The media type without its parameters."""
        return str(self.headers.get("Content-Type", "")).split(";")[0].strip()

    @property
    def text(self) -> str:
        """The body, decoded by the charset of its Content-Type (UTF-8 where none is named)."""
        _, _, charset = str(self.headers.get("Content-Type", "")).partition("charset=")
        return self.body.decode(charset.split(";")[0].strip(' "') or "utf-8")

    @property
    def json(self) -> Any:
        """The body as JSON.

        :raises TestingError: when it is something else, with its beginning.
        """
        try:
            return json_module.loads(self.body)
        except ValueError:
            raise TestingError(f"{self!r} is no JSON but {self.content_type}: {self.body[:200]!r}") from None

    @property
    def location(self) -> str:
        """Where a redirect leads.

        :raises TestingError: when there is no Location.
        """
        if "Location" not in self.headers:
            raise TestingError(f"{self!r} is no redirect")
        return self.headers["Location"]

    @property
    def forms(self) -> list[Form]:
        """The forms of the page, in order."""
        return read_forms(self.text)


class Client:
    """A visitor of *application*, who keeps cookies from one request to the next.

    It says `Sec-Fetch-Site: same-origin`, as a browser does for the site's own forms; with `same_origin=False` it says
    nothing, like a program. *headers* go with every request.
    """

    def __init__(
        self,
        application: WSGI,
        *,
        same_origin: bool = True,
        base_url: str = "http://localhost",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.application = application
        self.same_origin = same_origin
        self.base_url = base_url.rstrip("/")
        self.headers = dict(headers or {})
        self.cookies = CookieJar()

    def get(self, path: str, **options: Any) -> Answer:
        """GET *path*; options as in :meth:`request`. `data` becomes the query string."""
        return self.request("GET", path, **options)

    def head(self, path: str, **options: Any) -> Answer:
        """HEAD *path*."""
        return self.request("HEAD", path, **options)

    def post(self, path: str, data: Any = None, **options: Any) -> Answer:
        """POST *data* to *path*."""
        return self.request("POST", path, data, **options)

    def put(self, path: str, data: Any = None, **options: Any) -> Answer:
        """PUT *data* to *path*."""
        return self.request("PUT", path, data, **options)

    def patch(self, path: str, data: Any = None, **options: Any) -> Answer:
        """PATCH *path* with *data*."""
        return self.request("PATCH", path, data, **options)

    def delete(self, path: str, data: Any = None, **options: Any) -> Answer:
        """DELETE *path*."""
        return self.request("DELETE", path, data, **options)

    def request(
        self,
        method: str,
        path: str,
        data: Any = None,
        *,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        follow: bool = False,
    ) -> Answer:
        """Ask the application, and follow redirects within the site where *follow* is set.

        *data* is a dict or a list of pairs for a form (a value may be a list; a file is a tuple of name and bytes), or
        bytes sent as they are. *json* is sent as JSON.

        :raises TestingError: for another host, a redirect loop, or an application that breaks WSGI.
        """
        headers = dict(headers or {})
        body, content_type = _encode(data, json, method)
        content_type = headers.pop("Content-Type", content_type)
        if body and method in READING and content_type == "application/x-www-form-urlencoded":
            path, body, content_type = f"{path}{'&' if '?' in path else '?'}{body.decode()}", b"", ""
        sent: dict[str, Any] = {"body": body, "content_type": content_type, "headers": headers}
        answer = self._ask(method, path, **sent)
        for _ in range(MAX_REDIRECTS):
            if not follow or answer.status_code not in (301, 302, 303, 307, 308):
                return answer
            if answer.status_code not in (307, 308):
                sent |= {"body": b"", "content_type": ""}
                method = "HEAD" if method == "HEAD" else "GET"
            answer = self._ask(method, answer.location, seen_from=answer.url, **sent)
        raise TestingError(f"{path} redirects more than {MAX_REDIRECTS} times, lastly to {answer.url}")

    def submit(
        self,
        page: Answer,
        values: Mapping[str, Any] | None = None,
        *,
        button: str | None = None,
        form: int | str | None = None,
        follow: bool = False,
    ) -> Answer:
        """Fill in a form of *page* and send it as a browser would.

        Without *form* (its position or id), the form that has all the fields and the *button* (its name, value or
        text) is taken. A value of True or False ticks a checkbox, a list chooses several, a tuple of name and bytes is
        a file.

        :raises TestingError: when no form, or more than one, fits; for unknown fields and choices.
        """
        chosen = _choose(page, values or {}, button, form)
        pairs = chosen.fill(values or {}, button)
        action = urljoin(self.base_url + page.url, chosen.action)
        if chosen.method == "GET":
            return self.request("GET", urlsplit(action)._replace(query="", fragment="").geturl(), pairs, follow=follow)
        body, content_type = encode_form(pairs, chosen.multipart)
        return self.request(chosen.method, action, body, headers={"Content-Type": content_type}, follow=follow)

    def _ask(
        self,
        method: str,
        url: str,
        *,
        body: bytes,
        content_type: str,
        headers: Mapping[str, str],
        seen_from: str = "",
    ) -> Answer:
        # What a test asks for is a path as it stands, `//x` included; what an answer says is resolved as browsers do.
        asks_path = url.startswith("/") and not seen_from
        target = urlsplit(self.base_url + url if asks_path else urljoin(self.base_url + (seen_from or "/"), url))
        if f"{target.scheme}://{target.netloc}" != self.base_url:
            raise TestingError(f"{url} leads away from {self.base_url}; the client stays there")
        environ = self._environ(method, target.path or "/", target.query, body, content_type)
        for name, value in {**self.headers, **headers}.items():
            environ["HTTP_" + name.upper().replace("-", "_")] = value
        asked = target.path + (f"?{target.query}" if target.query else "")
        answer = _call(self.application, environ, asked)
        self.cookies.keep(value for name, value in answer.headerlist if name.lower() == "set-cookie")
        return answer

    def _environ(self, method: str, path: str, query: str, body: bytes, content_type: str) -> dict[str, Any]:
        base = urlsplit(self.base_url)
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(quote(path, safe="/%:@!$&'()*+,;=~")).decode("latin-1"),
            "QUERY_STRING": quote(query, safe="%=&+/?:@!$'()*,;~[]"),
            "SERVER_NAME": base.hostname or "localhost",
            "SERVER_PORT": str(base.port or (443 if base.scheme == "https" else 80)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": base.netloc,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": base.scheme,
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if body or method not in READING:
            environ |= {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body))}
        if self.same_origin:
            environ["HTTP_SEC_FETCH_SITE"] = "same-origin"
        if cookies := self.cookies.header(path, base.scheme == "https" or base.hostname in ("localhost", "127.0.0.1")):
            environ["HTTP_COOKIE"] = cookies
        return environ


def _encode(data: Any, json: Any, method: str) -> tuple[bytes, str]:
    if json is not None:
        return json_module.dumps(json).encode(), "application/json"
    if data is None:
        return b"", "" if method in READING else "application/x-www-form-urlencoded"
    if isinstance(data, bytes):
        return data, "application/octet-stream"
    if isinstance(data, str):
        return data.encode(), "text/plain; charset=utf-8"
    return encode_form(data)


def _choose(page: Answer, values: Mapping[str, Any], button: str | None, form: int | str | None) -> Form:
    forms = page.forms
    if isinstance(form, int) and -len(forms) <= form < len(forms):
        return forms[form]
    if form is not None:
        fitting = [candidate for candidate in forms if candidate.id == form]
    else:
        fitting = [candidate for candidate in forms if candidate.fits(values, button)]
    if len(fitting) == 1:
        return fitting[0]
    found = "\n".join(f"  {number}: {candidate}" for number, candidate in enumerate(forms)) or "  none"
    what = "no form fits" if not fitting else f"{len(fitting)} forms fit; say form=POSITION"
    wanted = (
        f"fields {sorted(values)}" + (f", button {button!r}" if button else "") + (f", form {form!r}" if form else "")
    )
    raise TestingError(f"{page!r}: {what} ({wanted}). Its forms are\n{found}")


def _call(application: WSGI, environ: dict[str, Any], asked: str) -> Answer:
    started: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        if started and exc_info is None:
            raise TestingError(f"{asked}: the application called start_response twice")
        started[:] = [(status, list(headers))]
        return written.append

    iterable = application(environ, start_response)
    try:
        written.extend(iterable)
    finally:
        if close := getattr(iterable, "close", None):
            close()
    if not started:
        raise TestingError(f"{asked}: the application never called start_response")
    status, headers = started[0]
    return Answer(asked, status, headers, b"".join(written))
