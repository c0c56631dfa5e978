"""The limit: the contract as a plain WSGI function, with nothing between the server and the answer."""

import base64
import hashlib
import hmac
import json
import os
from urllib.parse import parse_qs, parse_qsl

from .contract import ASSET, HELLO, SECRET, clamp

TEXT = ("Content-Type", "text/plain; charset=utf-8")
JSON = ("Content-Type", "application/json")
HTML = ("Content-Type", "text/html; charset=utf-8")


def plaintext(environ, start_response):
    start_response("200 OK", [TEXT, ("Content-Length", "13")])
    return [HELLO.encode()]


def as_json(value, start_response):
    body = json.dumps(value).encode()
    start_response("200 OK", [JSON, ("Content-Length", str(len(body)))])
    return [body]


def json_page(environ, start_response):
    return as_json({"message": HELLO}, start_response)


def hello(name, start_response):
    body = f"Hello, {name.encode('latin-1').decode()}!".encode()
    start_response("200 OK", [TEXT, ("Content-Length", str(len(body)))])
    return [body]


def form(environ, start_response):
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    return as_json(dict(parse_qsl(body.decode(), keep_blank_values=True)), start_response)


def upload(environ, start_response):
    # One part, no other field: the part is what lies between the first blank line and the closing boundary.
    boundary = environ["CONTENT_TYPE"].partition("boundary=")[2]
    total = int(environ["CONTENT_LENGTH"])
    stream = environ["wsgi.input"]
    head = stream.read(min(total, 4096))
    start = head.index(b"\r\n\r\n") + 4
    left = total - len(head)
    while left:
        left -= len(stream.read(min(left, 64 * 1024)))
    return as_json({"size": total - start - len(f"\r\n--{boundary}--\r\n")}, start_response)


def _sign(value):
    return base64.urlsafe_b64encode(hmac.digest(SECRET.encode(), value.encode(), hashlib.sha256)).decode()


def counter(environ, start_response):
    count = 0
    for pair in environ.get("HTTP_COOKIE", "").split("; "):
        name, _, value = pair.partition("=")
        if name == "session":
            value, _, signature = value.partition(".")
            if hmac.compare_digest(_sign(value), signature):
                count = int(value)
    count = str(count + 1)
    body = f"count={count}".encode()
    cookie = f"session={count}.{_sign(count)}; Path=/; HttpOnly; SameSite=Lax"
    start_response("200 OK", [TEXT, ("Content-Length", str(len(body))), ("Set-Cookie", cookie)])
    return [body]


def static(environ, start_response):
    stat = os.stat(ASSET)
    etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    if environ.get("HTTP_IF_NONE_MATCH") == etag:
        start_response("304 Not Modified", [("ETag", etag)])
        return []
    with open(ASSET, "rb") as file:
        body = file.read()
    start_response(
        "200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", str(len(body))), ("ETag", etag)]
    )
    return [body]


def make_app(full):
    table = {"/plaintext": plaintext, "/json": json_page}
    if full:
        from . import pages, store

        def fortunes(environ, start_response):
            with store.Session() as session:
                body = pages.render("fortunes.mako", fortunes=store.fortunes(session)).encode()
            start_response("200 OK", [HTML, ("Content-Length", str(len(body)))])
            return [body]

        def db(environ, start_response):
            with store.Session() as session:
                return as_json(store.one(session), start_response)

        def queries(environ, start_response):
            with store.Session() as session:
                return as_json(store.many(session, count_of(environ)), start_response)

        def updates(environ, start_response):
            with store.Session.begin() as session:
                rows = store.update(session, count_of(environ))
            return as_json(rows, start_response)

        def count_of(environ):
            return clamp(parse_qs(environ["QUERY_STRING"]).get("n", [None])[0])

        table |= {
            "/fortunes": fortunes,
            "/db": db,
            "/queries": queries,
            "/updates": updates,
            "/form": form,
            "/upload": upload,
            "/counter": counter,
            "/static/asset.bin": static,
        }

    def app(environ, start_response):
        path = environ["PATH_INFO"]
        page = table.get(path)
        if page is not None:
            return page(environ, start_response)
        if path.startswith("/hello/"):
            return hello(path[7:], start_response)
        start_response("404 Not Found", [TEXT, ("Content-Length", "9")])
        return [b"Not Found"]

    return app
