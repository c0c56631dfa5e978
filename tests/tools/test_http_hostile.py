"""The tools of HTTP at once, asked by somebody who means no good: no 500, and nobody is sent to another site."""

import random
from io import BytesIO

import pytest

from asking import ask
from kirsch import Application, Config, Controller, Mapper, Markup, tools

BITS = [
    "\x00", "Ã¼", "\xff", "%", "%zz", "%00", "//", "..", "\\", "a.0123456789.css", "\r\n", "*", "q=", "=", "&",
    "_method", "PUT", ";", "charset=", "_charset_=", '"', "W/", "bytes=", "-", ",", "<", ">", " ", "x" * 50, "1", "0",
    "koi8-r", "application/json", "same-origin", "http://x/", "[", "]", ":", "@", "index.html", "d/", "a.css",
    "text/csv", "{", "}", "null", "--X", "multipart/form-data; boundary=X", "application/x-www-form-urlencoded",
]  # fmt: skip
HEADERS = [
    "ACCEPT", "RANGE", "IF_NONE_MATCH", "IF_MATCH", "IF_MODIFIED_SINCE", "REFERER", "SEC_FETCH_SITE", "ORIGIN",
    "ACCEPT_ENCODING", "COOKIE", "IF_RANGE", "CONTENT_ENCODING",
]  # fmt: skip
TYPES = [
    "", "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=X",
    "application/x-www-form-urlencoded; charset=",
]  # fmt: skip
SITE = ("autovary", "methodoverride", "trailingslash", "compression", "etags")


class Everything(Controller):
    @tools.accept(["text/html", "application/json", "text/csv"])
    def media(self):
        return {"x": 1}

    @tools.json(only=True)
    def data(self, **given: str):
        return given

    @tools.redirect(route="named")
    def moved(self, name: str):
        return "never"

    @tools.referer(pattern="https?://x/.*")
    def shown(self):
        return "image"

    @tools.encoding(charset="iso-8859-1", forms=["iso-8859-1", "koi8-r"])
    def letters(self, **given: str):
        return Markup("ü €")

    @tools.static(["public"], index="index.html", hashed=True, precompressed=True)
    def files(self, path: str):
        return f"no {path}"

    def named(self, name: str):
        return name


@pytest.fixture
def app(tmp_path):
    (tmp_path / "public" / "d").mkdir(parents=True)
    (tmp_path / "public" / "a.css").write_text("a")
    (tmp_path / "public" / "d" / "index.html").write_text("index")
    mapper = Mapper()
    for action in ("media", "data", "shown", "letters"):
        mapper.connect(f"/{action}", controller=Everything, action=action)
    mapper.connect("/moved/{name}", controller=Everything, action="moved")
    mapper.connect("named", "/named/{name}", controller=Everything, action="named")
    mapper.connect("static", "/static/{path:.*}", controller=Everything, action="files")
    return Application(mapper, [Everything], {"tools": {name: {} for name in SITE}}, Config(root=tmp_path))


def test_whatever_is_asked_is_answered_and_leads_nowhere_else(app, seed):
    """A thousand requests of odd pieces: below 500, and every Location is a path of this site."""
    chance = random.Random(seed)
    paths = ["media", "data", "shown", "letters", "moved/", "named/", "static/", "static/d", "static/a.css", ""]

    def odd(most):
        return "".join(chance.choice(BITS) for _ in range(chance.randrange(most)))

    for _ in range(1000):
        body = odd(8).encode("latin-1")
        environ = {
            "REQUEST_METHOD": chance.choice(["GET", "POST", "PUT", "HEAD", "DELETE", "PATCH"]),
            "PATH_INFO": f"/{chance.choice(paths)}{odd(3)}",
            "QUERY_STRING": odd(6),
            "CONTENT_TYPE": chance.choice(TYPES) + odd(2),
            "CONTENT_LENGTH": chance.choice(["", str(len(body)), str(len(body)), odd(2)]),
            "wsgi.input": BytesIO(body),
            **{f"HTTP_{name}": odd(6) for name in chance.sample(HEADERS, chance.randrange(4))},
        }
        answer = ask(app, "/", environ=environ)

        assert answer.status < 500, environ
        location = answer.headers.get("Location", "/")
        assert location.startswith("/"), environ
        assert not location.startswith("//"), environ
        assert "\\" not in location, environ
