"""URLs made from names and values."""

from datetime import date, datetime
from enum import Enum
from uuid import UUID

import pytest

from kirsch.errors import KirschError
from kirsch.routing import RouteError


class Colour(Enum):
    """A value that stands for another."""

    RED = "red"


@pytest.fixture
def shop(mapper):
    """A table with one route of each kind."""
    mapper.connect("home", "/", controller="home")
    mapper.connect("album", "/albums/{id}{.format:json|csv}", controller="albums", action="show")
    mapper.connect("day", "/days/{day:date}", controller="days")
    mapper.connect("number", "/numbers/{n:int}", controller="numbers")
    mapper.connect("file", "/static/{path:.*}", controller="static")
    mapper.connect("pair", "/{a}-{b}", controller="pairs")
    mapper.connect("café", "/café au lait/{x:(a|b)}", controller="cafe", lang="fr")
    mapper.connect("cdn", "https://cdn.example:8080/{path:path}", _static=True)
    return mapper


@pytest.mark.parametrize(
    ("name", "arguments", "url"),
    [
        ("home", {}, "/"),
        ("album", {"id": 7}, "/albums/7"),
        ("album", {"id": 7, "format": "csv"}, "/albums/7.csv"),
        ("album", {"id": 7, "format": None, "page": None, "q": "a&b", "t": [1, None, 2]}, "/albums/7?q=a%26b&t=1&t=2"),
        ("album", {"id": "é?#%"}, "/albums/%C3%A9%3F%23%25"),
        ("album", {"id": Colour.RED, "on": True, "_anchor": "a b"}, "/albums/red?on=true#a%20b"),
        ("album", {"id": UUID(int=1)}, "/albums/00000000-0000-0000-0000-000000000001"),
        ("day", {"day": date(2024, 2, 29)}, "/days/2024-02-29"),
        ("home", {"since": datetime(2024, 2, 29, 1, 2)}, "/?since=2024-02-29T01%3A02%3A00"),
        ("file", {"path": "css/a b.css"}, "/static/css/a%20b.css"),
        ("file", {"path": ""}, "/static/"),
        ("café", {"x": "a", "lang": "fr"}, "/caf%C3%A9%20au%20lait/a"),
        ("cdn", {"path": "a/b.js"}, "https://cdn.example:8080/a/b.js"),
        ("home", {"name": "n", "self": "s", "method": "m", "host": "h"}, "/?name=n&self=s&method=m&host=h"),
    ],
)
def test_a_url_is_written_as_its_route_reads_it(shop, name, arguments, url):
    """Values are quoted, extras become the query string, None is left out, lists repeat."""
    assert shop.url(name, **arguments) == url


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("albm", {}, "there is no route called 'albm'. Did you mean 'album'?"),
        ("album", {}, "the argument 'id' is missing"),
        ("album", {"idd": 1}, "Was it given as 'idd'?"),
        ("album", {"id": ""}, "the argument 'id' is empty"),
        ("album", {"id": "a/b"}, "id='a/b' is refused; it has to be without a slash"),
        ("album", {"id": "../../admin"}, "id='../../admin' is refused"),
        ("album", {"id": ".."}, "would climb"),
        ("album", {"id": "a.json"}, "id='a.json' would be read back as 'a'"),
        ("album", {"id": 1, "format": "xml"}, "format='xml' is refused; it has to be to match json|csv"),
        ("album", {"id": "\ud800"}, "surrogate"),
        ("day", {"day": "tomorrow"}, "day='tomorrow' is refused; it has to be of type date"),
        ("day", {"day": datetime(2024, 2, 29, 1)}, "is refused"),
        ("number", {"n": True}, "n='True' is refused"),
        ("number", {"n": "1\n"}, "is refused"),
        ("file", {"path": "a/../b"}, "would climb"),
        ("pair", {"a": "x-y", "b": "z"}, "would be read back as 'x'"),
        ("café", {"x": "axx"}, "x='axx' is refused"),
        ("café", {"x": "a", "lang": "de"}, "always has lang='fr', not 'de'"),
    ],
)
def test_a_url_that_would_not_lead_back_is_refused(shop, name, arguments, sentence):
    """The sentence names the route, the argument and what is wrong with it."""
    with pytest.raises(RouteError) as caught:
        shop.url(name, **arguments)

    assert sentence.replace("to be to match", "to match") in str(caught.value).replace("to be to match", "to match")
    assert isinstance(caught.value, KirschError)


def test_a_made_url_is_matched_by_its_own_route(shop):
    """Making and finding are two ways through the same door."""
    from urllib.parse import unquote

    for name, arguments in [("album", {"id": "a b%2F"}), ("number", {"n": -5}), ("file", {"path": "x/y"})]:
        route, values, _ = shop.find(unquote(shop.url(name, **arguments)), "GET")
        assert route.name == name
        assert arguments.items() <= values.items()


def test_two_values_that_look_alike_make_two_urls(shop):
    """Nothing is kept by the look of an argument."""

    class Key:
        def __init__(self, text):
            self.text = text

        def __repr__(self):
            return "Key"

        def __str__(self):
            return self.text

    assert [shop.url("album", id=Key("1")), shop.url("album", id=Key("2"))] == ["/albums/1", "/albums/2"]
