"""tools.trailingslash: a slash too many or too few is no dead end."""

import random

import pytest

from asking import ask
from kirsch import Application, Controller, Mapper


class Pages(Controller):
    def index(self):
        return "page"

    def deep(self, **variables: str):
        return "page"


def make_app(**options):
    mapper = Mapper()
    mapper.connect("/books", controller=Pages, action="index", conditions={"method": ["GET"]})
    mapper.connect("/books/{title}", controller=Pages, action="deep", conditions={"method": ["GET"]})
    mapper.connect("/shelves/", controller=Pages, action="index")
    mapper.connect("/both", controller=Pages, action="index")
    mapper.connect("/both/", controller=Pages, action="index")
    mapper.connect("/files/{path:.*}", controller=Pages, action="deep")
    mapper.connect("/orders", controller=Pages, action="index", conditions={"method": ["POST"]})
    mapper.connect("/{word}/{other}/end", controller=Pages, action="deep")
    return Application(mapper, config={"tools.trailingslash": options})


def sent_to(app, path, **options):
    answer = ask(app, path, **options)
    return answer.status, answer.headers.get("Location")


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/books/", "/books"),
        ("/books/?page=2&q=%C3%BC", "/books?page=2&q=%C3%BC"),
        ("/shelves", "/shelves/"),
        ("/shelves?a=/", "/shelves/?a=/"),
        ("/books/f%C3%BCr%20alle/", "/books/f%C3%BCr%20alle"),
        ("/books/a%3Fb%23c/", "/books/a%3Fb%23c"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_visitor_is_sent_on(path, location, method):
    """To the address that has a route, with the query as it was."""
    assert sent_to(make_app(), path, method=method) == (308, location)
    assert sent_to(make_app(status=301), path, method=method) == (301, location)


@pytest.mark.parametrize("path", ["/books", "/both", "/both/", "/files/a/", "/shelves/"])
def test_an_address_that_has_a_route_is_left_alone(path):
    """Whatever its end."""
    assert sent_to(make_app(), path) == (200, None)


@pytest.mark.parametrize("path", ["/", "/nowhere", "/nowhere/", "/books//", "/orders/", "/%FF/"])
def test_what_leads_nowhere_still_does(path):
    """No redirect to a page that is not there, or that does not answer GET."""
    assert sent_to(make_app(), path)[0] in (400, 404)


def test_a_form_is_not_sent_elsewhere():
    """Only reading is."""
    assert sent_to(make_app(), "/shelves", method="POST")[0] == 404
    assert sent_to(make_app(), "/orders/", method="POST")[0] == 404


def test_a_mounted_application_keeps_its_prefix():
    """The address is the one that the browser sees."""
    assert sent_to(make_app(), "/books/", environ={"SCRIPT_NAME": "/shop"}) == (308, "/shop/books")


@pytest.mark.parametrize("start", ["//", "/\\", "///", "/%5C", "/%2F", "//\\", "/%09/"])
def test_nobody_is_sent_to_another_site(start):
    """What browsers take for a host is no address here."""
    app = make_app()
    for path in (f"{start}evil.example/end/", f"{start}evil.example/x/end/", f"{start}x/end/"):
        for asked in ({"PATH_INFO": path}, {}):
            _, location = sent_to(app, path, environ=asked)

            assert location is None or location.startswith(("/%", "/evil.example/x/end"))


def test_no_path_leads_off_the_site_or_in_a_circle(seed):
    """Where it leads, there is a page."""
    chosen, app = random.Random(seed), make_app()
    for _ in range(500):
        path = "/" + "".join(
            chosen.choices(["/", "\\", "books", "end", "x", "é".encode().decode("latin-1"), "\t"], k=5)
        )
        answer = ask(app, "/", environ={"PATH_INFO": path})
        assert answer.status in (200, 308, 404)
        if answer.status == 308:
            to = answer.headers["Location"]
            assert to[0] == "/"
            assert to[1] not in "/\\"
            assert ask(app, to).status == 200
