"""A folder of files, things beside it that nobody may see, and one file alone."""

import gzip
import os
from pathlib import Path

from kirsch import Application, Config, Controller, Mapper, NotFound, tools

CHANGED = 1_700_000_000  # Tue, 14 Nov 2023 22:13:20 GMT


class Files(Controller):
    def show(self, path: str):
        raise NotFound(f"no file {path!r}")

    @tools.static(directories=[], file="favicon.ico")
    def icon(self):
        raise NotFound("no icon")

    def fallen(self, path: str):
        return f"made for {path}"


def make(**options):
    """The files; *options* are those of the tool."""
    write("public/small.txt", "0123456789ABCD")
    write("public/app.css", "p { color: red }\n" * 100)
    write("public/page.html", "<p>page</p>")
    write("public/data.unheard", "data")
    write("public/empty.txt", "")
    write("public/ümlaut ä.txt", "ü")
    write("public/docs/index.html", "<h1>docs</h1>")
    write("public/.secret", "secret")
    write("public/.git/config", "secret")
    write("public-private/secret.txt", "secret")
    write("secret.txt", "secret")
    write("favicon.ico", "icon")
    Path("public/app.css.gz").write_bytes(gzip.compress(b"p { color: red }\n" * 100))
    Path("public/large.bin").write_bytes(bytes(range(256)) * 2000)
    for name in ("app.css", "app.css.gz"):
        os.utime(Path("public", name), (CHANGED, CHANGED))
    Path("public/out.txt").symlink_to("../secret.txt")
    Path("public/inside.txt").symlink_to("small.txt")
    Path("public/folder").symlink_to("../public-private")
    mapper = Mapper()
    mapper.connect("static", "/static/{path:.*}", controller=Files, action="show")
    mapper.connect("/mixed/{path:.*}", controller=Files, action="fallen")
    mapper.connect("/favicon.ico", controller=Files, action="icon")
    settings = {"tools": {"static": {"directories": ["public"], "cache_seconds": 60, **options}}}
    settings["controllers"] = {"files": {"actions": {"icon": {"tools": {"static": {"directories": []}}}}}}
    return Application(mapper, config=settings, site=Config(root=Path.cwd()))


def write(name: str, text: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (CHANGED, CHANGED))
