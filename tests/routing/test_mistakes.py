"""What is wrong with a table is said before the first request."""

import pytest

from kirsch.routing import Mapper, RouteError


@pytest.mark.parametrize(
    ("path", "options", "sentence"),
    [
        ("/a/{x", {}, "the brace in '{x' is never closed"),
        ("/a/{x:(}", {}, "the regex '(' of 'x' is broken"),
        ("/a/{x}/{x}", {}, "the variable 'x' stands twice"),
        ("/a/{1x}", {}, "'1x' is no name for a variable"),
        ("/a/{x:itn}", {}, "names no known type. Did you mean 'int'?"),
        ("/a/*", {}, "a '*' needs a name"),
        ("a", {}, "a path starts with '/'"),
        ("/{controller}/x", {}, "would open every public method"),
        ("/a", {"conditions": {"methods": ["GET"]}}, "there is no condition 'methods'. Did you mean 'method'?"),
        ("/a", {"conditions": {"method": ["GE T"]}}, "'GE T' is no HTTP method"),
        ("/{a:.*}/{b:path}/*c", {}, "three variables that take slashes"),
        ("/a/{x:(?i)b}", {}, "its regex is broken"),
        ("/a", {"controller": None}, "names no controller"),
        ("/a", {"_minimize": True}, "_minimize is not offered"),
        ("/a", {"requirements": {"x": "["}}, None),
    ],
)
def test_a_broken_route_is_reported_with_its_place(mapper, path, options, sentence):
    """Nothing is raised while connecting, so that all mistakes come together."""
    mapper.connect(path, **{"controller": "c", **options})
    mistakes = mapper.mistakes()

    if sentence is None:
        assert mistakes == []
    else:
        assert [sentence in mistake and "routing/test_mistakes.py:" in mistake for mistake in mistakes] == [True]
        assert mapper.find("/a/1", "GET")[0] is None


def test_a_name_is_given_once(mapper):
    """The same path may share it, for other methods; another path may not."""
    mapper.connect("album", "/albums/{id}", controller="a", conditions={"method": "GET"})
    mapper.connect("album", "/albums/{id}", controller="a", conditions={"method": "PUT"})
    assert mapper.mistakes() == []

    mapper.connect("album", "/records/{id}", controller="a")

    [mistake] = mapper.mistakes()
    assert "the name 'album' is taken by /albums/{id}" in mistake
    assert mapper.url("album", id=1) == "/albums/1"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/a", "/a"),
        ("/{x}", "/a"),
        ("/a/{x}", "/a/{y:int}"),
        ("/a/{x:int}", "/a/{y:int}"),
        ("/a/{rest:.*}", "/a/b/{c}"),
        ("/a/{x}", "/a/b-{c}"),
        ("/a/{x:path}", "/a/b/"),
        ("/a{.format}", "/a"),
    ],
)
def test_a_route_that_is_never_reached_is_reported(first, second):
    """With both places, so that one can be moved; the other way round all is well where the second is narrower."""
    mapper = Mapper()
    mapper.connect(first, controller="c")
    mapper.connect(second, controller="c")

    [mistake] = mapper.mistakes()

    assert f"the route {second} is never reached; {first} (routing/test_mistakes.py:" in mistake


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/a", "/{x}"),
        ("/a/{x:int}", "/a/{y}"),
        ("/a/{x}", "/a/{y:[a-z]*}"),
        ("/a/{x}", "/a/{y:.+}"),
        ("/a/{x}", "/a/{y}/b"),
        ("/a/{x}", "/a/"),
        ("/a-{x}", "/{y}"),
        ("/{x:.*}/b", "/a/c"),
    ],
)
def test_a_route_that_can_be_reached_is_not_reported(first, second):
    """Only what is certain is called a mistake."""
    mapper = Mapper()
    mapper.connect(first, controller="c")
    mapper.connect(second, controller="c")

    assert mapper.mistakes() == []


def test_methods_share_a_path_without_hiding_each_other(mapper):
    """A route is hidden only when every one of its methods is taken."""
    mapper.connect("/a", controller="c", conditions={"method": ["GET"]})
    mapper.connect("/a", controller="c", conditions={"method": ["POST"]})
    mapper.connect("/a", controller="c", conditions={"method": ["PUT", "GET"]})
    assert mapper.mistakes() == []

    mapper.connect("/a", controller="c", conditions={"method": ["PUT", "POST"]})

    assert len(mapper.mistakes()) == 1


def test_two_classes_of_one_name_are_reported(mapper):
    """Otherwise the second would be served by the first."""

    def make():
        class Shop:
            pass

        return Shop

    mapper.connect("/a", controller=make())
    mapper.connect("/b", controller=make())

    [mistake] = mapper.mistakes()
    assert "are both called 'shop'" in mistake


def test_a_mapper_stays_out_of_globals():
    """What Routes does by default for thread-locals is refused with a sentence."""
    with pytest.raises(RouteError, match="registers nowhere"):
        Mapper(register=True)


def test_a_misspelt_requirement_is_reported(mapper):
    """It would not hold, and nobody would notice; what a submapper hands to routes without the variable may stand."""
    mapper.connect("/albums/{number}", controller="albums", requirements={"nubmer": "[0-9]+"})
    with mapper.submapper(controller="songs", requirements={"song": "[0-9]+"}) as songs:
        songs.connect("/songs")
        songs.connect("/songs/{song}")

    (mistake,) = mapper.mistakes()

    assert mistake.endswith(": the route /albums/{number} has no variable 'nubmer'. Did you mean 'number'?")
