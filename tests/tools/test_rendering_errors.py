"""Pages of errors: a page for each status, problem details for programs, and never an error about an error."""

import logging

import pytest

from asking import ask
from kirsch import Application, Config, Controller, Mapper, Markup, tools
from kirsch.errors import ConfigError, HTTPError, NotFound, Redirect, ServiceUnavailable, Unauthorized
from kirsch.response import Page, Response

PAGES = {
    "mako": {
        "layout": "<title>${site}</title>${next.body()}",
        "missing": '<%inherit file="layout.mako"/>missing: ${detail}',
        "busy": "busy: ${status} ${context['title']}",
        "client": "client: ${status}",
        "other": "other: ${status} ${errors}",
        "broken": "${nothing}",
        "extra": "extra: ${status} ${hint}",
    },
    "jinja": {
        "layout": "<title>{{ site }}</title>{% block body %}{% endblock %}",
        "missing": '{% extends "layout.jinja" %}{% block body %}missing: {{ detail }}{% endblock %}',
        "busy": "busy: {{ status }} {{ title }}",
        "client": "client: {{ status }}",
        "other": "other: {{ status }} {{ errors }}",
        "broken": "{{ nothing }}",
        "extra": "extra: {{ status }} {{ hint }}",
    },
}
CHOSEN = {"404": "missing", "503": "busy", "4xx": "client", "default": "other"}


class Failing(Controller):
    name = "failing"

    def status(self, code: int):
        raise HTTPError("<sentence>", status=code)

    def busy(self):
        raise ServiceUnavailable(headers=[("Retry-After", "7")])

    def unexpected(self):
        raise ValueError("secret words")

    def secret(self):
        raise Unauthorized(headers=[("WWW-Authenticate", "Basic")])

    @tools.mako(on=False)
    @tools.jinja(on=False)
    def plain(self):
        raise NotFound("nothing shown here")


@pytest.fixture(params=["mako", "jinja"])
def engine(request):
    return request.param


def make_app(root, engine, **options):
    (root / "pages").mkdir(exist_ok=True)
    for name, text in PAGES[engine].items():
        (root / "pages" / f"{name}.{engine}").write_text(text)
    mapper = Mapper()
    mapper.connect("/status/{code:int}", controller=Failing, action="status")
    for action in ("busy", "unexpected", "secret"):
        mapper.connect(f"/{action}", controller=Failing, action=action)
    mapper.connect("/plain", controller=Failing, action="plain")
    other = {"mako": "jinja", "jinja": "mako"}[engine]
    settings = {"site.name": "Shop", f"tools.{engine}": {"directories": ["pages"], **options}}
    settings[f"controllers.failing.actions.plain.tools.{other}.on"] = False
    return Application(mapper, site=Config(settings, root=root))


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/nowhere", 404, "<title>Shop</title>missing: There is nothing at this address."),
        ("/status/404", 404, "<title>Shop</title>missing: &lt;sentence&gt;"),
        ("/busy", 503, "busy: 503 Service Unavailable"),
        ("/status/410", 410, "client: 410"),
        ("/status/418", 418, "client: 418"),
        ("/status/500", 500, "other: 500 {}"),
        ("/status/502", 502, "other: 502 {}"),
        ("/unexpected", 500, "other: 500 {}"),
        ("/plain", 404, "<title>Shop</title>missing: nothing shown here"),
    ],
)
def test_each_status_has_its_own_page(engine, tmp_path, path, status, text):
    """The status itself is looked for first, then its class, then the default; also where an action shows no pages."""
    answer = ask(make_app(tmp_path, engine, error_pages=CHOSEN), path)

    assert (answer.status, answer.text) == (status, text)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_error_page_is_the_page_of_what_has_no_other(engine, tmp_path):
    """Both options go together; numbers may be keys."""
    app = make_app(tmp_path, engine, error_page="other", error_pages={404: "missing"})

    assert ask(app, "/status/404").text.endswith("missing: &lt;sentence&gt;")
    assert ask(app, "/status/409").text == "other: 409 {}"


def test_the_headers_of_an_error_stay_with_its_page(engine, tmp_path):
    """When to come back, how to sign in."""
    app = make_app(tmp_path, engine, error_pages=CHOSEN)

    assert ask(app, "/busy").headers["Retry-After"] == "7"
    assert ask(app, "/secret").headers["WWW-Authenticate"] == "Basic"


def test_a_broken_page_gives_way_to_the_plain_one(engine, tmp_path, caplog):
    """The answer keeps its status and sentence, and the log says which page failed, and why."""
    app = make_app(tmp_path, engine, error_pages={"404": "broken", "default": "other"})

    answer = ask(app, "/status/404")

    assert (answer.status, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "&lt;sentence&gt;" in answer.text
    assert "the error page 'broken' for a 404 failed" in caplog.text
    assert "nothing" in caplog.text


def test_a_broken_page_of_an_unexpected_error_is_no_endless_loop(engine, tmp_path, caplog):
    """One answer, one traceback of the action, one of the page; nothing of either is shown."""
    answer = ask(make_app(tmp_path, engine, error_page="broken"), "/unexpected")

    assert (answer.status, "secret" in answer.text) == (500, False)
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.ERROR]


def test_a_missing_page_is_said_at_start_and_gives_way(engine, tmp_path, caplog):
    """The site works; the log names the option."""
    app = make_app(tmp_path, engine, error_pages={"404": "gone", "5xx": "other"})

    assert f"There is no template 'gone.{engine}', which error_pages.404 names." in caplog.text
    assert ask(app, "/nowhere").status == 404


def page_by_code(request, error):
    """A page of one's own making, told by the query string."""
    return {
        "page": Page("extra", {"hint": "<look>"}),
        "markup": Markup("<b>{}</b>").format(error.status),
        "text": f"{error.status} as text",
        "response": Response("by hand", 200, "text/plain"),
        "redirect": Response(status=302, headers=[("Location", "/signin")]),
        "nothing": None,
        "raises": None,
    }[request.GET["make"]]


@pytest.mark.parametrize(
    ("make", "status", "text", "kind"),
    [
        ("page", 404, "extra: 404 &lt;look&gt;", "text/html; charset=utf-8"),
        ("markup", 404, "<b>404</b>", "text/html; charset=utf-8"),
        ("text", 404, "404 as text", "text/plain; charset=utf-8"),
        ("response", 404, "by hand", "text/plain; charset=utf-8"),
        ("redirect", 302, "", "text/html; charset=utf-8"),
    ],
)
def test_code_can_make_the_page(engine, tmp_path, make, status, text, kind):
    """It gets the request and the error; whatever it returns, an error is no success."""
    app = make_app(tmp_path, engine, error_pages={"404": page_by_code})

    answer = ask(app, f"/nowhere?make={make}")

    assert (answer.status, answer.text, answer.headers["Content-Type"]) == (status, text, kind)


@pytest.mark.parametrize("make", ["nothing", "unknown"])
def test_code_that_fails_gives_way_to_the_plain_page(engine, tmp_path, caplog, make):
    """Also where it returns what is no page."""
    app = make_app(tmp_path, engine, error_pages={"404": page_by_code})

    answer = ask(app, f"/nowhere?make={make}")

    assert (answer.status, "There is nothing at this address." in answer.text) == (404, True)
    assert "for a 404 failed" in caplog.text


def test_a_function_is_named_in_the_configuration(engine, tmp_path, monkeypatch):
    """As package.module:name."""
    (tmp_path / f"own_{engine}_pages.py").write_text(
        "def teapot(request, error):\n    return f'{error.status} {request.path}'\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))

    app = make_app(tmp_path, engine, error_pages={"418": f"own_{engine}_pages:teapot"})

    assert ask(app, "/status/418").text == "418 /status/418"


@pytest.mark.parametrize(
    ("pages", "words"),
    [
        ({"40x": "missing"}, r"error_pages has no '40x'. Say a status \(400 to 599\), 4xx, 5xx or default."),
        ({"302": "missing"}, "error_pages has no '302'"),
        ({"404": 3}, "error_pages.404 is 3; name a template, or a function as package.module:name."),
        ({"404": "asking:nobody"}, "error_pages.404 is 'asking:nobody', which does not exist: .*. Write it as"),
        ({"404": "no_such_module:page"}, "error_pages.404 is 'no_such_module:page', .*: No module named"),
    ],
)
def test_a_mistake_in_the_pages_is_said_at_start(engine, tmp_path, pages, words):
    """With the option's name, and what to write."""
    with pytest.raises(ConfigError, match=words):
        make_app(tmp_path, engine, error_pages=pages)


def test_a_redirect_has_no_page(engine, tmp_path):
    """It is an error only in the code."""

    class Moved(Controller):
        def index(self):
            raise Redirect("/elsewhere", 301)

    mapper = Mapper()
    mapper.connect("/", controller=Moved, action="index")
    make_app(tmp_path, engine)
    settings = {f"tools.{engine}": {"directories": ["pages"], "error_page": "other"}}

    answer = ask(Application(mapper, site=Config(settings, root=tmp_path)), "/")

    assert (answer.status, answer.headers["Location"], answer.text) == (301, "/elsewhere", "")
