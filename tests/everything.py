"""A site that uses whatever a request can go through: typed parts and arguments, bodies, files, sessions, tools."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kirsch import Application, Controller, Mapper, Markup, Redirect, Response, tools
from kirsch.events import Event, EventStream
from kirsch.hashing import hashed
from kirsch.request import Upload
from kirsch.seeing.metrics import Metrics
from kirsch.seeing.profiles import Profiles
from kirsch.seeing.statistics import Statistics
from kirsch.xmlrpc import XMLRPC, procedure

KEY = "a key that is long enough for tests"


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class Colour(Enum):
    red = "red"
    deep_blue = "deep blue"


@dataclass
class Line:
    name: str
    amount: int = 1
    price: Decimal | None = None


@dataclass
class Order:
    customer: str
    day: date
    lines: list[Line] = field(default_factory=list)
    colour: Colour = Colour.red


class Pages(Controller):
    """What is only read."""

    def text(self) -> str:
        return "text"

    def named(self, name: str = "nobody") -> dict[str, Any]:
        return {"name": name, "items": [1, 2]}

    def markup(self, name: str) -> Markup:
        return Markup("<p>{}</p>").format(name)

    def number(self, number: int) -> dict[str, Any]:
        return {"number": number}

    def day(self, day: date) -> dict[str, Any]:
        return {"day": day}

    def key(self, key: UUID) -> dict[str, Any]:
        return {"key": key}

    def deep(self, rest: str) -> str:
        return rest

    def anything(self, **given: Any) -> dict[str, Any]:
        return given

    def query(
        self,
        number: int = 0,
        ratio: float = 0.5,
        yes: bool = False,
        day: date | None = None,
        at: datetime | None = None,
        price: Decimal | None = None,
        key: UUID | None = None,
        colour: Colour = Colour.red,
        many: list[int] | None = None,
        text: str = "",
    ) -> list[Any]:
        return [number, ratio, yes, day, at, price, key, colour, many, text]

    def required(self, number: int, text: str) -> list[Any]:
        return [number, text]

    def moved(self, to: str) -> Response:
        raise Redirect(to)

    def found(self) -> dict[str, Any]:
        request = self.request
        return {
            "url": request.url_for("page", name="x y"),
            "cookies": dict(request.cookies),
            "agent": request.headers.get("User-Agent"),
            "likes": request.prefers("text/html", "application/json"),
            "query": list(request.GET.items()),
        }

    def versioned(self, etag: str = "1") -> str:
        self.request.check(etag=etag, modified=datetime(2026, 11, 21))
        self.response.conditional_response = True
        return "version " + etag

    def events(self, text: str = "") -> EventStream:
        return EventStream([Event(text, id=self.request.last_event_id), text])

    def pieces(self) -> Any:
        yield "one "
        yield "two"


class Changes(Controller):
    """What takes a body."""

    def form(self) -> list[Any]:
        return [[name, str(value)] for name, value in self.request.POST.items()]

    def typed(self, title: str, pages: int, price: Decimal | None = None, tags: list[str] | None = None) -> list[Any]:
        return [title, pages, price, tags]

    def order(self, order: Order) -> Order:
        return order

    def json(self) -> Any:
        return {"value": self.request.json}

    def upload(self, file: Upload) -> dict[str, Any]:
        return {"size": file.size, "name": file.filename}

    def parts(self) -> list[Any]:
        return [[part.name, part.filename, sum(map(len, part))] for part in self.request.parts()]

    def stream(self) -> str:
        return str(sum(map(len, self.request.stream)))

    def count(self) -> str:
        self.session["count"] = self.session.get("count", 0) + 1
        return f"count={self.session['count']}"

    def remember(self, text: str) -> dict[str, Any]:
        self.session["text"] = text[:100]
        self.flash(text)
        return {"kept": text}

    def biscuit(self, text: str) -> str:
        self.response.set_cookie("biscuit", text[:50])
        return "baked"

    def guarded(self, text: str = "") -> str:
        return text

    @tools.sqlalchemy()
    def note(self, text: str) -> dict[str, Any]:
        note = Note(text=text)
        self.db.add(note)
        self.db.flush()
        return {"id": note.id}

    @tools.sqlalchemy()
    def notes(self, id: int = 1) -> list[Any]:
        one = self.db.get(Note, id)
        return [one and one.text, len(self.db.scalars(select(Note).limit(5)).all())]


class Files(Controller):
    def show(self, path: str) -> Response:
        return Response(f"no {path}", 404, "text/plain")


class Calls(XMLRPC):
    """What programs call."""

    @procedure
    def add(self, one: int, other: int) -> int:
        return one + other

    @procedure
    def echo(self, value: Any) -> Any:
        return value


def make_everything(folder: Path, every: bool = False) -> Application:
    """The site over *folder*, where its database and files are made; with *every* tool that a visitor can meet."""
    (folder / "static").mkdir()
    (folder / "static" / "a.css").write_text("p { color: red }" * 100)
    (folder / "pages").mkdir()
    (folder / "pages" / "page.mako").write_text("<p>${name}</p>\n% for item in items:\n<i>${item}</i>\n% endfor\n")
    mapper = Mapper()
    get, post = {"method": ["GET"]}, {"method": ["POST", "PUT"]}
    with mapper.submapper(controller=Pages, conditions=get) as pages:
        pages.connect("text", "/", action="text")
        pages.connect("page", "/page{.format:json|html}", action="named")
        pages.connect("markup", "/markup/{name}", action="markup")
        pages.connect("number", "/number/{number:int}", action="number")
        pages.connect("day", "/day/{day:date}", action="day")
        pages.connect("key", "/key/{key:uuid}", action="key")
        pages.connect("deep", "/deep/{rest:path}", action="deep")
        for action in ("anything", "query", "required", "moved", "found", "pieces", "versioned", "events"):
            pages.connect(action, f"/{action}", action=action)
    with mapper.submapper(controller=Changes, conditions=post) as changes:
        for action in (
            "form",
            "typed",
            "order",
            "json",
            "upload",
            "parts",
            "stream",
            "remember",
            "biscuit",
            "guarded",
            "note",
        ):
            changes.connect(action, f"/{action}", action=action)
    mapper.connect("count", "/count", controller=Changes, action="count")
    mapper.connect("notes", "/notes", controller=Changes, action="notes")
    mapper.connect("static", "/static/{path:path}", controller=Files, action="show")
    mapper.connect("calls", "/calls", controller=Calls, action="call", conditions={"method": "POST"})
    if every:
        for page in (Statistics, Metrics, Profiles):
            mapper.connect(f"/{page.name}", controller=page, action="index")
    mapper.redirect("/old/{rest:path}", "/deep/{rest}")
    config = [config_of(folder), *([every_tool(folder)] if every else [])]
    application = Application(mapper, config=config)
    Base.metadata.create_all(application.tool("sqlalchemy").engine)  # type: ignore[attr-defined]
    return application


def config_of(folder: Path) -> dict[str, Any]:
    """Everything a site may switch on."""
    sqlalchemy = {"url": f"sqlite:///{folder / 'notes.sqlite'}", "on": False}
    mako = {"directories": [str(folder / "pages")], "template": "page"}
    return {
        "site": {"secret_key": KEY},
        "tools": {"sessions": {}, "secureheaders": {}, "sqlalchemy": sqlalchemy},
        "controllers": {
            "pages": {"actions": {"named": {"tools": {"mako": mako}}}},
            "changes": {
                "actions": {"guarded": {"tools": {"csrf": {}}}, "stream": {"tools": {"limits": {"body": 150}}}}
            },
            "files": {"tools": {"static": {"directories": [str(folder / "static")]}}},
        },
    }


def every_tool(folder: Path) -> dict[str, Any]:
    """All tools that can be on around the same actions, and signing in that nobody needs."""
    passwords = {"ada": hashed("lovelace", cost=16)}
    (folder / "digests").write_text(f"ada:This site:{'f' * 64}\n")
    tools: dict[str, Any] = {
        "accesslog": {"file": str(folder / "access.log"), "format": "json"},
        "errorlog": {"file": str(folder / "error.log"), "statuses": [400, 404]},
        "hooklog": {"file": str(folder / "hooks.log"), "header": True},
        "allow": {"policy": "anyone"},
        "basicauth": {"passwords": passwords},
        "bearer": {"signed": True},
        "digestauth": {"file": str(folder / "digests")},
        "login": {"passwords": passwords, "cost": 16, "attempts": 1000},
        "caching": {"seconds": 1},
        "cors": {"origins": ["http://localhost"], "credentials": True},
        "proxy": {"trusted": ["127.0.0.1"], "hops": 3, "believe": ["for", "proto", "host", "port"]},
        "ratelimit": {"limits": ["1000000/second"]},
        "referer": {"pattern": r"http://(localhost|[^/]+\.example)(/.*)?", "missing": True},
        "translation": {"languages": ["en"], "directories": []},
        "hosts": {"allow": ["localhost", "127.0.0.1", "[::1]"]},
        "deadline": {"seconds": 30.0},
        "usage": {"file": str(folder / "usage.txt")},
        "profiling": {"every": 50, "folder": str(folder / "profiles"), "policy": "authenticated"},
        "statistics": {"policy": "authenticated"},
        "metrics": {"policy": "anyone"},
        "encoding": {"forms": ["latin-1"]},
    }
    for name in ("autovary", "compression", "csrf", "etags", "json", "methodoverride", "requestid", "trailingslash"):
        tools[name] = {}
    return {"tools": tools}
