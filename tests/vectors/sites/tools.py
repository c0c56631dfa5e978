"""A site whose tools write down what they do, some of them failing on the way."""

import time
from dataclasses import dataclass
from typing import Any, ClassVar

from kirsch import Application, Controller, Mapper, Response, Tool, tools
from kirsch.errors import Conflict, Forbidden, Redirect

LINES: list[str] = []
PATIENCE = 10


@dataclass
class Outer(Tool, order=10):
    """Write down each stage; fail or answer at one of them where it is told to."""

    name: ClassVar[str] = "outer"

    fails: str = ""
    answers: str = ""
    means: str = ""
    with_: str = ""

    def _at(self, stage: str) -> Any:
        LINES.append(f"{self.name} {stage}")
        if self.fails == stage:
            raise Conflict("a tool") if self.with_ == "409" else RuntimeError(f"{self.name} fails")
        return Response(f"{self.name} answers") if self.answers == stage else None

    def start(self, request):
        return self._at("start")

    def before(self, request):
        return self._at("before")

    def after(self, request, response):
        self._at("after")

    def error(self, request, exception):
        self._at("error")
        return Forbidden("known") if self.means else None

    def end(self, request):
        self._at("end")


@dataclass
class Middle(Outer, order=50):
    name: ClassVar[str] = "middle"


@dataclass
class Inner(Outer, order=90):
    name: ClassVar[str] = "inner"


@dataclass
class Numbers(Tool):
    """Multiply what an action returns."""

    by: int = 1

    def after(self, request, response):
        response.body = str(int(response.body) * self.by).encode()


class Pages(Controller):
    def index(self):
        LINES.append("action")
        return "done"

    def fail(self):
        LINES.append("action")
        raise LookupError("broken")

    def gone(self):
        LINES.append("action")
        raise Conflict("an action")

    def move(self):
        LINES.append("action")
        raise Redirect("/")

    def stream(self):
        LINES.append("action")

        def pieces():
            try:
                yield b"one "
                LINES.append("piece")
                yield b"two"
            finally:
                LINES.append("closed")

        return Response(app_iter=pieces(), content_type="text/plain")

    def number(self):
        return "7"

    @tools.numbers(by=3)
    def three(self):
        return "7"

    @tools.numbers(2)
    @tools.numbers(by=4)
    def twice(self):
        return "7"

    def log(self, lines: int = 0):
        """The lines so far, once there are so many: the last are written when the answer has gone out."""
        end = time.monotonic() + PATIENCE
        while len(LINES) < lines and time.monotonic() < end:
            time.sleep(0.01)
        return ", ".join(LINES)


def make(**options: Any):
    """A site with the three tools, set as *options* say, around all of its pages but the log."""
    LINES.clear()
    mapper = Mapper()
    mapper.connect("/", controller=Pages, action="index", conditions={"method": "GET"})
    for action in ("fail", "gone", "move", "stream", "number", "three", "twice", "log"):
        mapper.connect(f"/{action}", controller=Pages, action=action)
    names = ("outer", "middle", "inner")
    settings: dict[str, Any] = {f"tools.{name}": {"on": True} | options.get(name, {}) for name in names}
    for action in ("number", "three", "twice", "log"):
        settings |= {f"controllers.pages.actions.{action}.tools.{name}.on": False for name in names}
    return Application(mapper, [Pages], settings, tools=[Outer, Middle, Inner, Numbers])
