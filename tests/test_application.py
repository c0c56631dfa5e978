"""The way of a request, seen from outside."""

import json
import logging

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper, Markup, NotFound, Redirect, Response
from kirsch.errors import Forbidden
from kirsch.request import Request


class Home(Controller):
    label = "Home"
    name = "home"

    def index(self, name: str = "world"):
        return f"Hello, {name}!"

    def markup(self):
        return Markup("<h1>Hi</h1>")

    def data(self):
        return {"a": 1}

    def rows(self):
        return [1, 2]

    def tags(self):
        return [{"b", "a"}, {1, "a"}]

    def raw(self):
        return b"\x00"

    def created(self):
        self.response.status_code = 201
        self.response.headers["X-Note"] = "new"
        return {"id": 1}

    def nothing(self):
        return None

    def boom(self):
        raise RuntimeError("secret detail")

    def gone(self):
        raise NotFound("There is no such album.")

    def away(self):
        raise Redirect(self.url("home", name="x y"))

    def split(self):
        return Response("x", headers=[("X-A", "a\r\nSet-Cookie: evil=1")])

    def odd(self):
        return object()

    def _hidden(self):
        return "hidden"


ACTIONS = ["markup", "data", "rows", "tags", "raw", "created", "nothing", "boom", "gone", "away", "split", "odd"]


def make_mapper():
    mapper = Mapper()
    mapper.connect("home", "/", controller=Home, action="index", conditions={"method": ["GET"]})
    for action in ACTIONS:
        mapper.connect(action, f"/{action}{{.format:json}}", controller=Home, action=action)
    return mapper


@pytest.fixture
def app():
    return Application(make_mapper())


def test_a_text_is_plain_text(app):
    """What an action returns as text cannot become markup by accident."""
    answer = ask(app, "/?name=<b>")

    assert (answer.text, answer.headers["Content-Type"]) == ("Hello, <b>!", "text/plain; charset=utf-8")


@pytest.mark.parametrize(
    ("path", "body", "content_type"),
    [
        ("/markup", b"<h1>Hi</h1>", "text/html; charset=utf-8"),
        ("/data", b'{"a":1}', "application/json"),
        ("/data.json", b'{"a":1}', "application/json"),
        ("/rows", b"[1,2]", "application/json"),
        ("/raw", b"\x00", "application/octet-stream"),
    ],
)
def test_what_is_returned_decides_the_type(app, path, body, content_type):
    """Markup is HTML, dicts and lists are JSON, bytes are bytes."""
    answer = ask(app, path)

    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (200, body, content_type)


def test_a_set_is_a_list_in_order_where_there_is_one(app):
    """A set of one type comes sorted, a mixed one as it comes."""
    sorted_tags, mixed = json.loads(ask(app, "/tags").body)

    assert sorted_tags == ["a", "b"]
    assert len(mixed) == 2


def test_an_action_can_set_status_and_headers_first(app):
    """`self.response` keeps what was set on it."""
    answer = ask(app, "/created")

    assert (answer.status, answer.headers["X-Note"], answer.text) == (201, "new", '{"id":1}')


def test_head_is_answered_like_get(app):
    """Same headers, no body."""
    get, head = ask(app, "/"), ask(app, "/", method="HEAD")

    assert (head.status, head.body, head.headers) == (200, b"", get.headers)


def test_a_method_that_is_not_routed_is_405_with_allow(app):
    """`Allow` names what is routed, HEAD and OPTIONS among it."""
    answer = ask(app, "/", method="DELETE")

    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_options_is_answered_from_the_routes(app):
    """No action is needed for OPTIONS."""
    answer = ask(app, "/", method="OPTIONS")

    assert (answer.status, answer.headers["Allow"], answer.body) == (204, "GET, HEAD, OPTIONS", b"")


@pytest.mark.parametrize("path", ["/nowhere", "/_hidden", "/home/_hidden", "/%0A", "/%00", "/markup.xml", "/markup%0A"])
def test_an_unknown_address_is_404(app, path):
    """No path leads to what has no route."""
    assert ask(app, path).status == 404


def test_an_undecodable_path_is_400(app):
    """Not a 500, not a 404."""
    assert ask(app, "/%ff").status == 400


def test_an_http_error_is_a_page_for_people_and_a_problem_for_programs(app):
    """The same error in both forms (RFC 9457)."""
    page = ask(app, "/gone", headers={"Accept": "text/html"})
    problem = ask(app, "/gone", headers={"Accept": "application/json"})

    assert page.status == problem.status == 404
    assert "There is no such album." in page.text
    assert problem.headers["Content-Type"] == "application/problem+json"
    assert '"detail":"There is no such album."' in problem.text


def test_an_error_page_escapes_what_it_shows():
    """Details may hold what a client sent."""

    class Echo(Controller):
        def index(self, q: str):
            raise Forbidden(q)

    mapper = Mapper()
    mapper.connect("/", controller=Echo, action="index")

    assert "&lt;script&gt;" in ask(Application(mapper), "/?q=<script>").text


def test_a_redirect_is_an_answer(app):
    """303 by default, so that a form is not sent twice."""
    answer = ask(app, "/away")

    assert (answer.status, answer.headers["Location"], answer.body) == (303, "/?name=x+y", b"")


def test_an_unexpected_error_tells_its_number_and_nothing_else(app, caplog):
    """The page and the log share an id; the detail is in the log alone."""
    with caplog.at_level(logging.ERROR):
        answer = ask(app, "/boom")

    assert answer.status == 500
    assert "secret detail" not in answer.text
    identifier = answer.text.split("in the log as ")[1].split(".")[0]
    assert identifier in caplog.text
    assert "secret detail" in caplog.text


def test_in_development_the_error_is_shown(app):
    """The page that development installs is used for people, never for programs."""
    app.debug_page = lambda _, error, identifier: f"<pre>{error!r} {identifier}</pre>"

    assert "secret detail" in ask(app, "/boom").text
    assert "secret detail" not in ask(app, "/boom", headers={"Accept": "application/json"}).text


@pytest.mark.parametrize(("path", "words"), [("/nothing", "returned None"), ("/odd", "returned object")])
def test_an_action_that_returns_nothing_useful_is_an_error_with_a_sentence(app, caplog, path, words):
    """No empty 200."""
    assert ask(app, path).status == 500
    assert words in caplog.text


def test_a_split_header_becomes_a_500_not_a_second_response(app, caplog):
    """A control character never leaves the house."""
    answer = ask(app, "/split")

    assert answer.status == 500
    assert "Set-Cookie" not in answer.headers


def test_links_and_navigation_carry_the_mount_prefix(app):
    """Under a prefix every link begins with it."""
    answer = ask(app, "/away", environ={"SCRIPT_NAME": "/my shop"})
    request = Request.blank("/", {"SCRIPT_NAME": "/shop"})
    request.application = app

    assert answer.headers["Location"] == "/my%20shop/?name=x+y"
    assert [tuple(link) for link in app.navigation(request)] == [("Home", "/shop/", False)]


def test_two_controllers_with_one_label_both_stand_in_the_navigation():
    """The label is for people; the name tells them apart."""
    mapper = Mapper()
    for name in ("here", "there"):
        kind = type(name.title(), (Controller,), {"label": "News", "index": lambda _: "news"})
        mapper.connect(name, f"/{name}", controller=kind, action="index")
    application = Application(mapper)
    request = Request.blank("/")
    request.application = application

    assert [link.url for link in application.navigation(request)] == ["/here", "/there"]


def test_routes_and_controllers_of_a_running_application_stay_as_they_are(app):
    """Changing routes after start says when to do it instead."""
    with pytest.raises(Exception, match="before"):
        app.mapper.connect("/late", controller=Home, action="index")
