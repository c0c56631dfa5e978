"""A site that says in headers which of its settings hold, where each scope says something else."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from kirsch import Application, Config, Controller, Mapper, Tool, tools

SITE = {
    "tools.keys": {"foo": "site", "bar": "site"},
    "paths": {"/foo": {"tools.keys.foo": "path"}, "/foo/deep": {"tools.keys": {"foo": "deeper", "baz": "deeper"}}},
    "controllers.foo.actions.fixed.tools.keys.foo": "corrected",
    "controllers.corrected.tools.keys.foo": "corrected",
    "environments": {
        "production": {"tools.keys.bar": "production"},
        "development": {"tools.keys.foo": "development", "paths": {"/foo": {"tools.keys.foo": "development path"}}},
        "test": {"tools.keys.on": False, "controllers.foo.tools.keys.on": True},
    },
}


@dataclass
class Keys(Tool, order=20):
    """Say the options in headers."""

    foo: str = "default"
    bar: str = "default"
    baz: str = "default"

    def after(self, request, response):
        for name in ("foo", "bar", "baz"):
            response.headers[name.title()] = getattr(self, name)


class Root(Controller):
    def index(self):
        return "index"

    def shown(self, page: str = ""):
        return page

    def take(self):
        return str(len(self.request.body))

    def environment(self):
        return f"{self.request.application.setup.environment} {self.request.application.debug}"


class Base(Controller):
    config: ClassVar = {"tools.keys.foo": "base", "tools.keys.baz": "base"}

    def index(self):
        return "index"


class Foo(Base):
    config: ClassVar = {"tools.keys.baz": "class"}

    @tools.keys(foo="action")
    def bar(self):
        return "bar"

    @tools.keys("positional", "also")
    def nex(self):
        return "nex"

    @tools.keys(foo="action")
    def fixed(self):
        return "fixed"

    @tools.keys(on=False)
    def off(self):
        return "off"


@tools.keys(bar="decorated")
class Decorated(Controller):
    config: ClassVar = {"tools": {"keys": {"bar": "attribute", "baz": "attribute"}}}

    def index(self):
        return "index"


class Corrected(Decorated):
    name = "corrected"


def make(application: dict[str, Any] | None = None, more: dict[str, Any] | None = None, **variables: str):
    """*application* is its own settings, *more* the last source of the site's, *variables* those of the environment."""
    mapper = Mapper()
    for path in ("/", "/foolish", "/foo/deep", "/foo/deep/deeper"):
        mapper.connect(path, controller=Root, action="index", conditions={"method": "GET"})
    for action in ("index", "bar", "nex", "fixed", "off"):
        mapper.connect("/foo" if action == "index" else f"/foo/{action}", controller=Foo, action=action)
    mapper.connect("/base", controller=Base, action="index")
    mapper.connect("/decorated", controller=Decorated, action="index")
    mapper.connect("/corrected", controller=Corrected, action="index")
    mapper.connect("/environment", controller=Root, action="environment")
    mapper.connect("/take", controller=Root, action="take", conditions={"method": "POST"})
    mapper.connect("/take/small", controller=Root, action="take", conditions={"method": "POST"})
    mapper.redirect("/foo/old", "/foo")
    mapper.connect("/pages/{page}", controller=Root, action="shown")
    mapper.connect("/{page}/own", controller=Root, action="shown")
    environ = {f"KIRSCH__{name.upper()}": value for name, value in variables.items()}
    site = Config(SITE, more or {}, environ=environ, root=Path.cwd())
    return Application(mapper, config=application, site=site, tools=[Keys])
