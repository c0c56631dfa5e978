"""Code written for Routes finds what it knows."""

import routes
import routes.route

from kirsch.routing import Mapper, Route


def test_it_is_a_mapper_of_routes(mapper):
    """Subclasses, with the settings that Kirsch stands for."""
    mapper.connect("/a/{x}", controller="c")

    assert isinstance(mapper, routes.Mapper)
    assert isinstance(mapper.matchlist[0], routes.route.Route)
    assert (mapper.explicit, mapper.minimization) == (True, False)


def test_match_and_routematch_answer_as_in_routes(mapper):
    """By URL or by environ, whose path is bytes in the guise of Latin-1."""
    mapper.connect("user", "/u/{name}", controller="users", action="show", conditions={"method": ["GET"]})
    environ = {"PATH_INFO": "/u/café".encode().decode("latin-1"), "REQUEST_METHOD": "GET"}

    values, route = mapper.routematch(environ=environ)

    assert values == {"controller": "users", "action": "show", "name": "café"}
    assert route.name == "user"
    assert mapper.match("/u/café") == values
    assert mapper.match("/nowhere") is None
    assert mapper.match(environ=environ | {"REQUEST_METHOD": "POST"}) is None
    assert mapper.match(environ=environ | {"PATH_INFO": "/u/\xff"}) is None
    assert route.match("/u/x", {"REQUEST_METHOD": "POST"}) is False


def test_a_method_in_the_query_string_changes_nothing(mapper):
    """A link cannot delete."""
    mapper.connect("/p/{id}", controller="p", action="show", conditions={"method": ["GET"]})
    mapper.connect("/p/{id}", controller="p", action="delete", conditions={"method": ["DELETE"]})
    environ = {"PATH_INFO": "/p/1", "REQUEST_METHOD": "GET", "QUERY_STRING": "_method=DELETE"}

    assert mapper.match(environ=environ)["action"] == "show"


def test_generate_goes_by_controller_and_action(mapper):
    """The route that uses most of what is given; None where there is none."""
    mapper.connect("/posts", controller="posts", action="index")
    mapper.connect("/posts/{year:int}", controller="posts", action="index")
    mapper.connect("/posts/{year:int}", controller="posts", action="drop", conditions={"method": "DELETE"})

    assert mapper.generate(controller="posts", action="index", year=2024) == "/posts/2024"
    assert mapper.generate(controller="posts", action="index", page=2) == "/posts?page=2"
    assert mapper.generate(controller="posts", action="index", _environ={"SCRIPT_NAME": "/b"}) == "/b/posts"
    assert mapper.generate(controller="posts", action="drop", year=1, method="POST") is None
    assert mapper.generate(controller="posts", action="nope") is None
    assert mapper.generate(mapper.matchlist[1], year=7) == "/posts/7"


def test_a_site_may_have_a_route_class_of_its_own():
    """`make_route` is the documented way in."""

    class Mine(Route):
        pass

    class MyMapper(Mapper):
        def make_route(self, *args, **options):
            return Mine(*args, **options)

    mapper = MyMapper()
    mapper.connect("/", controller="home")

    assert type(mapper.find("/", "GET")[0]) is Mine


def test_extend_connects_copies_below_a_prefix(mapper):
    """With all they were made of."""
    other = Mapper()
    other.connect("a", "/a/{id}", controller="c", requirements={"id": "int"}, conditions={"method": "GET"}, lang="de")

    mapper.extend(other.matchlist, "/sub")

    assert mapper.find("/sub/a/1", "GET")[1] == {"lang": "de", "id": 1}
    assert mapper.find("/sub/a/1", "PUT")[2] == ("GET", "HEAD", "OPTIONS")


def test_extend_keeps_where_redirects_lead(mapper):
    """Below the prefix, as the paths they stand at."""
    other = Mapper()
    other.redirect("/old/{id:int}", "/new/{id}", status=308)

    mapper.extend(other.matchlist, "/sub")
    route, values, _ = mapper.find("/sub/old/7", "GET")

    assert (route.location(values), route.redirect_status) == ("/sub/new/7", "308 Permanent Redirect")


def test_a_mapper_prints_as_a_table(mapper):
    """Name, methods, path, controller and action."""
    mapper.connect("home", "/", controller="home", conditions={"method": "GET"})

    assert str(mapper).splitlines() == [
        "Name  Methods  Path  Controller  Action",
        "home  GET      /     home        index",
    ]
