"""A site that shows its statistics, metrics and profiles to whom the options say."""

from pathlib import Path

from kirsch import Application, Config, Controller, Mapper
from kirsch.seeing import Metrics, Profiles, Statistics


class Home(Controller):
    def index(self):
        return "hello"


def make(debug=False, csrf=False, **guard):
    """The pages at their names."""
    mapper = Mapper()
    mapper.connect("home", "/", controller=Home, action="index")
    for kind in (Statistics, Metrics, Profiles):
        mapper.connect(f"/{kind.name}", controller=kind, action="index")
    tools = {
        "statistics": guard, "metrics": guard, "profiling": guard, "secureheaders": {}, "csrf": {"on": csrf},
    }  # fmt: skip
    site = {"name": "shop", "debug": debug, "secret_key": "not-this-one-but-32-random-characters"}
    return Application(mapper, [Home], {"site": site, "tools": tools}, Config(root=Path.cwd()))
