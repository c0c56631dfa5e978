"""Which routes and templates are never used."""

import pytest

from kirsch import Application, Config, Controller, Mapper
from kirsch.errors import ConfigError
from kirsch.report.usage import unused
from kirsch.testing import Client

MAKO = {
    "layout.mako": "<h1>${self.body()}</h1>",
    "books/index.mako": '<%inherit file="/layout.mako"/>books <%include file="/part.mako"/>',
    "books/show.mako": "one",
    "part.mako": "part",
}
JINJA = {
    "layout.jinja": "<h1>{% block page %}{% endblock %}</h1>",
    "books/index.jinja": '{% extends "layout.jinja" %}{% block page %}{% include "part.jinja" %}{% endblock %}',
    "books/show.jinja": "one",
    "part.jinja": "part",
}


class Books(Controller):
    """Two pages and one action without."""

    def index(self) -> dict:
        return {}

    def show(self) -> dict:
        return {}

    def count(self) -> str:
        return "3"


@pytest.fixture
def site(tmp_path):
    """A function that makes the site with one of the engines; closed when the test ends."""
    made: list[Application] = []

    def make(engine: str, **options) -> Application:
        for name, text in (MAKO if engine == "mako" else JINJA).items():
            path = tmp_path / "templates" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        mapper = Mapper()
        mapper.connect("books", "/", controller=Books, action="index")
        mapper.connect("/show", controller=Books, action="show")
        mapper.connect("/count", controller=Books, action="count")
        tools = {engine: {"directories": ["templates"]}, "usage": options or {"on": True}}
        made.append(Application(mapper, [Books], {"tools": tools}, Config(root=tmp_path)))
        return made[-1]

    yield make
    for application in made:
        application.close()


@pytest.mark.parametrize("engine", ["mako", "jinja"])
def test_what_is_used_is_written_down_once(site, tmp_path, engine):
    """The route, its template, and those that it inherits from and includes."""
    client = Client(site(engine))

    for _ in range(3):
        client.get("/")
        client.get("/nowhere")

    lines = (tmp_path / "usage.txt").read_text().splitlines()
    assert sorted(lines) == [
        "route / (books)",
        f"template templates/books/index.{engine}",
        f"template templates/layout.{engine}",
        f"template templates/part.{engine}",
    ]


@pytest.mark.parametrize("engine", ["mako", "jinja"])
def test_what_was_never_used_is_told(site, tmp_path, engine):
    """Routes in their order, templates by their path."""
    application = site(engine)
    Client(application).get("/")

    found = unused(application, set((tmp_path / "usage.txt").read_text().splitlines()))

    assert found == {"routes": ["/show", "/count"], "templates": [f"templates/books/show.{engine}"]}


def test_several_processes_write_one_file(site, tmp_path):
    """What stands there already is not written again."""
    Client(site("mako")).get("/count")

    Client(site("mako")).get("/count")
    Client(site("mako")).get("/show")

    lines = (tmp_path / "usage.txt").read_text().splitlines()
    assert lines == ["route /count", "route /show", "template templates/books/show.mako"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [({"file": "missing/usage.txt"}, "Make the folder"), ({"file": "binary"}, "is no list of what was used")],
)
def test_what_cannot_work_is_found_at_start(site, tmp_path, options, sentence):
    """With what to do."""
    (tmp_path / "binary").write_bytes(b"\xff\xfe")

    with pytest.raises(ConfigError) as caught:
        site("mako", **options)

    assert sentence in str(caught.value)
