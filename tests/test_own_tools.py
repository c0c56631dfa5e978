"""Tools of the site itself, which no package brings."""

import sys
from dataclasses import dataclass

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper, Tool, report, tools
from kirsch.errors import ConfigError


@dataclass
class Greeting(Tool, order=30):
    """Send a greeting."""

    #: What is said.
    text: str = "hello"

    def after(self, request, response):
        response.headers["X-Greeting"] = self.text


class Home(Controller):
    def index(self):
        return "home"

    @tools.greeting("decorated")
    def greeted(self):
        return "greeted"


def make(given, **config):
    mapper = Mapper()
    mapper.connect("/", controller=Home, action="index")
    mapper.connect("/greeted", controller=Home, action="greeted")
    return Application(mapper, config=config, tools=given)


def test_a_tool_of_the_site_is_switched_on_by_the_name_of_its_class():
    """In configuration, for a path, and as a decorator."""
    application = make([Greeting], paths={"/": {"tools.greeting.text": "configured"}})

    assert ask(application, "/").headers["X-Greeting"] == "configured"
    assert ask(application, "/greeted").headers["X-Greeting"] == "decorated"
    assert ask(make([Greeting]), "/").headers.get("X-Greeting") is None


def test_the_tools_of_a_package_are_those_its_modules_define(tmp_path, monkeypatch):
    """What they import is none of theirs."""
    (tmp_path / "own_shop_tools").mkdir()
    (tmp_path / "own_shop_tools" / "__init__.py").touch()
    (tmp_path / "own_shop_tools" / "greeting.py").write_text(
        "from dataclasses import dataclass\nfrom kirsch import Renderer, Tool\n"
        "@dataclass\nclass Greeting(Tool):\n    text: str = 'hi'\n"
        "    def after(self, request, response):\n        response.headers['X-Greeting'] = self.text\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    import own_shop_tools

    application = make(own_shop_tools, **{"tools.greeting": {}})

    assert ask(application, "/").headers["X-Greeting"] == "hi"
    assert application.own_tools.keys() == {"greeting"}
    for name in [name for name in sys.modules if name.startswith("own_shop_tools")]:
        del sys.modules[name]


def test_a_tool_of_the_site_is_explained_like_any_other():
    """Plans and settings name it."""
    application = make([Greeting], **{"tools.greeting.text": "set"})

    assert "greeting (30)" in report.plan(application, "home.index")
    assert "meaning  What is said." in report.explain_setting(application, "tools.greeting.text")


def test_a_misspelt_tool_of_the_site_is_named_with_the_nearest():
    """It is among the known ones."""
    with pytest.raises(ConfigError, match=r"there is no tool 'greting'\. Did you mean 'greeting'\?"):
        make([Greeting], **{"tools.greting": {}})


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([Home], "Home is no class derived from kirsch.Tool."),
        ([len], "len is no class derived from kirsch.Tool."),
        ([type("Bare", (Tool,), {})], "Bare is no dataclass. Write @dataclass above the class."),
        ([dataclass(type("CSRF", (Tool,), {}))], "CSRF: there is a tool 'csrf' already. Rename the class."),
        (
            [Greeting, dataclass(type("greeting", (Tool,), {}))],
            "greeting: there is a tool 'greeting' already. Rename the class.",
        ),
    ],
)
def test_what_is_no_tool_is_a_mistake(given, sentence):
    """At start, in a sentence."""
    with pytest.raises(ConfigError) as caught:
        make(given)

    assert caught.value.mistakes[0].endswith(sentence)
