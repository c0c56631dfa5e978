"""The stages of a request, and how tools nest around an action."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper, NotFound, Response, Tool
from kirsch.errors import Conflict
from kirsch.tools import NAMES


class Home(Controller):
    def index(self):
        return "home"

    def boom(self):
        raise RuntimeError("unexpected")

    def gone(self):
        raise NotFound("expected")


class Lender(Controller):
    def taken(self):
        return f"{self.request.take('thing')} {self.request.take('thing')} {self.request.offers('thing')}"

    def left(self):
        return "left"


@dataclass
class Lends(Tool):
    """Offers a thing that says which request it belongs to, and counts how many were made."""

    made: ClassVar[list[str]] = []
    words: str = "made for"

    def offers(self):
        return {"thing": self._make}

    def _make(self, request):
        self.made.append(request.environ["PATH_INFO"])
        return f"{self.words} {self.made[-1]}"


@dataclass
class Keeps(Lends):
    """Looks after the thing, where it was made."""

    lazy: ClassVar[bool] = True

    def after(self, request, response):
        self.made.append(f"after {response.status_code}")

    def end(self, request):
        self.made.append("end")


def make_mapper():
    mapper = Mapper()
    mapper.connect("/", controller=Home, action="index", conditions={"method": "GET"})
    mapper.connect("/boom", controller=Home, action="boom")
    mapper.connect("/gone", controller=Home, action="gone")
    return mapper


@dataclass
class Trace(Tool):
    """Writes down what happens."""

    seen: ClassVar[list[str]] = []
    mark: str = "a"
    answers: str = ""
    fails: str = ""

    def _at(self, stage):
        self.seen.append(f"{self.mark}.{stage}")
        if self.fails == stage:
            raise Conflict("from a tool")
        return Response("from a tool") if self.answers == stage else None

    def start(self, request):
        return self._at("start")

    def before(self, request):
        return self._at("before")

    def after(self, request, response):
        self._at(f"after {response.status_code}")

    def error(self, request, exception):
        self._at("error")
        return Conflict("known to the tool") if self.answers == "error" else None

    def end(self, request):
        self._at("end")


@dataclass
class Inner(Trace, order=60):
    mark: str = "b"


@pytest.fixture
def traced(monkeypatch):
    monkeypatch.setitem(NAMES, "outer", f"{__name__}:Trace")
    monkeypatch.setitem(NAMES, "inner", f"{__name__}:Inner")
    Trace.seen.clear()
    return lambda **options: Application(make_mapper(), config={"tools": {"outer": {}, "inner": {}, **options}})


def test_tools_nest_around_the_action(traced):
    """In on the way there, reversed on the way back."""
    ask(traced(), "/")

    assert Trace.seen == ["a.start", "b.start", "a.before", "b.before", "b.after 200", "a.after 200", "b.end", "a.end"]


def test_a_tool_that_answers_keeps_the_request_from_the_action(traced):
    """The rest of the way in is not walked; the way back is."""
    answer = ask(traced(outer={"answers": "start"}), "/boom")

    assert answer.text == "from a tool"
    assert Trace.seen == ["a.start", "b.after 200", "a.after 200", "b.end", "a.end"]


def test_an_http_error_of_a_tool_is_an_answer(traced):
    """Raised before or after the action."""
    assert ask(traced(inner={"fails": "before"}), "/").status == 409
    assert ask(traced(inner={"fails": "after 200"}), "/").status == 409


def test_unexpected_errors_pass_the_error_hooks(traced):
    """Only these; an expected error does not."""
    ask(traced(), "/boom")
    unexpected = list(Trace.seen)
    Trace.seen.clear()
    ask(traced(), "/gone")

    assert unexpected[4:6] == ["b.error", "a.error"]
    assert "a.error" not in Trace.seen


def test_a_tool_may_know_what_an_exception_means(traced, caplog):
    """Its HTTP error is the answer, and nothing is logged as a failure of the site."""
    answer = ask(traced(inner={"answers": "error"}), "/boom")

    assert (answer.status, "known to the tool" in answer.text, caplog.text) == (409, True, "")


def test_a_miss_passes_the_tools_of_the_whole_site(traced):
    """Also a 404 is logged, and gets its headers."""
    ask(traced(), "/nowhere")

    assert Trace.seen == ["a.start", "b.start", "b.after 404", "a.after 404", "b.end", "a.end"]


def test_every_end_hook_runs_though_one_fails(traced, caplog):
    """Nothing of a request is left open."""
    ask(traced(inner={"fails": "end"}), "/")

    assert Trace.seen[-2:] == ["b.end", "a.end"]
    assert "an end hook failed" in caplog.text


def test_what_a_tool_offers_is_made_for_the_request_that_takes_it(monkeypatch):
    """Once, with the tool's options; a request that does not ask costs nothing."""
    monkeypatch.setitem(NAMES, "lends", f"{__name__}:Lends")
    monkeypatch.setattr(Lends, "made", [])
    mapper = Mapper()
    mapper.connect("/taken", controller=Lender, action="taken")
    mapper.connect("/left", controller=Lender, action="left")
    application = Application(mapper, config={"tools.lends.words": "for"})

    assert ask(application, "/left").text == "left"
    assert Lends.made == []
    assert ask(application, "/taken").text == "for /taken for /taken True"
    assert Lends.made == ["/taken"]


def test_a_lazy_tool_acts_after_requests_that_took_its_thing(monkeypatch):
    """The answers of the others go out as if it were off."""
    monkeypatch.setitem(NAMES, "keeps", f"{__name__}:Keeps")
    monkeypatch.setattr(Keeps, "made", [])
    mapper = Mapper()
    mapper.connect("/taken", controller=Lender, action="taken")
    mapper.connect("/left", controller=Lender, action="left")
    application = Application(mapper, config={"tools.keeps": {}})

    assert (ask(application, "/left").text, Keeps.made) == ("left", [])
    assert ask(application, "/taken").status == 200
    assert Keeps.made == ["/taken", "after 200", "end"]
