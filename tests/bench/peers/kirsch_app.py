"""Kirsch: controllers with typed actions, and tools that configuration switches on for the actions that want them."""

from kirsch import Application, Controller, Mapper, NotFound
from kirsch.errors import BadRequest

from .contract import DATABASE, HELLO, SECRET, STATIC_DIR, TEMPLATE_DIR, clamp

MAKO = {"directories": [str(TEMPLATE_DIR)], "template": "fortunes"}
CONFIG = {
    "site": {"name": "Bench", "secret_key": SECRET},
    "controllers": {
        "rows": {
            "tools": {"sqlalchemy": {"url": f"sqlite:///{DATABASE}"}},
            "actions": {"fortunes": {"tools": {"mako": MAKO}}},
        },
        "visits": {"tools": {"sessions": {}}},
        "static": {"tools": {"static": {"directories": [str(STATIC_DIR)]}}},
    },
}
GET, POST = {"method": ["GET"]}, {"method": ["POST"]}


class Greetings(Controller):
    def plaintext(self):
        return HELLO

    def json(self):
        return {"message": HELLO}

    def hello(self, name: str):
        return f"Hello, {name}!"


def make_app(full):
    mapper = Mapper()
    mapper.connect("/plaintext", controller="greetings", action="plaintext", conditions=GET)
    mapper.connect("/json", controller="greetings", action="json", conditions=GET)
    mapper.connect("/hello/{name}", controller="greetings", action="hello", conditions=GET)
    if not full:
        return Application(mapper, [Greetings])
    mapper.connect("/fortunes", controller="rows", action="fortunes", conditions=GET)
    mapper.connect("/db", controller="rows", action="one", conditions=GET)
    mapper.connect("/queries", controller="rows", action="queries", conditions=GET)
    mapper.connect("/updates", controller="rows", action="updates", conditions=GET)
    mapper.connect("/form", controller="forms", action="form", conditions=POST)
    mapper.connect("/upload", controller="forms", action="upload", conditions=POST)
    mapper.connect("/counter", controller="visits", action="counter", conditions=GET)
    mapper.connect("/static/{path:.*}", controller="static", action="file", conditions=GET)
    return Application(mapper, [Greetings, *controllers()], CONFIG)


def controllers():
    from . import store

    class Rows(Controller):
        def fortunes(self):
            return {"fortunes": store.fortunes(self.db)}

        def one(self):
            return store.one(self.db)

        def queries(self, n: int = 1):
            return store.many(self.db, clamp(n))

        def updates(self, n: int = 1):
            return store.update(self.db, clamp(n))

    class Forms(Controller):
        def form(self, title: str, author: str, pages: str, language: str, note: str):
            return {"title": title, "author": author, "pages": pages, "language": language, "note": note}

        def upload(self):
            for part in self.request.parts():
                if part.name == "file":
                    return {"size": sum(map(len, part))}
            raise BadRequest("The form has no file.")

    class Visits(Controller):
        def counter(self):
            self.session["count"] = count = self.session.get("count", 0) + 1
            return f"count={count}"

    class Static(Controller):
        def file(self, path: str):
            raise NotFound(f"There is no file {path!r} here.")

    return Rows, Forms, Visits, Static
