"""tools.redirect: an action that has moved."""

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper, tools
from kirsch.errors import ConfigError


class Old(Controller):
    @tools.redirect("/new")
    def moved(self):
        raise AssertionError("An action that has moved is not reached.")

    @tools.redirect("/new?a=1#top", status=301)
    def queried(self):
        return "never"

    @tools.redirect("/new", query=False, status=307)
    def plain(self):
        return "never"

    @tools.redirect(route="book", status=308)
    def book(self, id: int):
        return "never"

    @tools.redirect("https://shop.example/door", hosts=["shop.example"], status=303)
    def away(self):
        return "never"

    def new(self):
        return "new"

    def read(self, id: int):
        return f"book {id}"


class Here(Controller):
    def index(self):
        return "never"


def make_app(config=None):
    mapper = Mapper()
    for action in ("moved", "queried", "plain", "away", "new"):
        mapper.connect(f"/{action}", controller=Old, action=action)
    mapper.connect("book", "/books/{id:int}", controller=Old, action="read")
    mapper.connect("/old/{id:int}", controller=Old, action="book")
    mapper.connect("/other/{id:int}", controller=Old, action="book")
    return Application(mapper, [Old], config)


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/moved", 302, "/new"),
        ("/moved?q=%C3%BC&b=2", 302, "/new?q=%C3%BC&b=2"),
        ("/queried?b=2", 301, "/new?a=1&b=2#top"),
        ("/plain?b=2", 307, "/new"),
        ("/old/7?b=2", 308, "/books/7?b=2"),
        ("/away", 303, "https://shop.example/door"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_whoever_comes_is_sent_on(path, status, location, method):
    """With the query, by a path, a route's name or an address of another site that is allowed."""
    answer = ask(make_app(), path, method=method)

    assert (answer.status, answer.headers["Location"], answer.body) == (status, location, b"")


def test_a_mounted_application_keeps_its_prefix():
    """The address is the one that the browser sees; that of another site stays."""
    environ = {"SCRIPT_NAME": "/shop"}
    places = [ask(make_app(), path, environ=environ).headers["Location"] for path in ("/moved", "/old/7", "/away")]

    assert places == ["/shop/new", "/shop/books/7", "https://shop.example/door"]


def test_the_query_of_a_visitor_leads_nowhere_else():
    """Line breaks, hosts and backslashes in it stay what they are: text."""
    answer = ask(make_app(), "/moved", environ={"QUERY_STRING": "\\\\evil.example//@%0d%0aSet-Cookie:a=b"})

    assert answer.headers["Location"].startswith("/new?")
    assert "Set-Cookie" not in answer.headers


def test_what_no_route_takes_stays_lost():
    """A redirect of the whole site is for its actions."""
    mapper = Mapper()
    mapper.connect("/there", controller=Here, action="index")
    app = Application(mapper, [Here], {"tools.redirect.to": "/new"})

    assert (ask(app, "/there").status, ask(app, "/nowhere").status) == (302, 404)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "give one of them"),
        ({"to": "/a", "route": "book"}, "give one of them"),
        ({"to": "//evil.example"}, "no path of this site"),
        ({"to": "https://evil.example/"}, "no path of this site"),
        ({"to": "https://evil.example/", "hosts": ["shop.example"]}, "no path of this site"),
        ({"to": "javascript:alert(1)"}, "no path of this site"),
        ({"to": "new"}, "no path of this site"),
        ({"to": "/\\evil.example"}, "no place there"),
        ({"to": "/a\r\nX: y"}, "no place there"),
        ({"route": "bok"}, "Did you mean 'book'"),
        ({"to": "/a", "status": 300}, "must be one of"),
    ],
)
def test_an_address_that_cannot_be_meant_is_said_at_start(options, words):
    """Nobody is sent to another site by a slip."""
    with pytest.raises(ConfigError, match=words):
        make_app({"tools.redirect": options})
