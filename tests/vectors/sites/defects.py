"""What goes wrong elsewhere where tools meet: names of hosts in what is kept, names of files, pieces of pieces."""

import io
import os
from pathlib import Path

from kirsch import Application, Config, Controller, Mapper, NotFound, tools
from kirsch.dispatch import VirtualHosts

CHANGED = 1_700_000_000
NAMES = ("a\"b;c,d'.txt", "ü ä.txt", "100%25.txt", "a+b.txt", "a&b=c.txt", "<b>.txt", "$(id).txt")


class Pages(Controller):
    name = "pages"

    def address(self):
        return f"{self.request.host_url} {self.request.client_addr}"

    def shelf(self):
        return "shelf"

    def show(self, path: str):
        raise NotFound("No such file.")

    @tools.redirect("/shelf/")
    def old(self):
        return "never"

    def download(self, name: str):
        self.response.download(name)
        return io.BytesIO(b"0123456789")

    def parts(self):
        self.response.conditional_response = True
        return io.BytesIO(b"0123456789")

    def lines(self):
        return open("public/lines.txt", encoding="utf-8")

    def nested(self):
        yield "<"
        yield from (str(number) for number in range(5))
        yield ">"

    def fails(self):
        self.response.set_cookie("half", "done")
        raise RuntimeError(self.request.headers["Authorization"])


def make(folders=(), **options):
    """The pages; *options* are those of the tools, by name. Each host of *folders* has one of its own."""
    if folders:
        return VirtualHosts({host: folder_of(host) for host in folders})
    Path("public/docs").mkdir(parents=True)
    for name in (*NAMES, "docs/index.html", "lines.txt"):
        Path("public", name).write_text("a\nb\n", encoding="utf-8")
        os.utime(Path("public", name), (CHANGED, CHANGED))
    mapper = Mapper()
    for action in ("address", "old", "download", "parts", "lines", "nested", "fails"):
        mapper.connect(f"/{action}", controller=Pages, action=action)
    mapper.connect("/shelf/", controller=Pages, action="shelf")
    mapper.connect("/static/{path:.*}", controller=Pages, action="show")
    settings = {
        "tools": options,
        "controllers.pages.actions.show.tools.static": {"directories": ["public"], "index": "index.html"},
    }
    return Application(mapper, config=settings, site=Config(root=Path.cwd()))


def folder_of(host):
    """A site of files that say whose they are."""
    Path(host, "docs").mkdir(parents=True)
    Path(host, "docs", "index.html").write_text(host, encoding="utf-8")
    Path(host, f"{host}.txt").write_text(host, encoding="utf-8")
    mapper = Mapper()
    mapper.connect("/static/{path:.*}", controller=Pages, action="show")
    settings = {"tools.static": {"directories": [host], "index": "index.html"}}
    return Application(mapper, config=settings, site=Config(root=Path.cwd()))
