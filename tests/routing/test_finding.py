"""Which route answers a request."""

from datetime import date
from uuid import UUID

import pytest

from kirsch.routing import Converter, Mapper, RouteError


def action(mapper, path, method="GET", environ=None):
    """The action that `find` leads to, or None."""
    route = mapper.find(path, method, environ)[0]
    return route and route.action


def test_the_first_route_connected_wins(mapper):
    """A general route before a special one takes its paths; the length of the fixed prefix does not matter."""
    mapper.connect("/{a}/{b}", controller="any", action="first")
    mapper.connect("/blog/{b}", controller="blog", action="second")
    mapper.connect("/blog/new", controller="blog", action="third")

    assert [action(mapper, path) for path in ("/blog/x", "/blog/new")] == ["first", "first"]


def test_a_fixed_path_before_a_variable_is_found(mapper):
    """`/albums/new` is no album called new."""
    mapper.connect("/albums/new", controller="albums", action="new")
    mapper.connect("/albums/{id}", controller="albums", action="show")

    assert [action(mapper, "/albums/new"), action(mapper, "/albums/7")] == ["new", "show"]


def test_a_miss_is_a_match_without_a_route(mapper):
    """Nothing is raised, and nothing is allowed where no route knows the path."""
    mapper.connect("/here", controller="here")

    assert mapper.find("/there", "GET") == (None, {}, ())


def test_another_method_is_told_what_is_allowed(mapper):
    """HEAD comes with GET, OPTIONS with everything; both for fixed paths and for those with variables."""
    for path in ("/a", "/b/{id:int}"):
        mapper.connect(path, controller="c", action="show", conditions={"method": ["GET"]})
        mapper.connect(path, controller="c", action="drop", conditions={"method": "delete"})

    for path in ("/a", "/b/1"):
        assert mapper.find(path, "PUT") == (None, {}, ("DELETE", "GET", "HEAD", "OPTIONS"))
        assert mapper.find(path, "OPTIONS")[2] == ("DELETE", "GET", "HEAD", "OPTIONS")
        assert [action(mapper, path, "HEAD"), action(mapper, path, "DELETE")] == ["show", "drop"]


def test_a_method_is_a_whole_word(mapper):
    """`ET` is not part of `GET`, and methods may be given as a string, a list or in lower case."""
    mapper.connect("/a", controller="c", conditions={"method": "get, post"})

    assert [action(mapper, "/a", method) for method in ("GET", "POST", "ET")] == ["index", "index", None]


@pytest.mark.parametrize("path", ["/admin\n", "/n/12\n", "/n/٣", "/n/-", "/n/", "/n/1/", "n/1", "", "//n/1"])
def test_only_the_whole_path_matches(mapper, path):
    """No newline is passed over at the end, digits are ASCII, and a slash more or less is another path."""
    mapper.connect("/admin", controller="c")
    mapper.connect(r"/n/{id:\d+}", controller="c")

    assert mapper.find(path, "GET")[0] is None


def test_paths_are_text_in_any_script(mapper):
    """Fixed and variable parts may hold what UTF-8 can."""
    mapper.connect("/café", controller="cafe", action="fixed")
    mapper.connect("/u/{name}", controller="users", action="show")

    assert action(mapper, "/café") == "fixed"
    assert mapper.find("/u/Жанна", "GET")[1] == {"name": "Жанна"}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", "12", 12),
        ("int", "-3", -3),
        ("float", "2.50", 2.5),
        ("str", "a b", "a b"),
        ("date", "2024-02-29", date(2024, 2, 29)),
        ("uuid", "12345678-1234-5678-1234-567812345678", UUID("12345678-1234-5678-1234-567812345678")),
        ("path", "a/b/c.css", "a/b/c.css"),
        (r"\d{2}-[}]|(?:a|b){1}", "12-}", "12-}"),
        (r"[\d.]+\D", "1.2x", "1.2x"),
        (r"[^/\d]+", "٣", "٣"),
        (r"[]\]]+", "]]", "]]"),
    ],
)
def test_a_typed_variable_arrives_as_its_type(mapper, kind, text, value):
    """`{x:int}` hands an int to the action; braces, classes and groups are fine in a regex."""
    mapper.connect(f"/x/{{value:{kind}}}", controller="c")

    assert mapper.find(f"/x/{text}", "GET")[1] == {"value": value}


@pytest.mark.parametrize(
    ("kind", "text"),
    [("int", "1.0"), ("int", "9" * 19), ("int", "9" * 5000), ("date", "2024-02-31"), ("uuid", "1234"), ("str", "a/b")],
)
def test_what_is_no_value_of_the_type_does_not_match(mapper, kind, text):
    """A day that does not exist and a number no database can hold are paths without a route."""
    mapper.connect(f"/x/{{value:{kind}}}", controller="c")

    assert mapper.find(f"/x/{text}", "GET")[0] is None


def test_a_site_adds_its_own_types(mapper):
    """A converter of one mapper is unknown to the next."""
    mapper.converters["slug"] = Converter("[a-z-]+", read=lambda text: text.split("-"), write="-".join)
    mapper.connect("post", "/posts/{words:slug}", controller="posts")

    assert mapper.find("/posts/hello-world", "GET")[1] == {"words": ["hello", "world"]}
    assert mapper.url("post", words=["hello", "world"]) == "/posts/hello-world"
    assert "slug" not in Mapper().converters


def test_the_format_is_optional(mapper):
    """`{.format}` is None where the path has none; a list of words admits no other."""
    mapper.connect("/a{.format}", controller="c", action="any")
    mapper.connect("/b/{id}{.format:json|csv}", controller="c", action="some")

    found = [mapper.find(path, "GET")[1] for path in ("/a", "/a.xml", "/b/1", "/b/1.csv", "/b/1.xml")]

    assert found == [
        {"format": None},
        {"format": "xml"},
        {"id": "1", "format": None},
        {"id": "1", "format": "csv"},
        {"id": "1.xml", "format": None},
    ]


def test_a_rest_takes_everything_below(mapper):
    """`*rest`, `{rest:.*}` and `{rest:path}` go past slashes; text after them counts."""
    mapper.connect("/files/*rest", controller="c", action="star")
    mapper.connect("/old/{rest:.*}", controller="c", action="regex")
    mapper.connect("/new/{rest:path}/edit", controller="c", action="path")

    assert mapper.find("/files/a/b", "GET")[1] == {"rest": "a/b"}
    assert mapper.find("/old/", "GET")[1] == {"rest": ""}
    assert mapper.find("/new/a/b/edit", "GET")[1] == {"rest": "a/b"}
    assert mapper.find("/new/a/b", "GET")[0] is None


def test_constants_of_a_route_reach_the_action(mapper):
    """Any other keyword of `connect` is handed over unchanged, to each request its own dict."""
    mapper.connect("/de", controller="home", lang="de", depth=2)

    mapper.find("/de", "GET")[1]["lang"] = "spoilt"

    assert mapper.find("/de", "GET")[1] == {"lang": "de", "depth": 2}


def test_escaped_signs_are_text(mapper):
    r"""`\:`, `\{`, `\*` mean themselves, and so does a dot."""
    mapper.connect(r"/a\:b\{c\}\*.d", controller="c")

    assert mapper.find("/a:b{c}*.d", "GET")[0]
    assert mapper.find("/a:b{c}*xd", "GET")[0] is None


def test_the_old_notation_still_works(mapper):
    """`:x` and `:(x)` are variables, as in Routes."""
    mapper.connect("/a/:x/:(y).html", controller="c")

    assert mapper.find("/a/1/2.html", "GET")[1] == {"x": "1", "y": "2"}


def test_a_function_decides_and_may_change_the_values(mapper):
    """It sees the environ and the variables; where it says no, the next route is asked."""

    def in_german(environ, values):
        values["lang"] = "de"
        return environ.get("HTTP_ACCEPT_LANGUAGE") == "de"

    mapper.connect("/", controller="home", action="german", conditions={"function": in_german})
    mapper.connect("/", controller="home", action="english")

    german, values, _ = mapper.find("/", "GET", {"HTTP_ACCEPT_LANGUAGE": "de"})

    assert (german.action, values) == ("german", {"lang": "de"})
    assert mapper.find("/", "GET", {})[0].action == "english"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("shop.example.co.uk", "shop"),
        ("SHOP.example.co.uk:8080", "shop"),
        ("www.example.co.uk", "plain"),
        ("example.co.uk", "plain"),
        ("127.0.0.1", "plain"),
        ("[::1]:80", "plain"),
        ("shop.evil.example", "plain"),
    ],
)
def test_a_sub_domain_chooses_the_route(mapper, host, expected):
    """Seen from the site's own domain; addresses and foreign hosts have none."""
    mapper.domains = ("example.co.uk",)
    mapper.sub_domains_ignore = ["www"]
    mapper.connect("/", controller="c", action="shop", conditions={"sub_domain": ["shop"]})
    mapper.connect("/", controller="c", action="plain")

    assert action(mapper, "/", environ={"HTTP_HOST": host}) == expected


def test_connecting_after_the_start_is_refused(mapper):
    """The sentence says what to do instead, and where the call stands."""
    mapper.connect("/", controller="home")
    mapper.freeze()

    with pytest.raises(RouteError, match=r"routing/test_finding\.py:\d+: the routes are frozen; connect them before"):
        mapper.connect("/late", controller="late")


def test_a_class_stands_for_its_controller(mapper):
    """Its name is its own `name` or the class name in snake case; the mapper keeps the class."""

    class BlogPosts:
        pass

    class Other:
        name = "shop"

    mapper.connect("/posts", controller=BlogPosts)
    mapper.connect("/shop", controller=Other)

    assert mapper.classes == {"blog_posts": BlogPosts, "shop": Other}
    assert mapper.find("/posts", "GET")[0].controller == "blog_posts"


def test_a_route_knows_what_a_plan_needs(mapper):
    """Controller, action, methods, variables and the place of its connection."""
    mapper.connect("album", "/albums/{id:int}", controller="albums", action="show", conditions={"method": "GET"})
    [route] = mapper.matchlist

    assert (route.controller, route.action, route.methods) == ("albums", "show", frozenset({"GET"}))
    assert {name: part.type for name, part in route.variables.items()} == {"id": "int"}
    assert route.place.startswith("routing/test_finding.py:")


def test_finding_is_one_call(mapper):
    """A request pays for one Python frame, by index or by name."""
    import sys

    mapper.connect("/a", controller="c")
    mapper.connect("/b/{id:int}", controller="c")
    mapper.freeze()
    calls = []

    sys.setprofile(lambda frame, event, _: calls.append(frame.f_code.co_name) if event == "call" else None)
    try:
        mapper.find("/a", "GET")
        mapper.find("/b/x", "GET")
    finally:
        sys.setprofile(None)

    assert [name for name in calls if name not in ("__new__", "<lambda>")] == ["find", "find"]
