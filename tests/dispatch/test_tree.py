"""Trees of controllers: from classes to ordinary routes."""

from datetime import date
from enum import Enum

import pytest

from kirsch import Application, Controller, Mapper
from kirsch.dispatch import ByMethod, at, tree
from kirsch.routing import RouteError
from kirsch.testing import Client


def planted(root, path="/", config=None, **options):
    """A client of a site that is the tree of *root*, and its mapper."""
    mapper = Mapper()
    tree(mapper, path, root, **options)
    return Client(Application(mapper, config=config)), mapper


class Songs(Controller):
    def index(self):
        return "songs"

    def default(self, *rest):
        return f"songs: {rest}"


class Root(Controller):
    songs = Songs

    def index(self):
        return "root"

    def about(self):
        return "about"

    def default(self, *rest):
        return f"root: {rest}"

    def _secret(self):
        return "secret"


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("/", "root"),
        ("/about", "about"),
        ("/songs", "songs"),
        ("/songs/1/2", "songs: ('1', '2')"),
        ("/about/us", "root: ('about', 'us')"),
        ("/index", "root: ('index',)"),
        ("/_secret", "root: ('_secret',)"),
        ("/flash", "root: ('flash',)"),
        ("/songs/index", "songs: ('index',)"),
    ],
)
def test_a_path_leads_to_the_nearest_that_answers(target, text):
    """Names first, then the default of the deepest controller; nothing is public but actions."""
    client, _ = planted(Root)

    assert client.get(target).text == text


def test_a_tree_may_stand_below_a_path():
    """The root's index is the path itself, and URLs follow."""
    client, mapper = planted(Root, "/music/")

    assert client.get("/music").text == "root"
    assert client.get("/").status_code == 404
    assert mapper.url("songs.default", rest=["a b", "ü"]) == "/music/songs/a%20b/%C3%BC"
    assert client.get("/music/songs/a%20b/%C3%BC").text == "songs: ('a b', 'ü')"


def test_parts_by_position_are_typed_variables():
    """The URL of an action takes as many of them as are given, and is read back."""

    class Kind(Enum):
        NEW = "new"

    class Archive(Controller):
        def show(self, day: date, kind: Kind | None = None, /, q: str = ""):
            return f"{day!r} {kind} {q}"

    client, mapper = planted(Archive, "/archive")
    short, long = (
        mapper.url("archive.show", day=date(2026, 1, 2), q="x"),
        mapper.url("archive.show", day=date(2026, 1, 2), kind=Kind.NEW, q="x"),
    )

    assert (short, long) == ("/archive/show/2026-01-02?q=x", "/archive/show/2026-01-02/new?q=x")
    assert client.get(short).text == "datetime.date(2026, 1, 2) None x"
    assert client.get(long).text == "datetime.date(2026, 1, 2) Kind.NEW x"
    assert client.get("/archive/show/yesterday").status_code == 404
    with pytest.raises(RouteError, match="'day' is missing"):
        mapper.url("archive.show")


def test_a_tree_is_the_same_below_a_prefix_of_another_table():
    """Its longer URLs are made, its classes are known, and its ``default`` leaves to others what they answer."""

    class Things(ByMethod):
        def get(self):
            return "things"

    class Pages(Controller):
        things = Things

        def show(self, name: str = "first", /):
            return name

        def default(self, *rest):
            return f"rest: {rest}"

    mapper, other = Mapper(), Mapper()
    tree(other, "/pages", Pages)
    mapper.extend(other.matchlist, "/below")
    client = Client(Application(mapper))

    assert client.get(mapper.url("pages.show", name="second")).text == "second"
    assert client.get("/below/pages/other").text == "rest: ('other',)"
    assert client.put("/below/pages/things").status_code == 405


def test_a_rest_is_written_part_by_part():
    """A part that would be read back as two is refused."""
    _, mapper = planted(Root)

    assert mapper.url("root.default", rest="one") == "/one"
    with pytest.raises(RouteError, match="one part of a path"):
        mapper.url("root.default", rest=["a/b"])


def test_names_that_no_attribute_can_have_are_said_with_at():
    """Dots, hyphens, words that Python keeps for itself: the first of several paths is the one in URLs."""

    class Words(Controller):
        @at("sitemap.xml", "site-map")
        def sitemap(self):
            return "map"

        def class_(self):
            return "class"

        @at("print")
        def paper(self):
            return "print"

    client, mapper = planted(Words)

    assert [client.get(path).text for path in ("/sitemap.xml", "/site-map", "/class", "/print")] == [
        "map", "map", "class", "print",
    ]  # fmt: skip
    assert client.get("/sitemap").status_code == 404
    assert (mapper.url("words.sitemap"), mapper.url("words.class_")) == ("/sitemap.xml", "/class")


def test_separators_stand_for_underscores():
    """The first is written, all are read, for actions and for controllers."""

    class NewSongs(Controller):
        def by_day(self):
            return "by day"

    class Site(Controller):
        new_songs = NewSongs

    client, mapper = planted(Site, separators="-._")

    assert mapper.url("new_songs.by_day") == "/new-songs/by-day"
    assert {client.get(f"/new{one}songs/by{other}day").text for one in "-._" for other in "-._"} == {"by day"}


def test_a_variable_stands_for_a_controller():
    """Fixed names are tried before it; every action below takes it."""

    class Comments(Controller):
        def index(self, user, id: int):
            return f"comments on {id} by {user}"

    @at("{id:int}")
    class Post(Controller):
        comments = Comments

        def index(self, user, id: int):
            return f"post {id} of {user}"

    @at("~{user}")
    class User(Controller):
        post = Post

        def index(self, user):
            return user

    class Blog(Controller):
        user = User

        def about(self):
            return "about"

    client, mapper = planted(Blog)

    assert client.get("/~ada").text == "ada"
    assert client.get("/~ada/7").text == "post 7 of ada"
    assert client.get("/~ada/7/comments").text == "comments on 7 by ada"
    assert client.get("/~ada/x").status_code == 404
    assert client.get("/about").text == "about"
    assert mapper.url("comments", user="ada", id=7) == "/~ada/7/comments"


def test_variables_with_a_type_are_tried_before_others():
    """However they are ordered in the class: they take less."""

    @at("{name}")
    class Person(Controller):
        def index(self, name):
            return f"person {name}"

    @at("{day:date}")
    class Day(Controller):
        def index(self, day: date):
            return f"day {day}"

    class Site(Controller):
        person = Person
        day = Day

        def index(self, page: int = 1, /):
            return f"page {page}"

    client, _ = planted(Site)

    assert [client.get(path).text for path in ("/", "/2", "/2026-01-02", "/ada")] == [
        "page 1", "page 2", "day 2026-01-02", "person ada",
    ]  # fmt: skip


def test_tools_work_in_a_tree_as_anywhere():
    """The routes are ordinary ones: configuration names controllers and actions."""
    config = {"controllers": {"root": {"actions": {"about": {"tools": {"headers": {"send": {"X-A": "1"}}}}}}}}

    client, _ = planted(Root, config=config)

    assert client.get("/about").headers["X-A"] == "1"
    assert "X-A" not in client.get("/").headers


def test_two_trees_have_names_of_their_own():
    """A prefix keeps the names of the second apart."""
    mapper = Mapper()
    tree(mapper, "/one", Songs)
    tree(mapper, "/two", Songs, name_prefix="second.")
    client = Client(Application(mapper))

    assert (mapper.url("songs"), mapper.url("second.songs")) == ("/one", "/two")
    assert client.get("/two/x").text == "songs: ('x',)"
