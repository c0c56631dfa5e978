"""`[paths."/admin"]`: what configuration says for a path and everything below it."""

import re
from dataclasses import dataclass
from typing import ClassVar

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper, Tool, report, tools
from kirsch.config import Config
from kirsch.errors import ConfigError
from kirsch.tools import NAMES


@dataclass
class Says(Tool):
    """Answer with what it was told, in a header of its own."""

    word: str = "nothing"
    more: str = ""

    def after(self, request, response):
        response.headers["X-Word"] = self.word + self.more


@dataclass
class Closed(Tool):
    """Let nobody in."""

    def start(self, request):
        from kirsch.errors import Forbidden

        raise Forbidden("closed")


class Admin(Controller):
    def index(self):
        return "admin"

    def users(self):
        return "users"

    @tools.says("action")
    def own(self):
        return "own"


class Pages(Controller):
    def index(self):
        return "page"


class Anything(Controller):
    def index(self, **values):
        return "anything"


class Made(Controller):
    config: ClassVar = {"tools.says.word": "controller"}

    def index(self):
        return "made"


@pytest.fixture(autouse=True)
def known(monkeypatch):
    monkeypatch.setitem(NAMES, "says", f"{__name__}:Says")
    monkeypatch.setitem(NAMES, "closed", f"{__name__}:Closed")


def make_mapper(*more):
    mapper = Mapper()
    mapper.connect("home", "/", controller=Pages, action="index")
    mapper.connect("/administration", controller=Pages, action="index")
    mapper.connect("admin", "/admin", controller=Admin, action="index")
    mapper.connect("/admin/users{.format}", controller=Admin, action="users", conditions={"method": "GET"})
    mapper.connect("/admin/own", controller=Admin, action="own")
    mapper.connect("/admin/made", controller=Made, action="index")
    mapper.redirect("/admin/old", "/admin")
    for path in more:
        mapper.connect(path, controller=Anything, action="index")
    return mapper


def make(paths, *more, **config):
    return Application(make_mapper(*more), config={"paths": paths, **config})


def word(application, path, **options):
    return ask(application, path, **options).headers.get("X-Word")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "site"),
        ("/administration", "site"),
        ("/admin", "path"),
        ("/admin/users", "deeper"),
        ("/admin/users.json", "deeper"),
        ("/admin/own", "action"),
        ("/admin/made", "controller"),
        ("/admin/old", "path"),
        ("/admin/nowhere", "path"),
        ("/admin/", "path"),
        ("/admin/users/7", "deeper"),
        ("/administration/nowhere", "site"),
        ("/nowhere", "site"),
    ],
)
def test_a_prefix_is_stronger_than_the_site_and_weaker_than_controllers(path, expected):
    """Longer ones win; whole segments count; redirects and what no route takes are below a prefix, too."""
    words = {"/admin": {"tools": {"says.word": "path"}}, "/admin/users": {"tools.says.word": "deeper"}}

    application = make(words, **{"tools.says.word": "site"})

    assert word(application, path) == expected


def test_options_of_several_scopes_add_up():
    """A prefix sets one option, the site another."""
    application = make({"/admin": {"tools.says.more": "!"}}, **{"tools.says.word": "site"})

    assert word(application, "/admin") == "site!"
    assert word(application, "/") == "site"


def test_a_prefix_switches_off_what_the_site_has_on():
    """And a longer one on again."""
    paths = {"/admin": {"tools.closed.on": False}, "/admin/users": {"tools.closed.on": True}}

    application = make(paths, **{"tools.closed": {}})

    assert [ask(application, path).status for path in ("/", "/admin", "/admin/users")] == [403, 200, 403]


def test_a_closed_path_tells_nothing_of_what_lies_below():
    """Whether there is a route, and which methods it answers, stays hidden."""
    application = make({"/admin": {"tools.closed": {}}})

    found = [ask(application, path).status for path in ("/admin", "/admin/x", "/admin/x/y", "/admin/", "/x")]

    assert found == [403, 403, 403, 403, 404]
    assert ask(application, "/admin/users", method="DELETE").status == 403


@pytest.mark.parametrize(
    "route", ["/{page}", "/{section}/{page}", "/*rest", "/{page:.+}", "/{page}{.format}", "/adm{rest}"]
)
def test_a_route_with_variables_has_the_tools_of_the_path_that_was_asked_for(route):
    """A page that anything leads to opens no back door into a closed path."""
    application = make({"/admin": {"tools.closed": {}}}, route)
    below, beside = ("/admin/x", "/other/x") if route != "/adm{rest}" and route.count("/") > 1 else ("/admin", "/other")

    assert ask(application, below).status == 403
    assert ask(application, beside).status in (200, 404)
    assert ask(application, "/admin/deep/down").status == 403


def test_a_route_keeps_its_own_tools_beside_the_prefix():
    """The variable decides, request by request; both plans are made at start."""
    application = make({"/admin/secret": {"tools.says.word": "path"}}, "/admin/{page}", **{"tools.says.word": "site"})

    assert word(application, "/admin/secret") == "path"
    assert word(application, "/admin/public") == "site"
    assert word(application, "/admin/secret/deeper") == "path"


def test_everything_lies_under_a_slash():
    """Weaker than any longer prefix."""
    application = make({"/": {"tools.says.word": "all"}, "/admin": {"tools.says.word": "admin"}})

    assert [word(application, path) for path in ("/", "/nowhere", "/admin")] == ["all", "all", "admin"]


def test_dots_in_a_path_are_its_own(tmp_path):
    """In a dict as in a file, where it stands in quotes; mistakes name it as the file does."""
    (tmp_path / "site.toml").write_text('[paths."/v1.2".tools.says]\nword = "versioned"\nmor = "!"\n')

    with pytest.raises(ConfigError) as caught:
        Application(make_mapper("/v1.2/books"), site=Config("site.toml", root=tmp_path))

    assert caught.value.mistakes == (
        "site.toml [paths.\"/v1.2\".tools.says] mor: tools.says has no option 'mor'. Did you mean 'more'?",
    )
    assert word(make({"/v1.2": {"tools.says.word": "versioned"}}, "/v1.2/books"), "/v1.2/books") == "versioned"


def test_the_application_is_stronger_than_the_site_for_the_same_prefix():
    """A longer prefix of the site is stronger than a shorter one of the application."""
    site = Config({"paths": {"/admin": {"tools.says.word": "site"}, "/admin/users": {"tools.says.word": "users"}}})

    application = Application(make_mapper(), config={"paths": {"/admin": {"tools.says.word": "app"}}}, site=site)

    assert [word(application, path) for path in ("/admin", "/admin/users")] == ["app", "users"]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/admn", "no route lies under '/admn'. Did you mean '/admin'?"),
        ("/admin/user", "no route lies under '/admin/user'. Did you mean '/admin/users'?"),
        ("/admin/", "'/admin/' is no path."),
        ("admin", "'admin' is no path."),
        ("/{page}", "'/{page}' is no path."),
    ],
)
def test_a_prefix_without_a_route_is_a_mistake(path, sentence):
    """It would protect nothing, without a sound."""
    with pytest.raises(ConfigError, match=re.escape(sentence)):
        make({path: {"tools.says": {"word": "x"}}})


def test_a_prefix_has_room_for_tools_alone():
    """As everywhere, with the nearest word."""
    with pytest.raises(ConfigError, match=re.escape("""[paths."/admin"] has no 'tool'. Did you mean 'tools'?""")):
        make({"/admin": {"tool.says.word": "x"}})


def test_two_renderers_of_one_prefix_are_a_mistake(tmp_path):
    """The nearest prefix decides where there are several."""
    renderers = {"mako.directories": [str(tmp_path)], "jinja.directories": [str(tmp_path)]}

    with pytest.raises(ConfigError, match=r"two renderers are on for admin\.index"):
        make({"/admin": {"tools": renderers}})
    nested = {"/admin": {"tools": {"mako": {}}}, "/admin/users": {"tools": {"jinja": {}}}}
    plans = {plan.name: plan for plan in make(nested).plans.values()}
    assert [plans[name].renderer.suffix for name in ("admin.index", "admin.users")] == [".mako", ".jinja"]


def test_a_long_path_that_leads_nowhere_costs_nothing_to_speak_of():
    """Its prefix is looked for in as many segments as prefixes have."""
    application = make({"/admin": {"tools.says.word": "path"}})

    assert word(application, "/admin" + "/x" * 30_000) == "path"
    assert word(application, "/" * 60_000) is None
    assert application.paths.nearest("*") is None


def test_the_plan_says_which_prefix_an_option_comes_from():
    """Also for a route that a prefix crosses."""
    application = make({"/admin": {"tools.says.word": "path"}}, "/{page}")

    assert '[paths."/admin".tools.says] word' in report.plan(application, "admin.index")
    shown = report.plan(application, "anything.index")
    usual, _, below = shown.partition("Below /admin")
    assert ("says (50)" in usual, "says (50)" in below) == (False, True)
    assert report.explain(application, "GET", "/page").endswith("tools: none")
    assert report.explain(application, "GET", "/admin").endswith("tools: says")
