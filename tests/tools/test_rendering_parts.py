"""Layouts of layouts, fragments and streams: the same promises from Mako and from Jinja."""

import logging
import threading

import pytest

from asking import ask
from kirsch import Application, Config, Controller, Mapper, Request, tools
from kirsch.errors import ConfigError
from kirsch.report.templates import template_mistakes

MAKO = {
    "site": "<html><title><%block name='title'>Shop</%block></title>${next.body()}</html>",
    "section": "<%inherit file='site.mako'/><%block name='title'>Section, ${parent.title()}</%block>"
    "<section>${next.body()}</section>",
    "books/index": "<%inherit file='/section.mako'/><%namespace name='parts' file='parts.mako'/>"
    "<%block name='title'>Books, ${parent.title()}</%block>"
    "<h1>${heading}</h1><%block name='rows'>\n% for book in books:\n<p>${parts.mark(book)}</p>\n% endfor\n</%block>"
    "<%def name='line(word, mark=\"!\")'><i>${word}${mark}</i></%def>",
    "books/parts": "<%def name='mark(text)'><b>${text}</b></%def>",
    "books/long": "<%inherit file='/site.mako'/>\n% for book in books:\n<p>${book}</p>\n% endfor\n",
    "books/form": "${csrf()}\n% for book in books:\n<p>${book}</p>\n% endfor\n",
}
JINJA = {
    "site": "<html><title>{% block title %}Shop{% endblock %}</title>{% block body %}{% endblock %}</html>",
    "section": "{% extends 'site.jinja' %}{% block title %}Section, {{ super() }}{% endblock %}"
    "{% block body %}<section>{% block content %}{% endblock %}</section>{% endblock %}",
    "books/index": "{% extends 'section.jinja' %}{% import 'books/parts.jinja' as parts %}{% set end = '!' %}"
    "{% block title %}Books, {{ super() }}{% endblock %}"
    "{% block content %}<h1>{{ heading }}</h1>{% block rows %}{% for book in books %}"
    "<p>{{ parts.mark(book) }}</p>\n{% endfor %}{% endblock %}{% endblock %}"
    "{% block line %}<i>{{ word }}{{ end }}</i>{% endblock %}",
    "books/parts": "{% macro mark(text) %}<b>{{ text }}</b>{% endmacro %}",
    "books/long": "{% extends 'site.jinja' %}{% block body %}{% for book in books %}<p>{{ book }}</p>\n{% endfor %}"
    "{% endblock %}",
    "books/form": "{{ csrf() }}{% for book in books %}<p>{{ book }}</p>\n{% endfor %}",
}


class Books(Controller):
    name = "books"

    def index(self):
        if self.request.headers.get("HX-Request"):
            return self.page("books/index", fragment="rows", books=["<one>", "two"])
        return {"books": ["<one>", "two"], "heading": "All"}

    @tools.mako(template="books/index", fragment="rows")
    @tools.jinja(template="books/index", fragment="rows")
    def rows(self):
        return {"books": ["three"]}

    def part(self, name: str):
        return self.page("books/index", fragment=name, books=["four"], word="<so>", heading="x")

    @tools.mako(template="books/long", stream=True)
    @tools.jinja(template="books/long", stream=True)
    def long(self, count: int, bad: int = -1):
        return {"books": Counted.up_to(count, bad)}

    def streamed(self, count: int):
        self.response.headers["X-Kept"] = "yes"
        self.response.status_code = 202
        return self.stream_page("books/long", books=Counted.up_to(count, -1))

    def form(self):
        return self.stream_page("books/form", books=range(2000))


class Counted:
    """Numbers that say how far they have been read, and in which thread."""

    made: list[int]
    threads: set[str]

    @classmethod
    def up_to(cls, count, bad):
        cls.made, cls.threads = [], set()
        for number in range(count):
            if number == bad:
                raise RuntimeError(f"number {bad} is bad")
            cls.made.append(number)
            cls.threads.add(threading.current_thread().name)
            yield number


@pytest.fixture(params=["mako", "jinja"])
def engine(request):
    return request.param


def make_app(root, engine, kind=Books, **settings):
    (root / "pages" / "books").mkdir(parents=True)
    for name, text in {"mako": MAKO, "jinja": JINJA}[engine].items():
        (root / "pages" / f"{name}.{engine}").write_text(text)
    mapper = Mapper()
    for action in ("index", "rows", "long", "streamed", "form"):
        mapper.connect(f"/{action}", controller=kind, action=action)
    mapper.connect("/part/{name}", controller=kind, action="part")
    other = {"mako": "jinja", "jinja": "mako"}[engine]
    config = {
        "site.secret_key": "0123456789abcdef",
        f"tools.{engine}.directories": ["pages"],
        f"controllers.books.actions.rows.tools.{other}.on": False,
        f"controllers.books.actions.long.tools.{other}.on": False,
    }
    return Application(mapper, site=Config(config | settings, root=root))


@pytest.fixture
def app(engine, tmp_path):
    return make_app(tmp_path, engine)


def start(app, path):
    """The body of a page as the server gets it, and its status and headers, before any of it is read."""
    request, started = Request.blank(path), []
    body = app(request.environ, lambda status, headers: started.append((status, dict(headers))))
    return body, *started[0]


def test_a_layout_has_a_layout(app):
    """Three templates make one page; each sees the block it replaces."""
    text = ask(app, "/index").text.replace("\n", "")

    assert text == (
        "<html><title>Books, Section, Shop</title><section><h1>All</h1><p><b>&lt;one&gt;</b></p><p><b>two</b></p>"
        "</section></html>"
    )


def test_a_fragment_is_a_page_without_what_is_around_it(app):
    """What the rest of the page needs is not asked for; what the template imports is there."""
    whole, part = ask(app, "/index"), ask(app, "/index", headers={"HX-Request": "true"})

    assert part.text.replace("\n", "") == "<p><b>&lt;one&gt;</b></p><p><b>two</b></p>"
    assert part.headers["Content-Type"] == whole.headers["Content-Type"] == "text/html; charset=utf-8"


def test_an_option_names_the_fragment_of_an_action(app):
    """`@tools.mako(template="books/index", fragment="rows")`."""
    assert ask(app, "/rows").text.strip() == "<p><b>three</b></p>"


@pytest.mark.parametrize(
    ("name", "text"),
    [("title", "Books, Section, Shop"), ("line", "<i>&lt;so&gt;!</i>"), ("rows", "<p><b>four</b></p>")],
)
def test_each_block_can_be_shown_alone(app, name, text):
    """Also one that builds on its layout's, and a def with arguments and defaults."""
    assert ask(app, f"/part/{name}").text.strip() == text


def test_a_fragment_that_is_not_there_is_named_in_the_log(app, engine, caplog):
    """With those that are."""
    assert ask(app, "/part/raws").status == 500
    assert f"books/index.{engine} has no block" in caplog.text
    assert "'raws'" in caplog.text
    assert "rows" in caplog.text
    assert "title" in caplog.text


def test_the_same_dict_is_json_whatever_the_fragment(app):
    """A fragment is a way to show it."""
    assert ask(app, "/rows", headers={"Accept": "application/json"}).text == '{"books":["three"]}'


@pytest.mark.parametrize("path", ["/long?count=5000", "/streamed?count=5000"])
def test_a_stream_is_the_same_page(app, path):
    """From the doctype to the last row."""
    answer = ask(app, path)

    rows = "".join(f"<p>{number}</p>" for number in range(5000))
    assert answer.text.replace("\n", "") == f"<html><title>Shop</title>{rows}</html>"
    assert "Content-Length" not in answer.headers


def test_a_stream_is_sent_while_it_is_made(app):
    """When the headers go, most of the page does not exist yet; it is made as it is read."""
    body, status, headers = start(app, "/streamed?count=100000")
    begun = len(Counted.made)
    pieces = iter(body)
    sizes = [len(next(pieces)) for _ in range(3)]
    far = len(Counted.made)
    body.close()

    assert (status, headers["X-Kept"], headers["Content-Type"]) == ("202 Accepted", "yes", "text/html; charset=utf-8")
    assert begun < 2000
    assert far < 10_000
    assert all(size >= 4000 for size in sizes)


def test_a_stream_that_nobody_reads_any_more_ends(app):
    """Its thread, if it has one, has ended when the answer is closed."""
    body, _, _ = start(app, "/long?count=10000000")
    next(iter(body))
    body.close()
    made = len(Counted.made)

    assert made < 10_000
    assert not [thread for thread in threading.enumerate() if thread.name == "kirsch-page"]


def test_head_makes_no_more_than_the_first_piece(app):
    """And leaves nothing behind."""
    answer = ask(app, "/streamed?count=10000000", method="HEAD")

    assert (answer.status, answer.body) == (202, b"")
    assert not [thread for thread in threading.enumerate() if thread.name == "kirsch-page"]


def test_an_error_in_the_first_piece_is_an_error_page(app):
    """Nothing has been sent yet."""
    answer = ask(app, "/long?count=10&bad=3")

    assert (answer.status, "bad" in answer.text) == (500, False)


def test_a_later_error_breaks_the_answer_off_and_is_in_the_log(app, caplog):
    """Nobody takes the half for the whole."""
    with caplog.at_level(logging.ERROR, "kirsch"), pytest.raises(RuntimeError, match="number 4000 is bad"):
        ask(app, "/long?count=5000&bad=4000")

    assert "its answer broke off" in caplog.text


def test_what_headers_say_is_known_before_a_stream_begins(engine, tmp_path):
    """The form of a streamed page works: its token's cookie is sent with the headers."""
    app = make_app(tmp_path, engine, **{"tools.csrf.on": True, "tools.sessions.on": True})

    answer = ask(app, "/form")

    assert answer.headers["Set-Cookie"].startswith("csrf=")
    assert 'name="csrf_token"' in answer.text


@pytest.mark.parametrize(("option", "value"), [("stream", "yes"), ("fragment", 3), ("template", ["x"])])
def test_what_an_action_shows_is_checked_at_start(engine, tmp_path, option, value):
    """By name and type, though all actions share one renderer."""
    with pytest.raises(ConfigError, match=rf"tools\.{engine}\.{option} must be"):
        make_app(tmp_path, engine, **{f"controllers.books.actions.index.tools.{engine}.{option}": value})


def test_all_actions_share_one_renderer(app):
    """Whatever each of them shows; a template is compiled once."""
    assert len({id(plan.renderer) for plan in app.plans.values()}) == 1


def test_check_finds_a_fragment_that_is_not_there(engine, tmp_path):
    """Before a visitor does; what is there, or decided while the site runs, is no mistake."""

    class Slips(Controller):
        name = "books"

        def index(self, part: str):
            return self.page("books/index", fragment=part or "raws")

        def rows(self):
            return self.page("books/index", fragment="raws")

        def long(self):
            return self.page("books/index", fragment="rows")

        def streamed(self):
            return {"books": []}

        def form(self):
            return self.page("books/form", fragment="rows")

        def part(self, name: str):
            return name

    option = {f"controllers.books.actions.streamed.tools.{engine}": {"template": "books/index", "fragment": "lines"}}
    app = make_app(tmp_path, engine, kind=Slips, **option)

    found = template_mistakes(app)

    assert [one.partition(".")[2].partition(". ")[0] for one in found] == [
        f"rows shows 'raws' of the template 'books/index.{engine}'",
        f"streamed shows 'lines' of the template 'books/index.{engine}'",
        f"form shows 'rows' of the template 'books/form.{engine}'",
    ]
    assert "Did you mean 'rows'?" in found[0]
