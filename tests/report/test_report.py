"""An application, told to people."""

from pathlib import Path

import pytest

from kirsch import Application, report
from kirsch.errors import UsageError
from kirsch.report.settings import shown


def test_routes_are_listed_in_the_order_they_are_tried(site):
    """With methods, action and the line that connected them; a word narrows the list."""
    lines = report.routes(site).splitlines()

    assert [line.split()[0] for line in lines[:3]] == ["Name", "albums", "album"]
    assert "GET      /albums           albums.index" in lines[1]
    assert "any      /albums/{id:int}  albums.show" in lines[2]
    assert "redirect to /albums" in lines[3]
    assert all("report/conftest.py:" in line for line in lines[1:])
    assert report.routes(site, "show").count("\n") == 1
    assert report.routes(site, "zebra") == "No route holds 'zebra'; there are 3."


def test_a_url_is_explained_with_its_tools(site):
    """A whole URL will do as well as a path; percent signs are decoded."""
    shown = report.explain(site, "get", "http://localhost/albums/%37?page=2")

    assert shown.startswith("GET /albums/7 is answered by albums.show")
    assert "id = 7" in shown
    assert "tools: sessions" in shown
    assert "nearest: route /albums/{id:int} (album)" in report.explain(site, "GET", "/albums/x")
    assert report.explain(site, "GET", "/caf%E9") == "GET /caf%E9 is answered with 400: the path is not UTF-8"


def test_a_plan_shows_stages_tools_and_settings(site):
    """Who acts when, and which options came from where."""
    index = report.plan(site, "albums.index")
    show = report.plan(site, "albums.show")

    assert index.startswith("albums.index, tests/report/conftest.py:")
    assert "render  mako (70)" in index
    settings = [line.split() for line in index.partition("Settings")[2].splitlines()]
    assert ["tools.mako.template", "'albums/all'", "@tools.mako", "on", "Albums.index"] in settings
    assert ["tools.mako.reload", "None", "default"] in settings
    assert "csrf (" in index
    assert "csrf (" not in show
    assert "GET /albums (albums), report/conftest.py:" in index


def test_an_unknown_action_is_named_with_the_nearest(site):
    """As everywhere."""
    with pytest.raises(UsageError, match=r"'albums\.sho'.*Did you mean 'albums\.show'"):
        report.plan(site, "albums.sho")


def test_settings_are_shown_with_their_origin(site):
    """The environment and the application's own among them; secrets are not shown."""
    text = report.config(site)

    assert "'shop'" in text
    assert "open sesame" not in text
    assert "(hidden)" in text
    assert "KIRSCH__SERVER__PORT" in text
    assert report.config(site, "host").count("\n") == 1
    assert report.config(site, "zebra") == "No setting holds 'zebra'."


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("tools.sqlalchemy.url", "postgresql://me:pw@host/db", "'postgresql://me:(hidden)@host/db'"),
        ("tools.sqlalchemy.url", "sqlite:///data.db", "'sqlite:///data.db'"),
        ("site.secret_key", "abc", "(hidden)"),
        ("site.secret_key", "", "''"),
        ("tools.x.password", "abc", "(hidden)"),
        ("tools.x.monkey", "abc", "'abc'"),
        ("tools.sessions.folder", Path("data/sessions"), "'data/sessions'"),
    ],
)
def test_secrets_stay_hidden(name, value, text):
    """Those named as such, and passwords inside URLs."""
    assert shown(name, value) == text


def test_a_plan_shows_what_acts_before_the_action_is_known(site):
    """Where a tool does; the other plans say nothing of it."""
    behind = Application(site.mapper, config={"tools.proxy.trusted": ["10.0.0.1"]})

    stages = [line.split() for line in report.plan(behind, "albums.show").splitlines()]

    assert ["arrive", "proxy", "(0)"] in stages
    assert "arrive" not in report.plan(site, "albums.show")
