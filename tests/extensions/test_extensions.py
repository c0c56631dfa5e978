"""Tools, renderers and plugins of other packages: installed, named in the configuration, used."""

import pytest

TOOLS = """
    from dataclasses import dataclass
    from kirsch import Renderer, Tool

    @dataclass
    class Greeting(Tool, order=30):
        '''Send a greeting.'''

        #: What is said.
        text: str = "hello"
        #: How often.
        times: int = 1

        def after(self, request, response):
            response.headers["X-Greeting"] = self.text * self.times

    @dataclass
    class Shout(Renderer):
        '''Show an action's dict in capitals.'''

        suffix = ".shout"

        def has(self, name):
            return True

        def page(self, name, values):
            return f"<p>{values['name'].upper()}!</p>"

    def function():
        pass

    class Plain:
        pass

    class Undecorated(Tool):
        text: str = "hello"
"""
NAMES = """
    [kirsch.tools]
    greeting = acme:Greeting
    shout = acme:Shout
    function = acme:function
    plain = acme:Plain
    undecorated = acme:Undecorated
    gone = acme:Gone
    nowhere = acme_missing:Tool
    inside = acme.deeper:Tool
    poor = acme_poor:Tool
    broken = acme_broken:Tool
    failing = acme_failing:Tool
    sessions = acme:Greeting
"""
BEAT = """
    import sys
    from dataclasses import dataclass
    from pathlib import Path
    from kirsch.bus import Bus
    from kirsch.errors import UsageError
    from kirsch.plugins import Plugin

    @dataclass
    class Beat(Plugin):
        '''Say when the site starts and stops.'''

        word: str
        times: int = 1
        key: str = ""

        def connect(self, bus: Bus, root: Path) -> None:
            if self.times < 0:
                raise UsageError("plugins.beat.times must not be less than 0.")
            for channel in ("start", "stop"):
                bus.subscribe(channel, lambda channel=channel: print(channel, self.word * self.times, flush=True))

    def function(): pass
"""
SERVE = """
import threading
from kirsch import Application, Controller, Mapper, Site
class Home(Controller):
    def index(self):
        return "home"
mapper = Mapper()
mapper.connect("/", controller=Home, action="index")
site = Site(Application(mapper, config={settings!r}))
threading.Timer(0.3, site.bus.request, ["exit"]).start()
site.serve(port=0)
"""


@pytest.fixture
def acme(installed):
    """A distribution with tools that work, and some that do not."""
    installed.add(
        "acme", NAMES, acme=TOOLS, acme_poor="import surely_not_installed\n", acme_broken="def\n",
        acme_failing="raise RuntimeError('no luck')\n",
    )  # fmt: skip
    return installed


def test_a_tool_of_another_package_is_switched_on_by_its_name(acme, asked):
    """Its options are checked as those of any tool."""
    assert asked({"tools.greeting": {"text": "hi", "times": 2}}).startswith("200 hihi ")
    assert asked({"tools.greeting.tims": 2}) == (
        "the given settings [tools.greeting] tims: tools.greeting has no option 'tims'. Did you mean 'times'?"
    )
    assert "tools.greeting.times must be a whole number, not 'two'" in asked({"tools.greeting.times": "two"})


def test_a_renderer_of_another_package_shows_pages(acme, asked):
    """It is a tool like any other."""
    assert asked({"tools.shout": {}}) == "200 None <p>WORLD!</p>"


def test_a_tool_of_another_package_is_a_decorator(acme):
    """By the same word."""
    found = acme.run("""
        from kirsch import Application, Controller, Mapper, report, tools
        class Home(Controller):
            @tools.greeting("hey", times=3)
            def index(self):
                return "home"
        mapper = Mapper()
        mapper.connect("/", controller=Home, action="index")
        application = Application(mapper)
        print(report.plan(application, "home.index"))
        print(report.explain_setting(application, "tools.greeting.times"))
    """)

    assert "greeting (30)" in found
    assert "tools.greeting.text   'hey'  @tools.greeting on Home.index" in found
    assert "meaning  How often." in found


def test_what_kirsch_brings_is_not_replaced(acme, asked):
    """A package cannot take the place of a tool of Kirsch's own by its name."""
    assert "tools.sessions has no option 'text'" in asked({"tools.sessions.text": "x"})


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("function", "tools.function is acme:function, which is no class derived from kirsch.Tool."),
        ("plain", "tools.plain is acme:Plain, which is no class derived from kirsch.Tool."),
        (
            "undecorated",
            "tools.undecorated is acme:Undecorated, which is no dataclass. Write @dataclass above the class.",
        ),
        ("gone", "tools.gone is acme:Gone of acme, which does not exist."),
        ("nowhere", "tools.nowhere is acme_missing:Tool of acme, which has no such module."),
        ("inside", "tools.inside is acme.deeper:Tool of acme, which has no such module."),
        (
            "poor",
            "tools.poor needs the package 'surely_not_installed'. Run: pip install 'surely_not_installed'",
        ),
        (
            "broken",
            "tools.broken of acme cannot be loaded (SyntaxError: invalid syntax (acme_broken.py, line 1)). "
            "Mend or uninstall acme.",
        ),
        ("failing", "tools.failing of acme cannot be loaded (RuntimeError: no luck). Mend or uninstall acme."),
        ("greetin", "there is no tool 'greetin'. Did you mean 'greeting'?"),
    ],
)
def test_a_tool_that_cannot_be_had_is_one_sentence(acme, asked, name, sentence):
    """With the package that brings it, and what to do."""
    assert asked({f"tools.{name}": {}}).endswith(f": {sentence}")


def test_two_packages_with_a_tool_of_one_name_are_a_mistake(acme, asked):
    """Neither silently wins."""
    acme.add("bolt", "[kirsch.tools]\ngreeting = bolt:Greeting\n", bolt=TOOLS)

    assert asked({"tools.greeting": {}}).endswith(
        ": tools.greeting is brought by acme and bolt; uninstall all but one."
    )


def test_a_plugin_of_another_package_lives_with_the_site(installed):
    """It is given the bus, and its options from its section."""
    installed.add("beat", "[kirsch.plugins]\nbeat = beat:Beat\n", beat=BEAT)

    said = installed.run(SERVE.replace("{settings!r}", repr({"plugins.beat": {"word": "tick", "times": 2}})))

    lines = said.splitlines()
    assert (lines[0], lines[-1]) == ("start ticktick", "stop ticktick")
    assert "is served on http://" in said


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"plugins.beet": {"word": "x"}}, "there is no plugin 'beet'. Did you mean 'beat'?"),
        ({"plugins.beat": {}}, "plugins.beat is on but word is not set. Set it under [plugins.beat]."),
        ({"plugins.beat": {"word": 3}}, "plugins.beat.word must be a text, not 3."),
        ({"plugins.beat": {"word": "x", "tims": 3}}, "plugins.beat has no option 'tims'. Did you mean 'times'?"),
        ({"plugins.beat": {"word": "x", "times": -1}}, "plugins.beat.times must not be less than 0."),
        ({"plugins.beat": {"word_file": "gone"}}, "the file 'gone' cannot be read: No such file or directory."),
        (
            {"plugins.odd": {}},
            "plugins.odd is beat:function, which is no dataclass derived from kirsch.plugins.Plugin.",
        ),
        ({"plugins.nothing": True}, "plugins.nothing is nothing:Beat of beat, which has no such module."),
    ],
)
def test_a_plugin_that_cannot_be_had_is_one_sentence(installed, settings, sentence):
    """Before anything is served."""
    names = "[kirsch.plugins]\nbeat = beat:Beat\nodd = beat:function\nnothing = nothing:Beat\n"
    installed.add("beat", names, beat=BEAT)

    said = installed.run(SERVE.replace("{settings!r}", repr(settings)))

    assert said.endswith(sentence), said
    assert "is served" not in said


def test_a_plugin_is_switched_off_by_one_word(installed):
    """Its options stay."""
    installed.add("beat", "[kirsch.plugins]\nbeat = beat:Beat\n", beat=BEAT)

    said = installed.run(SERVE.replace("{settings!r}", repr({"plugins.beat": {"word": "tick", "on": False}})))

    assert "tick" not in said
