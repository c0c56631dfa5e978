"""What the Mapper of Routes gets wrong, and what people were surprised by: each by name, from outside."""

import threading
from itertools import pairwise

import pytest

from kirsch import Application, Controller, Mapper
from kirsch.routing import RouteError
from kirsch.testing import Client


def variables(mapper, path, **environ):
    """The variables that `find` reads from *path*, or None where no route takes it."""
    route, values, _ = mapper.find(path, "GET", environ)
    return None if route is None else values


def test_braces_in_a_regex_are_counted(mapper):
    r"""`{y:\d{4}}` takes four digits."""
    mapper.connect(r"/{y:\d{4}}", controller="c")

    assert [variables(mapper, path) for path in ("/2026", "/202", "/20266")] == [{"y": "2026"}, None, None]


def test_a_group_in_a_regex_is_fine(mapper):
    """`{k:(?:a|b)}` takes a or b, and a group that captures does not disturb the other variables."""
    mapper.connect("/{k:(?:a|b)}/{l:(c|d)+}/{m}", controller="c")

    assert variables(mapper, "/b/cd/e") == {"k": "b", "l": "cd", "m": "e"}
    assert variables(mapper, "/c/c/e") is None


def test_alternatives_in_a_requirement_are_alternatives_as_a_whole(mapper):
    """`a|b` refuses axx, in a path and in `url`."""
    mapper.connect("x", "/{x}", controller="c", requirements={"x": "a|b"})

    assert [variables(mapper, path) for path in ("/a", "/axx", "/xxb")] == [{"x": "a"}, None, None]
    for text in ("axx", "xxb"):
        with pytest.raises(RouteError, match=f"x='{text}' is refused"):
            mapper.url("x", x=text)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("example.co.uk", "plain"),
        ("shop.example.co.uk", "shop"),
        ("example.com", "plain"),
        ("shop.example.com", "shop"),
        ("127.0.0.1", "plain"),
        ("127.0.0.1:8080", "plain"),
        ("[::1]:8080", "plain"),
        ("[2001:db8::1]", "plain"),
        ("localhost", "plain"),
        ("", "plain"),
    ],
)
def test_a_domain_is_told_from_its_sub_domains_without_being_said(mapper, host, expected):
    """Below co.uk the third label is the domain, and addresses have none."""
    mapper.connect("/", controller="c", action="shop", conditions={"sub_domain": True})
    mapper.connect("/", controller="c", action="plain")

    assert mapper.find("/", "GET", {"HTTP_HOST": host})[0].action == expected


def test_a_domain_that_is_said_counts(mapper):
    """`mapper.domains` is right wherever guessing is not."""
    mapper.domains = ("shop.example.com", "localhost")
    mapper.connect("/", controller="c", action="sub", conditions={"sub_domain": "de"})
    mapper.connect("/", controller="c", action="plain")
    hosts = ("de.shop.example.com", "de.localhost:80", "shop.example.com", "de.other.example")

    assert [mapper.find("/", "GET", {"HTTP_HOST": host})[0].action for host in hosts] == [
        "sub",
        "sub",
        "plain",
        "plain",
    ]


def test_many_variables_in_one_segment_take_linear_time(mapper):
    """Sixty thousand signs that fit nowhere are no work; values are those of the shortest first reading."""
    mapper.connect("/{a}-{b}-{c}-{d}/end", controller="c")
    mapper.connect("/{a}x{b}yy{c}.html", controller="c")
    mapper.freeze()

    assert mapper.mistakes() == []
    assert variables(mapper, "/1-2-3-4-5/end") == {"a": "1", "b": "2", "c": "3", "d": "4-5"}
    assert variables(mapper, "/axbyyyyc.html.html") == {"a": "a", "b": "b", "c": "yyc.html"}
    assert variables(mapper, "/-" + "-" * 60_000) is None
    assert variables(mapper, "/" + "xyy" * 20_000) is None


@pytest.mark.parametrize("path", ["/{a}-{b:int}", "/{a:path}/x/{b:path}", r"/{a:[\w-]+}-{b:[\w-]+}"])
def test_two_variables_that_compete_are_tried_on_short_texts_only(mapper, path):
    """2,000 characters; what is longer belongs to no such route."""
    mapper.connect(path, controller="c")
    text = path[1:].replace("{a:path}/x/{b:path}", "%s/x/1").replace(r"{a:[\w-]+}-{b:[\w-]+}", "%s-1")
    text = "/" + text.replace("{a}-{b:int}", "%s-1")

    assert variables(mapper, text % ("a" * 1990)) is not None
    assert variables(mapper, text % ("a" * 2100)) is None


@pytest.mark.parametrize(
    "path",
    [
        r"/{a:[\w-]+}-{b:[\w-]+}-{c:[\w-]+}", "/{a}-{b:int}-{c}-{d:int}", "/{a}{b}{c}",
        "/{a:int}{b:int}{c:int}x", "/{a:[A-Z]+}{b:[A-Z]+}{c:[A-Z]+}", "/{a:(?:xy)*}{b:(?:xy)*}{c:(?:xy)*}.html",
    ],
)  # fmt: skip
def test_three_that_compete_are_a_mistake(mapper, path):
    """With what to do about it, whatever signs they take and whatever follows the last."""
    mapper.connect(path, controller="c")

    [mistake] = mapper.mistakes()
    assert "three variables of any length in one segment make long paths slow" in mistake
    assert "give them types or regexes that leave out the text between them" in mistake


@pytest.mark.parametrize("name", ["prefix", "append_slash", "minimization", "always_scan"])
def test_settings_that_change_every_route_are_not_ignored(mapper, name):
    """They are reported at start."""
    setattr(mapper, name, "/x")

    assert mapper.mistakes()[0].startswith(f"mapper.{name} is not offered; write paths in full")


def test_a_filter_changes_what_a_url_is_made_of(mapper):
    """As in Routes, before anything is checked."""
    mapper.connect(
        "day", "/{year}/{n}", controller="c", _filter=lambda given: given | {"year": given["day"].year, "day": None}
    )

    class Day:
        year = 2026

    assert mapper.url("day", day=Day(), n=1) == "/2026/1"


def test_mappers_do_not_know_of_each_other():
    """Four threads with a table each make and find their own URLs."""
    mappers = [Mapper() for _ in range(4)]
    for number, mapper in enumerate(mappers):
        mapper.connect("x", f"/{number}/{{id}}", controller=f"c{number}")
    wrong = []

    def work(number):
        for turn in range(200):
            url = mappers[number].url("x", id=turn)
            if mappers[number].find(url, "GET")[0].controller != f"c{number}" or url != f"/{number}/{turn}":
                wrong.append(url)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_a_route_connected_later_is_found(mapper):
    """Finding freezes the table by itself, so nothing is forgotten that was connected before."""
    for path in ("/a", "/b", "/c/{x}"):
        mapper.connect(path, controller="c")

    assert all(variables(mapper, path) is not None for path in ("/a", "/b", "/c/1"))


class Pages(Controller):
    """Actions behind a hostile proxy."""

    def show(self, id: int) -> str:
        return self.url("page", id=id)

    def delete(self, id: int) -> str:
        return "deleted"


@pytest.fixture
def client(mapper):
    """A visitor of two actions on one path."""
    mapper.connect("page", "/p/{id:int}", controller=Pages, action="show", conditions={"method": "GET"})
    mapper.connect("/p/{id:int}", controller=Pages, action="delete", conditions={"method": "DELETE"})
    mapper.redirect("/old/{id:int}", "/p/{id}")
    return Client(Application(mapper))


def test_a_link_does_not_delete(client):
    """`_method` in a query string is a word like any other."""
    assert client.get("/p/1?_method=DELETE").text == "/p/1"


def test_a_forwarded_host_is_not_believed(client):
    """Neither in a URL nor in a redirect."""
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"}

    assert client.get("/p/1", headers=forged).text == "/p/1"
    assert client.get("/old/1", headers=forged).headers["Location"] == "/p/1"


@pytest.mark.parametrize("path", ["/p/1%0A", "/p/%D9%A3", "/p/1%00", "/p/%2B1", "/p/1_0", "/p/%201", "//p/1", "/p//1"])
def test_only_what_a_route_means_reaches_the_action(client, path):
    """No newline at the end, no digits of other scripts, nothing that `int` alone would take."""
    assert client.get(path).status_code == 404


def test_the_order_of_connection_counts_whatever_the_prefix(mapper):
    """Any two neighbours that both take a path: the first one answers."""
    paths = ["/a/b/{x}", "/{x}/b/c", "/a/{x}/c", "/{x:path}", "/a/b/c", "/a/b/{x:[a-z]}", "/a/b/c{.format}"]
    for first, second in [*pairwise(paths), *pairwise(reversed(paths))]:
        mapper = Mapper()
        mapper.connect(first, controller="c", action="first")
        mapper.connect(second, controller="c", action="second")

        assert mapper.find("/a/b/c", "GET")[0].action == "first"
