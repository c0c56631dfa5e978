"""Sites with other WSGI applications below them, and below other ones."""

from kirsch import Application, Controller, Mapper, Redirect
from kirsch.dispatch import Mounts, mount


class Pages(Controller):
    def index(self):
        return "an ordinary page"


class Inner(Controller):
    def index(self):
        self.response.set_cookie("seen", "1")
        return self.url("named", name="é")

    def named(self, name):
        return f"named {name}"

    def go(self):
        raise Redirect(self.url("named", name="there"))

    def count(self):
        self.session["count"] = self.session.get("count", 0) + 1
        return f"{self.session['count']}"

    def form(self, text: str):
        return f"got {text}"

    def broken(self):
        raise RuntimeError("the secret of the house")


def say(environ, start_response):
    """What WSGI says of the path."""
    start_response("200 OK", [("Content-Type", "text/plain; charset=latin-1")])
    return [f"{environ['SCRIPT_NAME']}|{environ['PATH_INFO']}|{environ['QUERY_STRING']}".encode("latin-1")]


def echo(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["REQUEST_METHOD"].encode(), b" ", environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0))]


def empty(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return iter([b"", b"Hello", b"", b" ", b"world"])


def written(environ, start_response):
    write = start_response("200 OK", [("Content-Type", "text/plain")])
    write(b"Hello")
    return [b" ", b"world"]


def late(environ, start_response):
    start_response("202 Accepted Perhaps", [("Content-Type", "text/plain"), ("X-Late", "yes")])
    yield b"late"


def broken(environ, start_response):
    raise RuntimeError("the secret of the house")


def silent(environ, start_response):
    return [b"never begun"]


def twice(environ, start_response):
    start_response("200 OK", [])
    start_response("200 OK", [])
    return []


def again(environ, start_response):
    import sys

    start_response("200 OK", [("Content-Type", "text/plain"), ("X-First", "yes")])
    try:
        raise ValueError("first")
    except ValueError:
        start_response("500 My Own", [("Content-Type", "text/plain")], sys.exc_info())
    return [b"my own error"]


def split(environ, start_response):
    start_response("200 OK", [("X-A", "1\r\nSet-Cookie: evil=1")])
    return [b""]


def missing(environ, start_response):
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"legacy has nothing here"]


def away(environ, start_response):
    start_response("302 Found", [("Location", "//evil.example/"), ("Content-Type", "text/plain")])
    return [b""]


def reversing(application):
    """Every piece of its answers backwards."""

    def reversed_application(environ, start_response):
        return [piece[::-1] for piece in application(environ, start_response)]

    return reversed_application


def inner(key="k"):
    mapper = Mapper()
    mapper.connect("/", controller=Inner)
    mapper.connect("named", "/named/{name}", controller=Inner, action="named")
    mapper.connect("/go", controller=Inner, action="go")
    mapper.connect("/count", controller=Inner, action="count")
    mapper.connect("/form", controller=Inner, action="form", conditions={"method": ["POST"]})
    mapper.connect("/broken", controller=Inner, action="broken")
    mapper.redirect("/from", "/named/from")
    config = {"site": {"secret_key": key * 32}, "tools": {"sessions": {}, "trailingslash": {}}}
    return Application(mapper, config=config)


def make(root=False, beside=False):
    """A site with everything mounted; *root*: an old one stands behind it; *beside*: two sites beside each other."""
    if beside:
        return Mounts({"/a": inner("a"), "/b/c": inner("b"), "/": say})
    mapper = Mapper()
    mapper.connect("/", controller=Pages)
    mapper.connect("/new", controller=Pages, conditions={"method": ["GET"]})
    for application in (say, echo, empty, written, late, broken, silent, twice, again, split, missing, away):
        mount(mapper, f"/hosted/{application.__name__}", application)
    mount(mapper, "/café", say, name="cafe")
    mount(mapper, "/inner", inner())
    mount(mapper, "/müll/tief", inner(), name="deep")
    mount(mapper, "/reversed", reversing(inner()))
    if root:
        mount(mapper, "/", missing)
    return Application(mapper, config={"tools": {"requestid": {}}})
