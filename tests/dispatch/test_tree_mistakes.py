"""What is wrong with a tree is said at start, with its place."""

import pytest

from kirsch import Application, Controller, Mapper
from kirsch.crud import Resource
from kirsch.dispatch import at, mount, tree
from kirsch.errors import ConfigError, UsageError
from kirsch.routing import RouteError


def mistake(root):
    """What is wrong with the tree of *root*."""
    mapper = Mapper()
    tree(mapper, "/", root)
    with pytest.raises(ConfigError) as caught:
        Application(mapper)
    return str(caught.value)


class Songs(Controller):
    def index(self):
        return "songs"


def test_an_action_that_ignores_a_variable_above_it_is_a_mistake():
    """Every action below a variable takes it by name."""

    @at("{user}")
    class User(Controller):
        def index(self):
            return "?"

    class Site(Controller):
        user = User

    assert "User.index does not take the route's variable 'user'" in mistake(Site)


def test_the_rest_of_a_path_is_made_of_texts():
    """Another annotation is one mistake."""

    class Site(Controller):
        def default(self, *rest: object):
            return "?"

    found = mistake(Site)

    assert "Site.default has an argument 'rest' of a type that no text converts to" in found
    assert found.count("Site.default") == 1


def test_a_controller_stands_at_one_place():
    """Two places would give two routes one name."""

    class Site(Controller):
        songs = Songs
        records = Songs

    said = mistake(Site)

    assert "test_tree_mistakes.py:" in said
    assert "Songs stands at /songs and at /records; make a subclass of it" in said


def test_a_tree_ends_somewhere():
    """A controller below itself is a mistake, not an endless start."""

    class Endless(Controller):
        def index(self):
            return ""

    Endless.again = Endless

    assert "Endless stands below itself, at /again" in mistake(Endless)


def test_a_controller_without_anything_is_a_mistake():
    """Whoever forgets `def` hears of it at start."""
    assert "Nothing at / has no action" in mistake(type("Nothing", (Controller,), {}))


def test_a_resource_is_no_part_of_a_tree():
    """Its `delete` would answer GET; it has routes of its own."""

    class Site(Controller):
        albums = type("Albums", (Resource,), {})

    assert "Albums at /albums: a Resource has routes of its own" in mistake(Site)


@pytest.mark.parametrize("connect", [tree, mount])
def test_a_submapper_is_no_mapper(connect):
    """What it would add is written into the path."""
    with (
        Mapper().submapper(path_prefix="/admin") as admin,
        pytest.raises(RouteError, match="takes a Mapper, and the whole path"),
    ):
        connect(admin, "/", Songs)


@pytest.mark.parametrize("root", [Songs, "songs", object, None], ids=["instance", "text", "class", "nothing"])
def test_a_tree_is_made_of_classes(root):
    """What is no controller is refused where it is said."""
    with pytest.raises(RouteError, match=r"test_tree_mistakes\.py:\d+: tree takes the class of a controller"):
        tree(Mapper(), "/", root(None) if root is Songs else root)


@pytest.mark.parametrize("paths", [(), ("/a",), ("a/",), ("",), (3,)], ids=repr)
def test_at_takes_paths_below_another(paths):
    """Slashes at the ends are the tree's."""
    with pytest.raises(UsageError, match=r"at\("):
        at(*paths)


def test_separators_are_signs_of_a_path():
    """A slash would make two parts of one name."""
    with pytest.raises(RouteError, match="separators='/' may hold"):
        tree(Mapper(), "/", Songs, separators="/")
