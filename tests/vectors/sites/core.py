"""Statuses, headers, cookies, slashes and parts, as actions set them."""

from kirsch import Application, Controller, Mapper, NotFound, Response
from kirsch.errors import HTTPError


class Core(Controller):
    def hello(self):
        return "hello"

    def named(self, name: str):
        return f"hello {name}"

    def status(self, code: int):
        self.response.status_code = code
        return "normal"

    def line(self, text: str):
        self.response.status = text
        return "normal"

    def header(self, value: str, name: str = "X-Told"):
        self.response.headers[name] = value
        return "told"

    def several(self):
        for value in ("one", "two", "three"):
            self.response.headers.add("X-Many", value)
        return "many"

    def seen(self, name: str):
        return self.request.headers.get(name, "none")

    def refuse(self, status: int, words: str):
        raise HTTPError(words, status=status)

    def missing(self, words: str = ""):
        raise NotFound(words)

    def broken(self):
        raise RuntimeError("the secret of the house")

    def nothing(self):
        return None

    def bake(self, name: str, value: str):
        self.response.set_cookie(name, value)
        return "baked"

    def eat(self, name: str):
        self.response.delete_cookie(name)
        return "eaten"

    def taste(self, name: str):
        return str(self.request.cookie(name))

    def digits(self):
        response = Response(b"0123456789ABCD", content_type="application/octet-stream")
        response.conditional_response = True
        return response

    def tagged(self):
        response = Response(b"0123456789ABCD", content_type="application/octet-stream")
        response.etag = "v1"
        response.last_modified = 1_700_000_000
        response.conditional_response = True
        return response

    def pieces(self):
        yield "one "
        yield "two"

    def place(self, name: str = "hello", word: str = ""):
        return self.request.url_for(name, name=word) if word else self.request.url_for(name)

    def host(self):
        return self.request.host_url


def make(**tools):
    """Every action at its own name; *tools* are switched on for the site."""
    mapper = Mapper()
    mapper.connect("hello", "/", controller=Core, action="hello", conditions={"method": ["GET"]})
    mapper.connect("named", "/named/{name}", controller=Core, action="named")
    mapper.connect("/slashed/", controller=Core, action="hello")
    mapper.connect("/posted", controller=Core, action="hello", conditions={"method": ["POST"]})
    for action in (
        "status", "line", "header", "several", "seen", "refuse", "missing", "broken", "nothing", "bake", "eat", "taste",
        "digits", "tagged", "pieces", "place", "host",
    ):  # fmt: skip
        mapper.connect(f"/{action}", controller=Core, action=action)
    return Application(mapper, config={"tools": tools})
