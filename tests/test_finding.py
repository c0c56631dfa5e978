"""What tools do before a route is found."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper, Response, Tool
from kirsch.tools import NAMES


class Pages(Controller):
    def index(self):
        return self.request.environ["test.seen"]

    def create(self):
        return "created"

    def options(self):
        return "options"


@dataclass
class First(Tool, order=1):
    """Leave a trace in the environ."""

    def arrive(self, environ):
        environ["test.seen"] = "first"


@dataclass
class Second(Tool, order=2):
    """Leave another behind it."""

    def arrive(self, environ):
        environ["test.seen"] += " second"


@dataclass
class Answers(Tool):
    """Answer preflights."""

    preflights: ClassVar[bool] = True

    def start(self, request):
        return Response(f"asked about {request.route.action}") if request.method == "OPTIONS" else None


@pytest.fixture
def make_app(monkeypatch):
    for kind in (First, Second, Answers):
        monkeypatch.setitem(NAMES, kind.__name__.lower(), f"{__name__}:{kind.__name__}")

    def make(config):
        mapper = Mapper()
        mapper.connect("/", controller=Pages, action="index", conditions={"method": "GET"})
        mapper.connect("/", controller=Pages, action="create", conditions={"method": "POST"})
        mapper.connect("/", controller=Pages, action="options", conditions={"method": "OPTIONS"})
        return Application(mapper, config=config)

    return make


def test_where_no_tool_acts_before_nothing_stands_before(make_app):
    """The table is asked directly."""
    app = make_app({"tools.csrf.on": False})

    assert app.find == app.mapper.find


def test_tools_put_the_environ_right_in_their_order(make_app):
    """Each once, before the action is known."""
    app = make_app({"tools.second": {}, "tools.first": {}})

    assert ask(app, "/").text == "first second"


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ({"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}, "asked about create"),
        ({"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}, "options"),
        ({"Origin": "https://a.example", "Access-Control-Request-Method": "PUT"}, "options"),
        ({"Origin": "https://a.example", "Access-Control-Request-Method": "OPTIONS"}, "options"),
        ({"Origin": "https://a.example", "Access-Control-Request-Method": ""}, "options"),
        ({"Origin": "https://a.example"}, "options"),
        ({"Access-Control-Request-Method": "POST"}, "options"),
        ({}, "options"),
    ],
)
def test_a_preflight_goes_to_the_action_that_it_asks_about(make_app, headers, text):
    """Where a tool of that action answers it; else it is an OPTIONS like any other."""
    app = make_app({"controllers.pages.actions.create.tools.answers": {}})

    assert ask(app, "/", method="OPTIONS", headers=headers).text == text
    assert ask(app, "/", method="POST", headers=headers).text == "created"
