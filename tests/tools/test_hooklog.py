"""Which steps were taken, and how long they took."""

import re

import pytest

from kirsch import Application, Config, Controller, Mapper, report, tools
from kirsch.testing import Client


class Pages(Controller):
    """One page that is watched and one that is not."""

    @tools.hooklog(file="steps.log")
    def index(self) -> str:
        return "hello"

    def plain(self) -> str:
        return "hello"

    @tools.hooklog(file="steps.log")
    def fail(self) -> str:
        raise LookupError("broken")

    @tools.hooklog(file="steps.log", slower=60_000)
    def quick(self) -> str:
        return "hello"

    @tools.hooklog(file="steps.log", header=True)
    def told(self) -> str:
        return "hello"


@pytest.fixture
def application(tmp_path):
    """A site with two tools around each action."""
    mapper = Mapper()
    for action in ("index", "plain", "fail", "quick", "told"):
        mapper.connect(f"/{action}", controller=Pages, action=action)
    settings = {"tools": {"secureheaders": {"on": True}, "accesslog": {"file": "access.log"}}}
    made = Application(mapper, [Pages], settings, Config(root=tmp_path))
    yield made
    made.close()


def steps_of(line: str) -> list[str]:
    """The steps that a line names."""
    return [step.rpartition(" ")[0] for step in line.partition("ms: ")[2].split(", ")]


def test_each_step_is_told_in_its_order(application, tmp_path):
    """The tools nest around the action; each has its milliseconds."""
    Client(application).get("/index")

    line = (tmp_path / "steps.log").read_text().strip()

    assert re.match(r"\S+Z [0-9a-f]{16} GET pages\.index 200 \d+\.\dms: ", line)
    assert steps_of(line) == [
        "start accesslog", "action", "render", "after secureheaders", "after accesslog", "end accesslog",
    ]  # fmt: skip
    assert re.fullmatch(r"(\w+( \w+)? \d+\.\d(, )?)+", line.partition("ms: ")[2])


def test_a_method_that_is_none_forges_no_line(application, tmp_path):
    """Where a server lets one pass."""

    def odd(environ, start_response):
        return application({**environ, "REQUEST_METHOD": "GET\nforged \x1b[2J\x85"}, start_response)

    Client(odd).get("/index")

    assert len((tmp_path / "steps.log").read_text().splitlines()) == 1
    assert "GET\\x0aforged \\x1b[2J\\x85 pages.index" in (tmp_path / "steps.log").read_text()


def test_an_error_is_told_too(application, tmp_path):
    """Up to where it went wrong, and what came after."""
    Client(application).get("/fail")

    line = (tmp_path / "steps.log").read_text().strip()

    assert "pages.fail 500" in line
    assert steps_of(line)[:3] == ["start accesslog", "action", "after secureheaders"]


def test_nothing_is_put_around_what_is_not_watched(application, tmp_path):
    """The steps of an action without the tool are the tools' own."""
    plans = {plan.name: plan for plan in application.plans.values()}

    Client(application).get("/plain")

    assert (tmp_path / "steps.log").read_text() == ""
    assert [step.__name__ for step in plans["pages.plain"].after] == ["after", "after"]
    assert next(step.__qualname__ for step in plans["pages.index"].after).startswith("timed.")


def test_only_slow_requests_may_be_told_of(application, tmp_path):
    """A page that takes less than the minute that is asked for leaves no line."""
    Client(application).get("/quick")

    text = (tmp_path / "steps.log").read_text()

    assert text == ""


def test_a_browser_can_be_told(application):
    """In Server-Timing, by stage."""
    answer = Client(application).get("/told")

    value = answer.headers["Server-Timing"]

    assert re.fullmatch(r"start;dur=\d+\.\d, action;dur=\d+\.\d, render;dur=\d+\.\d, after;dur=\d+\.\d", value)
    assert "Server-Timing" not in Client(application).get("/index").headers


def test_tools_that_watch_hide_nothing_from_each_other_nor_from_the_plan(tmp_path):
    """The log of steps names each of them where the request is profiled, too, and the plan shows who acts."""
    mapper = Mapper()
    mapper.connect("/index", controller=Pages, action="index")
    settings = {"tools": {"secureheaders": {}, "accesslog": {"file": "access.log"}, "profiling": {}}}
    application = Application(mapper, [Pages], settings, Config(root=tmp_path))

    Client(application).get("/index")
    application.close()

    told = steps_of((tmp_path / "steps.log").read_text().strip())
    assert {"start accesslog", "after secureheaders", "after accesslog", "end accesslog"} <= set(told)
    stages = report.plan(application, "pages.index")
    assert re.search(r"\n  after .*secureheaders \(5\).*accesslog \(1\)", stages)
