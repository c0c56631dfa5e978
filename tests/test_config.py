"""Where settings come from and what is said of mistakes in them."""

from io import BytesIO, StringIO
from typing import ClassVar

import pytest

from kirsch import Application, Config, Controller, Mapper, tools
from kirsch.errors import ConfigError


class Books(Controller):
    config: ClassVar = {"tools.mako.directories": ["code"]}

    @tools.mako("books/decorated")
    def show(self, id: int):
        return {}

    def index(self):
        return {}


class Plain(Controller):
    def index(self):
        return {}

    def other(self):
        return {}


@pytest.fixture
def mapper():
    made = Mapper()
    made.connect("books", "/books", controller=Books, action="index")
    made.connect("book", "/books/{id:int}", controller=Books, action="show")
    return made


@pytest.fixture
def root(tmp_path):
    for name in ("code", "site", "app"):
        (tmp_path / name).mkdir()
    return tmp_path


def settings_of(app, name):
    return {key: tuple(setting) for key, setting in app.plans[app.mapper._routenames[name]].settings.items()}


def test_a_dict_a_file_and_an_open_file_are_sources(root):
    """All three say the same; later ones are stronger; dotted keys count as nested ones."""
    (root / "site.toml").write_text('[site]\nname = "from file"\n')

    config = Config(
        {"site.name": "from dict"}, "site.toml", BytesIO(b"site.debug = true"), StringIO("[server]\nport=1"), root=root
    )

    assert config.section("site")["name"] == ("from file", "site.toml [site] name")
    assert config.section("site")["debug"].value is True
    assert config.section("server")["port"].value == 1


def test_environment_variables_are_stronger_than_files():
    """Their values are TOML literals, or texts where they are none."""
    config = Config(
        {"server.port": 1},
        environ={"KIRSCH__SERVER__PORT": "8000", "KIRSCH__TOOLS__SQLALCHEMY__URL": "sqlite:///x", "HOME": "/root"},
    )

    assert config.section("server")["port"] == (8000, "the environment variable KIRSCH__SERVER__PORT")
    assert config.section("tools")["sqlalchemy.url"].value == "sqlite:///x"


def test_nearer_scopes_are_stronger(root, mapper):
    """Site, application, controller and action each overrule the scope before; every value keeps its origin."""
    site = Config({"tools.mako": {"directories": ["site"], "error_page": "error"}}, root=root)
    config = {"tools.mako.directories": ["app"], "controllers.books.actions.index.tools.mako.template": "special"}

    app = Application(mapper, config=config, site=site)

    index, show = settings_of(app, "books"), settings_of(app, "book")
    assert index["tools.mako.error_page"] == ("error", "the given settings [tools.mako] error_page")
    assert index["tools.mako.directories"] == (["code"], "Books.config tools.mako.directories")
    assert index["tools.mako.template"][0] == "special"
    assert show["tools.mako.template"] == ("books/decorated", "@tools.mako on Books.show")


def test_configuration_overrules_the_code_of_the_same_scope(root, mapper):
    """A site can correct what a controller's class says without touching it."""
    site = Config({"controllers.books.tools.mako.directories": ["site"]}, root=root)

    app = Application(mapper, site=site)

    assert settings_of(app, "books")["tools.mako.directories"][0] == ["site"]


def test_every_mistake_is_reported_at_once_with_its_place_and_a_hint(root, mapper):
    """Nobody starts five times to find five mistakes."""
    mapper.connect("/wrong", controller="boks", action="index")
    mapper.connect("/wrong2", controller=Books, action="shov")
    site = Config(
        {
            "site": {"nam": "x", "debug": "yes"},
            "tools.makko.template": "x",
            "tools.mako.templat": "x",
            "tools.mako.error_page": 3,
            "tools.csrf": {},
            "tools.static": {"directories": ["nowhere"]},
            "controllers.bookz.tools.mako.template": "x",
            "controllers.books.actions.indx.tools.mako.template": "x",
        },
        root=root,
    )

    with pytest.raises(ConfigError) as caught:
        Application(mapper, site=site)

    said = "\n".join(caught.value.mistakes)
    for words in (
        "site has no option 'nam'. Did you mean 'name'?",
        "site.debug must be true or false, not 'yes'",
        "there is no tool 'makko'. Did you mean 'mako'?",
        "tools.mako has no option 'templat'. Did you mean 'template'?",
        "tools.mako.error_page must be a text, not 3",
        "tools.csrf needs a random text of at least 16 characters as secret_key in [site]",
        "The folder 'nowhere' does not exist",
        "there is no controller 'bookz'. Did you mean 'books'?",
        "books has no action 'indx'. Did you mean 'index'?",
        "there is no controller 'boks'. Did you mean 'books'?",
        "Books has no action 'shov'. Did you mean 'show'?",
        "test_config.py",
    ):
        assert words in said


def test_unknown_sections_and_broken_files_are_named_together(root):
    """What cannot be read does not hide what else is wrong."""
    (root / "broken.toml").write_text("[site\n")

    with pytest.raises(ConfigError) as caught:
        Config({"sit": {"name": "x"}}, "broken.toml", "missing.toml", root=root)

    first, second, third = sorted(caught.value.mistakes)
    assert "broken.toml is not TOML" in first + second + third
    assert "missing.toml cannot be read: No such file" in first + second + third
    assert "there is no section [sit]. Did you mean 'site'?" in first + second + third


@pytest.mark.parametrize("section", ["plugin", "log", "server2"])
def test_a_section_that_nothing_reads_is_refused(section):
    """It could not do what it was written for."""
    with pytest.raises(ConfigError, match=rf"there is no section \[{section}\]"):
        Config({section: {"level": 3}})


def test_a_tool_is_switched_off_by_one_word(root, mapper):
    """`on = false` in a nearer scope leaves the tool's options but not the tool."""
    site = Config(
        {"tools.mako.directories": ["site"], "controllers.books.actions.index.tools.mako.on": False}, root=root
    )

    app = Application(mapper, site=site)

    plans = {route.name: plan for route, plan in app.plans.items()}
    assert (plans["books"].renderer, plans["book"].renderer is None) == (None, False)


def test_two_renderers_of_one_scope_are_a_mistake(root, mapper):
    """The nearest scope decides; in the same scope nobody can."""
    mapper_settings = {"controllers.books.tools.jinja.directories": ["site"]}

    with pytest.raises(ConfigError, match=r"two renderers are on for books\.index, by "):
        Application(mapper, site=Config(mapper_settings, root=root))


def test_two_renderers_of_the_whole_site_are_one_mistake(root):
    """It is said once, not for each route, with the places of both."""
    (root / "site.toml").write_text('[tools.mako]\nerror_page = "error"\n[tools.jinja]\n')
    mapper = Mapper()
    mapper.connect("/plain", controller=Plain, action="index")
    mapper.connect("/other", controller=Plain, action="other")

    with pytest.raises(ConfigError) as caught:
        Application(mapper, site=Config("site.toml", root=root))

    both = "site.toml [tools.mako] error_page and site.toml [tools] jinja"
    assert caught.value.mistakes == (
        f"two renderers are on for the whole site, by {both}; switch one off with on = false",
    )


def test_a_mistake_in_an_option_has_the_place_of_that_option(root, mapper):
    """Also where another option of the tool was set elsewhere, and where the section of an unknown tool is empty."""
    (root / "site.toml").write_text('[tools.limits]\nfile = "1 MiB"\n[tools.sesions]\n')

    with pytest.raises(ConfigError) as caught:
        Application(mapper, {}, {"tools.limits.body": "2 MB!"}, Config("site.toml", root=root))

    first, second = sorted(caught.value.mistakes)
    assert first == "site.toml [tools] sesions: there is no tool 'sesions'. Did you mean 'sessions'?"
    assert second.startswith("the given settings [tools.limits] body: tools.limits: body must be a size")


def test_controllers_are_configured_by_tools_and_actions_alone(root, mapper):
    """A misspelt word would switch off what it was to switch on, without a sound."""
    (root / "site.toml").write_text("[controllers.books.tool.csrf]\n[controllers.books.actions.index.toolz]\n")

    with pytest.raises(ConfigError) as caught:
        Application(mapper, site=Config("site.toml", root=root))

    first, second = caught.value.mistakes
    assert first.endswith("[controllers.books] has no 'tool'. Did you mean 'tools'?")
    assert second.endswith("[controllers.books.actions.index] has no 'toolz'. Did you mean 'tools'?")


def test_a_folder_that_does_not_exist_is_found_at_start(root, mapper):
    """The sentence names the folder as written and as looked for."""
    with pytest.raises(ConfigError, match=r"'gone' does not exist. Make it, or mend the path \(.*gone\)"):
        Application(mapper, config={"controllers.books.tools.mako.directories": ["gone"]}, site=Config(root=root))


def test_two_controllers_of_one_name_are_a_mistake():
    """Neither silently wins."""
    twin = type("Books", (Controller,), {"__module__": "elsewhere"})

    with pytest.raises(ConfigError, match="Two controllers are called 'books'"):
        Application(Mapper(), controllers=[Books, twin])
