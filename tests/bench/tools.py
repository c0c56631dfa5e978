"""What each tool adds to a request: the same application with the tool and without, turn and turn about."""

import logging
import os
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from statistics import median
from time import process_time_ns
from typing import Any

from bench import wsgi
from bench.report import table
from kirsch import Application, Config, Controller, Mapper
from kirsch.errors import ConfigError
from kirsch.hashing import hashed
from kirsch.tools import NAMES

KEY = "7f3b9c1e5a8d2460bd17ce93f4a60582"
HELLO = "Hello, world!"
LONG = "The quick brown fox jumps over the lazy dog. " * 200
TOKEN = "bench"
DIGEST = sha256(TOKEN.encode()).hexdigest()
BASIC = ("Authorization", "Basic YWRhOnNlY3JldA==")
BEARER = ("Authorization", f"Bearer {TOKEN}")
#: What a site among strangers has on, all at once.
PRODUCTION = ("requestid", "proxy", "hosts", "accesslog", "secureheaders", "sessions", "csrf", "compression", "etags")
PROXIED = (("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-Proto", "https"))


class Page(Controller):
    """Pages that need a tool, and pages that need none."""

    def hello(self):
        return HELLO

    def long(self):
        return LONG

    def visit(self):
        self.session["visits"] = self.session.get("visits", 0) + 1
        return HELLO

    def shown(self):
        return {"name": "world"}

    def row(self):
        return str(self.db.connection().exec_driver_sql("SELECT 1").scalar())

    def file(self, path: str):
        return HELLO


@dataclass(frozen=True)
class Case:
    """How a tool is set, and the request that gives it something to do."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    path: str = "/hello"
    #: The page that is asked for where the tool is off.
    plain: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    #: Other tools that it needs, on in both.
    beside: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    #: Whether the tool is on for this path alone.
    own: bool = False


#: Requests before those that are timed.
WARM = 20
#: Tools that cannot be measured by sending one request again and again.
APART = {"digestauth": "each request has to answer another challenge", "oidc": "it asks a provider"}
QUIET = {"file": os.devnull}
HOSTS = {"tools.hosts.allow": ["127.0.0.1"]}
CASES = {
    "accept": Case({"media": ["text/plain", "text/html"]}),
    "accesslog": Case(QUIET),
    "allow": Case({"policy": "authenticated"}, headers=(BEARER,), beside={"tools.bearer.tokens": {"ada": DIGEST}}),
    "basicauth": Case({"passwords": {"ada": hashed("secret")}}, headers=(BASIC,)),
    "bearer": Case({"tokens": {"ada": DIGEST}}, headers=(BEARER,)),
    "cachecontrol": Case({"max_age": 60}),
    "compression": Case(path="/long", headers=(("Accept-Encoding", "gzip"),)),
    "cors": Case({"origins": ["https://a.example"]}, headers=(("Origin", "https://a.example"),)),
    "deadline": Case({"seconds": 30.0}),
    "errorlog": Case(QUIET),
    "etags": Case(path="/long"),
    "headers": Case({"send": {"X-One": "1", "X-Two": "2"}}),
    "hooklog": Case(QUIET),
    "hosts": Case({"allow": ["127.0.0.1"]}),
    "https": Case(headers=PROXIED, beside=HOSTS | {"tools.proxy.trusted": ["127.0.0.1"]}),
    "jinja": Case({"directories": ["."], "template": "page"}, "/shown", "/hello"),
    "login": Case(
        {"passwords": {"ada": hashed("secret")}}, beside={"tools.sessions": {}, "tools.csrf": {}}, status=303
    ),
    "mako": Case({"directories": ["."], "template": "page"}, "/shown", "/hello"),
    "proxy": Case({"trusted": ["127.0.0.1"]}, headers=PROXIED),
    "ratelimit": Case({"limits": ["1000000000/minute"]}),
    "redirect": Case({"to": "/long"}, status=302, own=True),
    "referer": Case(headers=(("Referer", "http://127.0.0.1:8080/"),)),
    "sessions": Case({}, "/visit", "/hello"),
    "sqlalchemy": Case({"url": "sqlite:///bench.sqlite"}, "/row", "/hello"),
    "translation": Case({"languages": ["en"], "directories": []}),
    "static": Case({"directories": ["files"]}, "/files/small.txt", "/hello", own=True),
}


@dataclass
class Costs:
    """Microseconds of CPU time that tools add."""

    hello: float
    tools: dict[str, float]
    #: Those of :data:`PRODUCTION` one by one, for the long page, and all of them at once.
    parts: dict[str, float]
    together: float
    #: Tools that could not be measured, and why.
    left: dict[str, str]


def measure(rounds: int = 31, milliseconds: float = 5.0, names: Iterable[str] = tuple(NAMES)) -> Costs:
    """The costs of the tools called *names*, medians over *rounds*."""
    logging.getLogger("kirsch").addHandler(logging.NullHandler())
    with tempfile.TemporaryDirectory(prefix="bench-tools-") as folder, ExitStack() as stack:
        root = Path(folder)
        furnish(root)
        pairs: dict[str, tuple[Run, Run]] = {}
        left = {}
        for name in names:
            if name in APART:
                left[name] = APART[name]
                continue
            try:
                pairs[name] = pair(name, CASES.get(name, Case()), root, stack)
            except ConfigError as error:
                left[name] = str(error)
        parts = {name: on_long_page((name,), root, stack) for name in PRODUCTION}
        every = {**pairs, **{f"{name} of many": each for name, each in parts.items()}}
        every["together"] = on_long_page(PRODUCTION, root, stack)
        added, plain = timed(every, rounds, milliseconds)
    return Costs(
        median(plain), {name: added[name] for name in pairs}, {name: added[f"{name} of many"] for name in parts},
        added["together"], left,
    )  # fmt: skip


class Run:
    """One request to one application."""

    def __init__(self, application: Application, environ: dict[str, Any], status: int) -> None:
        answer = wsgi.call(application, environ)
        assert answer.code == status, (environ["PATH_INFO"], answer)
        self.send = partial(wsgi.repeat, application, environ, b"")

    def nanoseconds(self, calls: int) -> float:
        """The CPU time of a request, once it is warm: another application has run before."""
        self.send(WARM)
        start = process_time_ns()
        self.send(calls)
        return (process_time_ns() - start) / calls


def timed(
    pairs: Mapping[str, tuple[Run, Run]], rounds: int, milliseconds: float
) -> tuple[dict[str, float], list[float]]:
    """What the second of each pair costs more than the first, and what the first cost."""
    calls = {name: max(5, int(milliseconds * 1e6 / max(1, on.nanoseconds(20)))) for name, (_, on) in pairs.items()}
    differences: dict[str, list[float]] = {name: [] for name in pairs}
    plain = []
    for _ in range(rounds):
        for name, (off, on) in pairs.items():
            without = off.nanoseconds(calls[name])
            differences[name].append((on.nanoseconds(calls[name]) - without) / 1e3)
            plain.append(without / 1e3)
    return {name: median(each) for name, each in differences.items()}, plain


def pair(name: str, case: Case, root: Path, stack: ExitStack) -> tuple[Run, Run]:
    """The request without the tool and with it.

    :raises ConfigError: when the tool cannot be on as the case sets it.
    """
    tools = {"tools": {name: case.settings}}
    settings = {"paths": {"/" + case.path.split("/")[1]: tools}} if case.own else tools
    on = make(root, stack, case.beside, settings)
    off = make(root, stack, case.beside)
    plain = wsgi.make_environ(path=case.plain or case.path, headers=case.headers)
    environ = wsgi.make_environ(path=case.path, headers=case.headers)
    return Run(off, plain, 200), Run(on, environ, case.status)


def on_long_page(names: Iterable[str], root: Path, stack: ExitStack) -> tuple[Run, Run]:
    """The long page without and with the tools called *names*."""
    settings = [{"tools": {name: CASES.get(name, Case()).settings}} for name in names]
    environ = wsgi.make_environ(path="/long", headers=(("Accept-Encoding", "gzip"), *PROXIED))
    return Run(make(root, stack), environ, 200), Run(make(root, stack, *settings), environ, 200)


def make(root: Path, stack: ExitStack, *settings: Mapping[str, Any]) -> Application:
    """An application with the pages and these settings."""
    mapper = Mapper()
    for action in ("hello", "long", "visit", "shown", "row"):
        mapper.connect(f"/{action}", controller=Page, action=action)
    mapper.connect("/files/{path:path}", controller=Page, action="file")
    found = Application(mapper, site=Config({"site.secret_key": KEY}, *settings, root=root))
    stack.callback(found.close)
    return found


def furnish(root: Path) -> None:
    """The templates and the file that the pages need."""
    (root / "page.mako").write_text("<p>Hello, ${name}!</p>\n")
    (root / "page.jinja").write_text("<p>Hello, {{ name }}!</p>\n")
    (root / "files").mkdir()
    (root / "files" / "small.txt").write_text(HELLO)


def in_words(costs: Costs) -> str:
    """The tables for the terminal."""
    rows = sorted(costs.tools.items(), key=lambda item: item[1])
    parts = [*costs.parts.items(), ("the sum", sum(costs.parts.values())), ("all at once", costs.together)]
    lines = [f"\ntools, beside a hello of {costs.hello:.1f} µs", table(("", "µs more"), rows)]
    lines += ["\nthe tools of a site among strangers, for a page of 9 kB", table(("", "µs more"), parts)]
    return "\n".join([*lines, *(f"left out: {name}: {why}" for name, why in costs.left.items())])


def write(costs: Costs, machine: str, path: Path) -> None:
    """Keep the figures for `docs/reference/write.py`."""
    path.write_text("\n".join(lines(costs, machine)) + "\n", encoding="utf-8")


def lines(costs: Costs, machine: str) -> Iterator[str]:
    """The file of figures, as TOML."""
    yield "# Written by `python3 manage.py bench --only tools`, never by hand: microseconds of CPU time."
    yield f'machine = "{machine}"'
    yield f"hello = {costs.hello:.1f}"
    yield f"sum = {sum(costs.parts.values()):.1f}"
    yield f"together = {costs.together:.1f}"
    for title, figures in (("tools", costs.tools), ("parts", costs.parts)):
        yield f"\n[{title}]"
        yield from (f"{name} = {figures[name]:.1f}" for name in sorted(figures))


def read(path: Path) -> dict[str, Any]:
    """The figures that were kept."""
    return tomllib.loads(path.read_text(encoding="utf-8"))
