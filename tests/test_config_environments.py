"""What a site runs as: production, development or test."""

import re

import pytest

from asking import ask
from kirsch import Application, Config, Controller, Mapper
from kirsch.application import read_setup
from kirsch.errors import ConfigError


class Home(Controller):
    def index(self):
        return "home"


def make(*sources, environ=None, config=None, root=None):
    mapper = Mapper()
    mapper.connect("/", controller=Home, action="index")
    return Application(mapper, config=config, site=Config(*sources, environ=environ, root=root))


SITE = {
    "tools.requestid.header": "X-General",
    "environments": {
        "production": {"tools.requestid.header": "X-Production"},
        "test": {"tools": {"requestid": {"on": False}}},
    },
}


@pytest.mark.parametrize(
    ("environment", "header"), [("production", "X-Production"), ("development", "X-General"), ("test", None)]
)
def test_a_site_has_settings_for_where_it_runs(environment, header):
    """They lie over the others; those of other environments are as if they were not there."""
    answer = ask(make(SITE, {"site.environment": environment}), "/")

    assert [name for name in answer.headers if name.startswith("X-")] == ([header] if header else [])


def test_a_site_of_which_nothing_is_said_is_in_production():
    """What nobody has decided is as it has to be among strangers."""
    application = make(SITE)

    assert (application.setup.environment, application.debug) == ("production", False)
    assert "X-Production" in ask(application, "/").headers


def test_errors_are_shown_with_their_source_in_development_alone():
    """Unless debug says otherwise."""
    environments = [make({"site.environment": name}).debug for name in ("production", "development", "test")]

    assert environments == [False, True, False]
    assert make({"site.environment": "development", "site.debug": False}).debug is False
    assert make({"environments.test.site.debug": True, "site.environment": "test"}).debug is True


def test_a_test_needs_no_secret_key():
    """One is made up for it, another one each time; what is given counts."""
    needs = {"tools.csrf": {}}

    first, second = (make(needs, {"site.environment": "test"}).setup.secret for _ in range(2))

    assert len(first) >= 32
    assert first != second
    assert make({"site": {"environment": "test", "secret_key": "a" * 32}}, needs).setup.secret == "a" * 32
    with pytest.raises(ConfigError, match=r"tools\.csrf needs a random text"):
        make(needs)


def test_the_environment_variable_decides(tmp_path):
    """Over the files, and so does the one for the setting itself over what is said for an environment."""
    (tmp_path / "site.toml").write_text(
        '[site]\nenvironment = "development"\n[server]\nport = 1\n[environments.production.server]\nport = 2\n'
    )
    asked = {"KIRSCH__SITE__ENVIRONMENT": "production"}

    application = make("site.toml", root=tmp_path, environ=asked)

    assert application.site.section("server")["port"] == (2, "site.toml [environments.production.server] port")
    port = make("site.toml", root=tmp_path, environ=asked | {"KIRSCH__SERVER__PORT": "3"}).site.section("server")[
        "port"
    ]
    assert (port.value, [weaker.value for weaker in port.weaker()]) == (3, [2, 1])


def test_a_later_source_is_stronger_than_what_an_earlier_one_says_for_an_environment():
    """A test that gives its own database does not find itself on that of production."""
    found = make({"environments.production.server.port": 1}, {"server.port": 2})

    assert found.site.section("server")["port"].value == 2


def test_the_application_may_say_which_environment_it_is():
    """For the settings of the site, too."""
    application = make(SITE, config={"site.environment": "development", "environments.development.site.name": "dev"})

    assert (application.name, application.debug) == ("dev", True)
    assert "X-General" in ask(application, "/").headers


def test_every_section_has_a_place_in_an_environment():
    """Paths, controllers and actions among them."""
    inner = {
        "paths": {"/": {"tools.requestid.header": "X-Path"}},
        "controllers.home.actions.index.tools.headers.send": {"X-Action": "1"},
    }

    answer = ask(make({"environments": {"test": inner}, "site.environment": "test"}), "/")

    assert {"X-Path", "X-Action"} <= answer.headers.keys()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"site.environment": "prodction"}, "there is no environment 'prodction'. Did you mean 'production'?"),
        ({"site.environment": 3}, "there is no environment 3."),
        ({"environments.prod.server.port": 1}, "no section [environments.prod]. Known: development, production, test."),
        ({"environments.test.tolls.csrf": {}}, "no section [environments.test.tolls]. Did you mean 'tools'?"),
        ({"environments.test.environments.test.server.port": 1}, "no section [environments.test.environments]"),
        ({"environments.test.site.environment": "test"}, "only [site] itself says which environment it is"),
    ],
)
def test_a_misspelt_environment_is_a_mistake(settings, sentence):
    """With its place and the nearest name, whether or not the site runs in it."""
    with pytest.raises(ConfigError, match=re.escape(sentence)) as caught:
        Config(settings)

    assert all(mistake.startswith("the given settings [") for mistake in caught.value.mistakes)


def test_the_setup_of_tools_says_what_the_site_runs_as(tmp_path):
    """Tools of other packages may act by it."""
    setup, mistakes = read_setup(Config({"site.environment": "test"}).section("site"), tmp_path)

    assert (setup.environment, mistakes) == ("test", [])
