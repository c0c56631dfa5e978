"""Pages by Mako and by Jinja: the same promises from both."""

import gc
import os
import sys
import weakref
from decimal import Decimal

import pytest
from markupsafe import escape

from asking import ask
from kirsch import Application, Config, Controller, Mapper, Markup, tools
from kirsch.errors import ConfigError, NotFound

MAKO = {
    "layout.mako": "<title>${self.title()}</title><body>${next.body()}</body>",
    "books/show.mako": '<%inherit file="/layout.mako"/><%def name="title()">${name}</%def><p>${name}</p>${safe}'
    '<a href="${url("book", id=2)}">${site}</a>',
    "error.mako": "<h1>${status} ${title}</h1><p>${detail}</p>",
}
JINJA = {
    "layout.jinja": "<title>{% block title %}{% endblock %}</title><body>{% block content %}{% endblock %}</body>",
    "books/show.jinja": '{% extends "layout.jinja" %}{% block title %}{{ name }}{% endblock %}{% block content %}'
    '<p>{{ name }}</p>{{ safe }}<a href="{{ url("book", id=2) }}">{{ site }}</a>{% endblock %}',
    "error.jinja": "<h1>{{ status }} {{ title }}</h1><p>{{ detail }}</p>",
}


class Books(Controller):
    def show(self, id: int):
        if id == 404:
            raise NotFound("No <such> book.")
        return {"name": "<b>", "safe": Markup("<i>ok</i>")}

    def unserialisable(self):
        return {"name": "x", "safe": "", "thing": object()}

    def other(self):
        return self.page("books/show", name="other", safe="")


def make_app(root, settings, controller=Books):
    (root / "pages" / "books").mkdir(parents=True, exist_ok=True)
    for name, text in (MAKO | JINJA).items():
        (root / "pages" / name).write_text(text)
    mapper = Mapper()
    mapper.connect("book", "/books/{id:int}{.format:json|html}", controller=controller, action="show")
    mapper.connect("/odd", controller=controller, action="unserialisable")
    mapper.connect("/other", controller=controller, action="other")
    settings = {"site.name": "shop", "controllers.books.actions.unserialisable.tools": {}} | settings
    return Application(mapper, site=Config(settings, root=root))


@pytest.fixture(params=["mako", "jinja"])
def engine(request):
    return request.param


@pytest.fixture
def app(engine, tmp_path):
    return make_app(tmp_path, {f"tools.{engine}": {"directories": ["pages"], "error_page": "error"}})


def test_a_dict_becomes_a_page_in_its_layout_with_everything_escaped(app):
    """Only Markup goes through as it is."""
    answer = ask(app, "/books/1")

    page = "<title>&lt;b&gt;</title><body><p>&lt;b&gt;</p><i>ok</i>" + '<a href="/books/2">shop</a></body>'
    assert (answer.text, answer.headers["Content-Type"]) == (page, "text/html; charset=utf-8")
    assert answer.headers["Vary"] == "Accept"


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/books/1.json", "text/html"),
        ("/books/1", "application/json"),
        ("/books/1", "text/html;q=0.5, application/json"),
    ],
)
def test_the_same_dict_is_json_for_who_asks(app, path, accept):
    """By `.json` or by Accept."""
    answer = ask(app, path, headers={"Accept": accept})

    assert (answer.text, answer.headers["Content-Type"]) == ('{"name":"<b>","safe":"<i>ok</i>"}', "application/json")


def test_html_can_be_asked_for_by_name(app):
    """`.html` wins over Accept."""
    assert ask(app, "/books/1.html", headers={"Accept": "application/json"}).text.startswith("<title>")


def test_a_page_whose_values_have_no_json_form_is_406_as_json(app):
    """A client cannot cause a 500 by its Accept header."""
    assert ask(app, "/odd", headers={"Accept": "application/json"}).status == 406


def test_an_action_may_name_another_template(app):
    """`self.page` gives values and template."""
    assert "<p>other</p>" in ask(app, "/other").text


def test_errors_are_shown_by_the_sites_own_template(app):
    """Also where no route matches."""
    assert ask(app, "/books/404").text == "<h1>404 Not Found</h1><p>No &lt;such&gt; book.</p>"
    assert ask(app, "/nowhere").text == "<h1>404 Not Found</h1><p>There is nothing at this address.</p>"


def test_a_missing_template_is_named_in_the_log(engine, tmp_path, caplog):
    """The sentence says which template, and where it was looked for."""
    app = make_app(tmp_path, {f"tools.{engine}": {"directories": ["pages"], "template": "books/shoow"}})

    assert ask(app, "/books/1").status == 500
    assert f"There is no template 'books/shoow.{engine}' in {tmp_path}" in caplog.text


def test_an_undefined_name_is_an_error_not_an_empty_place(engine, tmp_path, caplog):
    """A misspelt name in a template is found at the first look."""
    app = make_app(tmp_path, {f"tools.{engine}.directories": ["pages"]})
    ending = {"mako": "${nam}", "jinja": "{{ nam }}"}[engine]
    (tmp_path / "pages" / "books" / f"show.{engine}").write_text(ending)

    assert ask(app, "/books/1").status == 500
    assert "nam" in caplog.text


@pytest.mark.parametrize("reload", [True, False])
def test_in_development_templates_are_read_anew(engine, tmp_path, reload):
    """`reload` says whether files are looked at again."""
    app = make_app(tmp_path, {f"tools.{engine}": {"directories": ["pages"], "reload": reload}})
    before = ask(app, "/books/1").text
    template = tmp_path / "pages" / "books" / f"show.{engine}"
    template.write_text("changed")
    os.utime(template, (2_000_000_000, 2_000_000_000))

    assert ask(app, "/books/1").text == ("changed" if reload else before)


def test_one_site_uses_both_engines(tmp_path):
    """The nearest scope that switches an engine on decides."""
    settings = {"tools.mako.directories": ["pages"], "tools.jinja": {"directories": ["pages"], "on": False}}

    class Films(Books):
        @tools.jinja(on=True, template="books/show")
        def show(self, id: int):
            return {"name": "jinja", "safe": ""}

    mapper = Mapper()
    make_app(tmp_path, {"tools.mako.directories": ["pages"]})
    mapper.connect("book", "/books/{id:int}", controller=Books, action="show")
    mapper.connect("film", "/films/{id:int}", controller=Films, action="show")
    app = Application(mapper, site=Config(settings, {"site.name": "both"}, root=tmp_path))

    assert "&lt;b&gt;" in ask(app, "/books/1").text
    assert "<title>jinja</title>" in ask(app, "/films/1").text
    engines = {route.name: plan.renderer.suffix for route, plan in app.plans.items()}
    assert engines == {"book": ".mako", "film": ".jinja"}


def test_a_third_engine_is_one_small_class_behind_an_entry_point(tmp_path, monkeypatch):
    """A distribution that declares `kirsch.tools` brings a renderer; nothing else is needed."""
    package = tmp_path / "shouting"
    (package / "shouting-1.0.dist-info").mkdir(parents=True)
    (package / "shouting-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: shouting\nVersion: 1.0\n"
    )
    (package / "shouting-1.0.dist-info" / "entry_points.txt").write_text("[kirsch.tools]\nshout = shouting:Shout\n")
    (package / "shouting.py").write_text(
        "from dataclasses import dataclass\n"
        "from kirsch import Renderer\n"
        "@dataclass\n"
        "class Shout(Renderer):\n"
        "    suffix = '.shout'\n"
        "    def page(self, name, values):\n"
        "        return next(f / name for f in self.folders).read_text().format(**values).upper()\n"
    )
    monkeypatch.syspath_prepend(str(package))
    (tmp_path / "pages" / "books").mkdir(parents=True)
    (tmp_path / "pages" / "books" / "show.shout").write_text("hello {name}")

    app = make_app(tmp_path, {"tools.shout.directories": ["pages"]})

    assert ask(app, "/books/1").text == "HELLO <B>"


def test_a_missing_package_is_one_sentence(tmp_path, monkeypatch):
    """Which setting needs it, and the command that brings it."""
    monkeypatch.setitem(sys.modules, "jinja2", None)
    monkeypatch.delitem(sys.modules, "kirsch.tools.jinja", raising=False)

    with pytest.raises(
        ConfigError, match=r"tools.jinja needs the package 'jinja2'. Run: pip install 'kirsch\[jinja\]'"
    ):
        make_app(tmp_path, {"tools.jinja.directories": ["pages"]})


def test_what_a_page_showed_is_let_go_with_its_answer(engine, tmp_path):
    """The rows of a page do not wait for the garbage collector, which every request would have to pay for."""
    shown = []

    class Name(str):
        """A text that can be watched."""

    class Watched(Books):
        name = "books"

        def show(self, id: int):
            name = Name("watched")
            shown.append(weakref.ref(name))
            return {"name": name, "safe": ""}

    watched = make_app(tmp_path, {f"tools.{engine}.directories": ["pages"]}, Watched)
    gc.collect()
    gc.disable()
    try:
        answer = ask(watched, "/books/1")
        waiting = shown[0]() is not None
    finally:
        gc.enable()

    assert "<p>watched</p>" in answer.text
    assert not waiting


ODD = ("", "plain", "a<b", "a>b", "a&b", "it's", 'say "x"', "ü<", 0, -7, 2**70, True, None, 1.5, [1, "<"], {"<": ">"},
       Markup("<i>"), Decimal("1.0"), b"<")  # fmt: skip


def test_every_value_is_escaped_once(engine, tmp_path):
    """Whatever its type, and where the template asks for it again."""

    class Odd(Books):
        name = "books"

        def show(self, id: int):
            return {"values": ODD}

    app = make_app(tmp_path, {f"tools.{engine}.directories": ["pages"]}, Odd)
    once, again = {"mako": ("${v}", "${v | h,trim}"), "jinja": ("{{ v }}", "{{ v | e | trim }}")}[engine]
    loop = {"mako": "% for v in values:\n", "jinja": "{% for v in values %}"}[engine]
    end = {"mako": "\n% endfor\n", "jinja": "\n{% endfor %}"}[engine]
    (tmp_path / "pages" / "books" / f"show.{engine}").write_text(f"{loop}{once} {again}{end}")

    answer = ask(app, "/books/1")

    assert answer.text.splitlines() == [f"{escape(value)} {escape(value)}" for value in ODD]
