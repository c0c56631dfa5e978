"""Whatever a client sends: an answer below 500, well-formed, and no exception that leaves the application.

A longer run: `KIRSCH_TEST_REQUESTS=200000 python -m pytest tests/test_whole_requests.py`.
"""

import io
import json
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as some

from everything import make_everything
from kirsch import Application

REQUESTS = int(os.environ.get("KIRSCH_TEST_REQUESTS") or 3000)
BODYLESS = {"204", "304"}
METHODS = ["GET"] * 4 + ["POST"] * 6 + ["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "X"]

PATHS = [
    "/", "/page", "/page.json", "/page.html", "/markup/x", "/number/7", "/day/2026-11-21", "/deep/a/b", "/static/a.css",
    "/key/6ba7b810-9dad-11d1-80b4-00c04fd430c8", "/old/a", "/anything", "/query", "/required", "/moved", "/found",
    "/pieces", "/versioned", "/events", "/stream", "/form", "/typed", "/order", "/json", "/upload", "/parts",
    "/count", "/remember", "/biscuit",
    "/guarded", "/note", "/notes", "/nothing", "*", "", "//evil.example/", "/static/../a.css", "/static/%2e%2e/x",
]  # fmt: skip
NAMES = ["number", "ratio", "yes", "day", "at", "price", "key", "colour", "many", "text", "to", "etag", "title",
         "pages",
         "tags", "file", "id", "name", "customer", "lines", "csrf_token", "_method", "", "format"]  # fmt: skip
TEXTS = ["", "0", "1", "-1", "7", "1e400", "NaN", "inf", "9" * 30, "9" * 5000, "0x10", "1_0", "٣", "true", "red",
         "é", "😀",
         "2026-11-21", "2026-02-30", "2026-11-21T10:00", "9999-12-31T23:59:59-14:00",
         "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
         "\0", "a\r\nSet-Cookie: x=1", "\u202e", "//evil.example", "/\\evil", "javascript:alert(1)", "http://a b",
         "x" * 3000,
         "..", "../../etc/passwd", "%", "+", "&", "=", ";", "<script>", "${1+1}", "\x7f", "\t"]  # fmt: skip
HEADERS = {
    "HTTP_ACCEPT": ["*/*", "text/html", "application/json", "text/*;q=0", ";;;", "a/b;q=x", "*/*;q=0", "é", "," * 50],
    "HTTP_ACCEPT_LANGUAGE": ["de", "*", ";q=", "xx-" * 50],
    "HTTP_COOKIE": ["session=x", "session=", "=;=", "session=a.b.c; session=d", "\x01", 'a="b', "é=ü", "csrf=1.2",
                    ";" * 99],
    "HTTP_HOST": ["localhost", "", "[::1]:80", "a b", "evil.example:99999", "é", "127.0.0.1"],
    "HTTP_IF_NONE_MATCH": ["*", '"x"', 'W/"x", "y"', '"', ",,,"],
    "HTTP_IF_MATCH": ["*", '"x"', "x"],
    "HTTP_IF_MODIFIED_SINCE": ["Sat, 21 Nov 2026 10:00:00 GMT", "yesterday", "Thu, 01 Jan 1970 00:00:00 GMT", "0"],
    "HTTP_IF_UNMODIFIED_SINCE": ["Thu, 01 Jan 1970 00:00:00 GMT", "never"],
    "HTTP_RANGE": ["bytes=0-1", "bytes=-5", "bytes=5-", "bytes=9-1", "bytes=0-0,2-3,5-", "bytes=a-b", "lines=1-2",
                   "bytes=",
                   "bytes=" + ",".join(f"{n}-{n}" for n in range(0, 90, 2)), "bytes=-" + "9" * 400],
    "HTTP_IF_RANGE": ['"x"', 'W/"x"', "Sat, 21 Nov 2026 10:00:00 GMT", "?"],
    "HTTP_ORIGIN": ["http://evil.example", "null", "http://localhost", "é"],
    "HTTP_SEC_FETCH_SITE": ["cross-site", "same-origin", "x"],
    "HTTP_X_CSRF_TOKEN": ["x", "é"],
    "HTTP_X_FORWARDED_FOR": ["1.2.3.4", "é", "," * 20],
    "HTTP_USER_AGENT": ["x", "é\x7f", "\x80\xff"],
    "HTTP_AUTHORIZATION": ["Basic !!!", "Bearer", "Digest username=", ""],
    "HTTP_LAST_EVENT_ID": ["1", "\x01"],
    "HTTP_EXPECT": ["100-continue", "x"],
}  # fmt: skip
TYPES = ["application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=latin-1", "text/plain", "",
         "é",
         "application/json", "application/json; charset=x", "application/problem+json",
         "multipart/form-data; boundary=b",
         "multipart/form-data", "multipart/mixed; boundary=b", 'multipart/form-data; boundary="', ";", "/"]  # fmt: skip
VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.sampled_from(TEXTS),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(NAMES), inner, max_size=4),
    max_leaves=8,
)


class Broken(io.RawIOBase):
    """A body whose client goes away, or whose pieces come one byte at a time."""

    def __init__(self, data: bytes, error: type[OSError] | None) -> None:
        self.data, self.error = io.BytesIO(data), error

    def read(self, size: int = -1) -> bytes:
        if piece := self.data.read(min(size, 3) if size > 0 else 3):
            return piece
        if self.error:
            raise self.error("gone")
        return b""


@some.composite
def pairs(draw: Any) -> str:
    some_pairs = draw(some.lists(some.tuples(some.sampled_from(NAMES), some.sampled_from(TEXTS)), max_size=5))
    return urlencode(some_pairs) if draw(some.integers(0, 4)) else "&".join(f"{n}={v}" for n, v in some_pairs)


@some.composite
def multiparts(draw: Any) -> bytes:
    body = b""
    for _ in range(draw(some.integers(0, 4))):
        name, text = draw(some.sampled_from(NAMES)), draw(some.sampled_from(TEXTS))
        file = draw(
            some.sampled_from(["", '; filename="a.txt"', '; filename=""', "; filename*=utf-8''%e2%82%ac", "; x"])
        )
        head = f'Content-Disposition: form-data; name="{name}"{file}\r\n'
        head += draw(
            some.sampled_from(["", "Content-Type: text/plain\r\n", "x\r\n", ":\r\n", "A: " + "b" * 9000 + "\r\n"])
        )
        body += b"--b\r\n" + head.encode() + b"\r\n" + text.encode() + b"\r\n"
    return body + draw(some.sampled_from([b"--b--\r\n", b"--b--", b"", b"--b", b"--b\r\n\r\n"]))


bodies = some.one_of(
    some.just(b""),
    pairs().map(lambda text: text.encode(errors="replace")),
    VALUES.map(lambda value: json.dumps(value).encode()),
    multiparts(),
    some.binary(max_size=200),
    some.sampled_from(
        [b"[" * 100_000, b'{"a":' * 5000, b"&" * 5000, b"a=1&" * 3000, b"%ff=%fe", b"1" * 9000, b"\xff\xfe"]
    ),
)


@some.composite
def environs(draw: Any) -> dict[str, Any]:
    path = draw(some.sampled_from(PATHS))
    if draw(some.integers(0, 3)) == 0:
        path += draw(some.sampled_from(["/", "/" + draw(some.sampled_from(TEXTS)), ".json", "\xff", "\n", "?"]))
    body = draw(bodies)
    query = draw(
        some.one_of(pairs(), some.sampled_from(["", "a=%ff", "%", "&&&", "=", "x" * 5000, "v=1", "a=1&" * 2000]))
    )
    length = draw(some.sampled_from([str(len(body))] * 6 + ["", "0", "-1", "x", "+1", str(len(body) + 5), "1" * 30]))
    error = draw(some.sampled_from([None, None, None, ConnectionResetError, TimeoutError, OSError]))
    environ = {
        "REQUEST_METHOD": draw(some.sampled_from(METHODS)),
        "SCRIPT_NAME": draw(some.sampled_from(["", "", "/mount", "/é".encode().decode("latin-1")])),
        "PATH_INFO": path.encode(errors="replace").decode("latin-1") if draw(some.booleans()) else quote_free(path),
        "QUERY_STRING": query.encode(errors="replace").decode("latin-1"),
        "CONTENT_TYPE": draw(some.sampled_from(TYPES)),
        "CONTENT_LENGTH": length,
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": draw(some.sampled_from(["http", "https"])), "wsgi.version": (1, 0),
        "wsgi.input": io.BytesIO(body) if draw(some.integers(0, 3)) else Broken(body, error),
        "wsgi.errors": io.StringIO(), "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
    chosen = draw(some.lists(some.sampled_from(sorted(HEADERS)), max_size=4, unique=True))
    return environ | {name: draw(some.sampled_from(HEADERS[name])).encode().decode("latin-1") for name in chosen}


def quote_free(path: str) -> str:
    """*path* as a careless server would hand it over: each character a byte, what is none left out."""
    return path.encode("latin-1", "ignore").decode("latin-1")


def answered(application: Application, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
    """Status, headers and body, as a strict server would take them."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        started.append((status, headers))

    body = application(environ, start_response)
    try:
        data = b"".join(body)
    finally:
        if close := getattr(body, "close", None):
            close()
    assert len(started) == 1
    return *started[0], data


def check(status: str, headers: list[tuple[str, str]], data: bytes, method: str) -> None:
    """The answer is one that HTTP allows, and no failure of ours."""
    assert re.fullmatch(r"[1-4]\d\d [ -~]+", status), status
    for name, value in headers:
        assert re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name), name
        assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value), (name, value)
        value.encode("latin-1")
    lengths = [value for name, value in headers if name.lower() == "content-length"]
    if method == "HEAD" or status[:3] in BODYLESS:
        assert data == b""
    elif lengths:
        assert lengths == [str(len(data))]
    location = dict(headers).get("Location", "/")
    assert not location.startswith(("//", "/\\", "\\")), location


@pytest.fixture(params=[False, True], ids=["usual", "every-tool"])
def application(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Application]:
    made = make_everything(tmp_path, every=request.param)
    yield made
    made.close()


@pytest.mark.slow
def test_no_request_makes_the_application_fail(application, caplog, seed):
    """Thousands of requests made of nasty pieces: none is answered 5xx, none raises, none makes an odd answer."""
    caplog.set_level(logging.ERROR)
    statuses: dict[str, int] = {}

    @seeded(seed)
    @settings(max_examples=REQUESTS, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(environs())
    def one_request(environ):
        caplog.clear()
        status, headers, data = answered(application, environ)
        assert not caplog.text
        check(status, headers, data, environ["REQUEST_METHOD"])
        statuses[status[:3]] = statuses.get(status[:3], 0) + 1

    one_request()

    assert {"200", "400", "404", "405"} <= statuses.keys(), statuses
