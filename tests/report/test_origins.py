"""One setting, explained."""

import re

import pytest

from kirsch import Application, Controller, Mapper, report, tools
from kirsch.config import Config
from kirsch.errors import UsageError

SITE = """
[site]
secret_key = "0123456789abcdef0123456789abcdef"
[tools.sessions]
seconds = 600
[tools.requestid]
[environments.production.tools.sessions]
seconds = 3600
[paths."/albums".tools.sessions]
seconds = 60
"""


class Albums(Controller):
    def index(self):
        return "all"

    @tools.sessions(seconds=5)
    @tools.requestid(on=False)
    def show(self, id: int):
        return str(id)


class Home(Controller):
    def index(self):
        return "home"


@pytest.fixture
def application(tmp_path):
    (tmp_path / "site.toml").write_text(SITE)
    mapper = Mapper()
    mapper.connect("/", controller=Home, action="index")
    mapper.connect("/albums", controller=Albums, action="index")
    mapper.connect("/albums/{id:int}", controller=Albums, action="show")
    environ = {"KIRSCH__SERVER__PORT": "9000"}
    made = Application(mapper, site=Config("site.toml", {"server.port": 8000}, environ=environ, root=tmp_path))
    yield made
    made.close()


def test_a_setting_is_explained(application):
    """Its value, its origin, what it lies over, its type, its default, what it means, and where it differs."""
    lines = report.explain_setting(application, "tools.sessions.seconds").splitlines()

    assert lines[:4] == [
        "tools.sessions.seconds = 3600",
        "  from     site.toml [environments.production.tools.sessions] seconds",
        "  over     600, site.toml [tools.sessions] seconds",
        "  default  1209600",
    ]
    assert lines[4] == "  type     int"
    assert lines[5].startswith("  meaning  Seconds until a session that is not used ends")
    assert lines[6:] == [
        "  for albums.index: 60",
        '    from     site.toml [paths."/albums".tools.sessions] seconds',
        "    over     3600, site.toml [environments.production.tools.sessions] seconds",
        "    over     600, site.toml [tools.sessions] seconds",
        "  for albums.show: 5",
        "    from     @tools.sessions on Albums.show",
        '    over     60, site.toml [paths."/albums".tools.sessions] seconds',
        "    over     3600, site.toml [environments.production.tools.sessions] seconds",
        "    over     600, site.toml [tools.sessions] seconds",
    ]


def test_an_environment_variable_is_explained_with_what_it_overrides(application):
    """The default stands at the end of the line."""
    lines = report.explain_setting(application, "server.port").splitlines()

    assert lines[:4] == [
        "server.port = 9000",
        "  from     the environment variable KIRSCH__SERVER__PORT",
        "  over     8000, the given settings [server] port",
        "  default  8080",
    ]


def test_a_setting_that_nobody_has_set_has_its_default(application):
    """Of sections and of tools."""
    assert report.explain_setting(application, "site.name").startswith("site.name = 'site'\n  from     its default\n")
    assert "tools.sessions.cookie = 'session'\n  from     its default" in report.explain_setting(
        application, "tools.sessions.cookie"
    )
    assert "tools.sessions.folder = 'data/sessions'\n" in report.explain_setting(application, "tools.sessions.folder")


def test_a_tool_is_explained_by_its_name(application):
    """Whether it is on, and which actions have it off."""
    shown = report.explain_setting(application, "tools.requestid")

    assert shown == report.explain_setting(application, "tools.requestid.on")
    assert "for albums.show: False\n    from     @tools.requestid on Albums.show" in shown


@pytest.mark.parametrize(
    ("tool", "origin"),
    [
        ("sessions", "site.toml [environments.production.tools.sessions] seconds"),
        ("requestid", "site.toml [tools] requestid"),
    ],
)
def test_a_tool_is_on_by_any_of_its_options(application, tool, origin):
    """By an empty section as well; the place that says so is named."""
    assert report.explain_setting(application, f"tools.{tool}").startswith(
        f"tools.{tool}.on = True\n  from     {origin}\n"
    )


def test_a_tool_that_is_on_for_some_actions_alone_is_explained_with_these(tmp_path):
    """For the site it is off."""
    mapper = Mapper()
    mapper.connect("/", controller=Home, action="index")
    made = Application(mapper, site=Config({"controllers.home.tools.etags.weak": True}, root=tmp_path))

    shown = report.explain_setting(made, "tools.etags")

    assert shown.startswith("tools.etags.on = off\n  from     nowhere\n")
    assert shown.endswith("for home.index: True\n    from     the given settings [controllers.home.tools.etags] weak")


def test_a_secret_is_not_shown_where_it_is_explained(application, tmp_path):
    """Of one in a file the path is; what it lies over is hidden, too."""
    (tmp_path / "key").write_text("another key of thirty-two letters")
    environ = {"KIRSCH__SITE__SECRET_KEY_FILE": str(tmp_path / "key")}
    beside = Application(application.mapper, site=Config("site.toml", environ=environ, root=tmp_path))

    plain, filed = (report.explain_setting(one, "site.secret_key") for one in (application, beside))

    assert plain.startswith("site.secret_key = (hidden)\n  from     site.toml [site] secret_key")
    assert filed.startswith(f"site.secret_key = the text of {str(tmp_path / 'key')!r}\n")
    assert "  over     (hidden), site.toml [site] secret_key" in filed
    assert "another key" not in filed
    assert "0123456789" not in plain + filed


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (
            "tools.sessions.secnds",
            "There is no setting 'tools.sessions.secnds'. Did you mean 'tools.sessions.seconds'?",
        ),
        ("server.prt", "There is no setting 'server.prt'. Did you mean 'server.port'?"),
        ("tools.sesions", "There is no setting 'tools.sesions'. Did you mean 'tools.sessions'?"),
    ],
)
def test_an_unknown_setting_is_named_with_the_nearest(application, key, sentence):
    """As everywhere."""
    with pytest.raises(UsageError, match=re.escape(sentence)):
        report.explain_setting(application, key)
