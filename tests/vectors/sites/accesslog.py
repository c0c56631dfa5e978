"""A site that shows what its access log says of the requests before."""

import time
from pathlib import Path

from kirsch import Application, Config, Controller, Mapper, Response
from kirsch.errors import NotModified, Redirect

FILE = Path("access.log")
FORM = '{client} {user} "{request}" {status} {bytes} "{referer}" "{agent}"'
PATIENCE = 10


class Pages(Controller):
    def index(self):
        return "hello"

    def fail(self):
        raise LookupError("broken")

    def move(self):
        raise Redirect("/")

    def same(self):
        raise NotModified

    def stream(self):
        yield "abc"
        yield "de"

    def part(self):
        self.response.conditional_response = True
        return "0123456789"

    def save(self, text: str = ""):
        return Response(text, 201, "text/plain")

    def log(self, lines: int = 1):
        """The lines so far, once there are so many: one is written when the answer has gone out."""
        end = time.monotonic() + PATIENCE
        while len(found := FILE.read_text(encoding="utf-8").splitlines()) < lines and time.monotonic() < end:
            time.sleep(0.01)
        return "\n".join(found)


def make(**options):
    """A log of one's own form, without times."""
    mapper = Mapper()
    mapper.connect("/", controller=Pages, action="index", conditions={"method": "GET"})
    for action in ("fail", "move", "same", "stream", "part", "save", "log"):
        mapper.connect(f"/{action}", controller=Pages, action=action)
    settings = {"file": str(FILE), "format": FORM, **options}
    return Application(mapper, [Pages], {"tools.accesslog": settings}, Config(root=Path.cwd()))
