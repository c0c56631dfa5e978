"""Types of variables: the same for finding, for the action's argument and for making URLs."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, IntEnum
from fractions import Fraction
from uuid import UUID

import pytest

from kirsch import Application, Controller, Mapper
from kirsch.errors import ConfigError
from kirsch.routing import Converter, RouteError
from kirsch.testing import Client


class Kind(Enum):
    """What a shop has on its shelves."""

    BOOK = "book"
    AUDIO_BOOK = "audio-book"


class Level(IntEnum):
    """An Enum of numbers."""

    LOW = 1
    HIGH = 10


KEY = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
VALUES = [
    ("int", "-12", -12),
    ("float", "2.5", 2.5),
    ("float", "0.0000001", 1e-07),
    ("decimal", "19.90", Decimal("19.90")),
    ("date", "2026-11-21", date(2026, 11, 21)),
    ("datetime", "2026-11-21T10:30:00", datetime(2026, 11, 21, 10, 30)),
    ("datetime", "2026-11-21T10:30:00.000001+00:00", datetime(2026, 11, 21, 10, 30, 0, 1, UTC)),
    ("uuid", str(KEY), KEY),
    ("Kind", "book", Kind.BOOK),
    ("Kind", "audio-book", Kind.AUDIO_BOOK),
    ("Level", "10", Level.HIGH),
    ("fraction", "1:3", Fraction(1, 3)),
]


@pytest.fixture
def typed(mapper):
    """One route for each type, those of the framework and four of the site's own."""
    mapper.converters["Kind"] = Kind
    mapper.converters["Level"] = Level
    mapper.converters["fraction"] = Converter(
        "[0-9]+:[1-9][0-9]*",
        read=lambda text: Fraction(text.replace(":", "/")),
        write=lambda value: f"{value.numerator}:{value.denominator}",
    )
    for kind in {kind for kind, _, _ in VALUES}:
        mapper.connect(kind, f"/{kind}/{{value:{kind}}}", controller="c")
    return mapper


@pytest.mark.parametrize(("kind", "text", "value"), VALUES)
def test_a_value_is_read_as_it_was_written(typed, kind, text, value):
    """The path gives the value, and the value the path."""
    found = typed.find(f"/{kind}/{text}", "GET")[1]

    assert found == {"value": value}
    assert type(found["value"]) is type(value)
    assert typed.url(kind, value=value).replace("%3A", ":").replace("%2B", "+") == f"/{kind}/{text}"
    assert typed.url(kind, value=text if kind != "fraction" else value) == typed.url(kind, value=value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("int", "1e3"),
        ("int", "٣"),
        ("float", "nan"),
        ("float", "9" * 400),
        ("decimal", "NaN"),
        ("date", "2026-02-30"),
        ("datetime", "2026-11-21T25:00:00"),
        ("datetime", "2026-11-21"),
        ("uuid", "6ba7b810"),
        ("Kind", "BOOK"),
        ("Kind", "books"),
        ("Level", "2"),
        ("fraction", "1:0"),
    ],
)
def test_what_is_no_value_is_neither_read_nor_written(typed, kind, text):
    """Such a path has no route, and `url` refuses the text by name."""
    assert typed.find(f"/{kind}/{text}", "GET")[0] is None
    if kind != "fraction":
        with pytest.raises(RouteError, match=f"value='{text}' is refused; it has to be of type {kind}"):
            typed.url(kind, value=text)


def test_a_type_may_be_given_beside_the_path(mapper):
    """As a requirement: an Enum class, a Converter, or the name of a type."""
    requirements = {"kind": Kind, "code": Converter("[A-Z]{3}"), "n": "int"}
    mapper.connect("shelf", "/{kind}/{code}/{n}", controller="c", requirements=requirements)

    assert mapper.find("/book/ABC/7", "GET")[1] == {"kind": Kind.BOOK, "code": "ABC", "n": 7}
    assert mapper.url("shelf", kind=Kind.BOOK, code="ABC", n=7) == "/book/ABC/7"
    assert mapper.find("/book/abc/7", "GET")[0] is None


def test_a_function_is_a_type_too(mapper):
    """It reads one segment, and a ValueError means that the route does not match."""
    mapper.converters["reversed"] = lambda text: int(text[::-1])
    mapper.connect("/{n:reversed}", controller="c")

    assert mapper.find("/123", "GET")[1] == {"n": 321}
    assert mapper.find("/abc", "GET")[0] is None


def test_what_is_no_type_is_reported(mapper):
    """The sentence says what a type can be."""
    mapper.converters["seven"] = 7
    mapper.connect("/{n:seven}", controller="c")

    assert "7 is no type of a variable; give a Converter, an Enum class or a function" in mapper.mistakes()[0]


class Point:
    """A class of the site's own."""

    def __init__(self, x, y):
        self.x, self.y = x, y


class Shelves(Controller):
    """Actions that take what the path gives."""

    def kind(self, kind: Kind, day: date, key: UUID, n: int = 0):
        return f"{kind.name} {day:%d.%m.%Y} {key.hex[:4]} {n + 1}"

    def point(self, at: Point):
        return f"{at.x + at.y}"


def test_the_action_gets_the_value():
    """An Enum member, a date, a UUID, an int, and a class that no annotation could convert to."""
    mapper = Mapper()
    mapper.converters |= {"Kind": Kind, "point": Converter("[0-9]+,[0-9]+", lambda t: Point(*map(int, t.split(","))))}
    mapper.connect("/{kind:Kind}/{day:date}/{key:uuid}/{n:int}", controller=Shelves, action="kind")
    mapper.connect("/points/{at:point}", controller=Shelves, action="point")
    client = Client(Application(mapper))

    assert client.get(f"/book/2026-11-21/{KEY}/41").text == "BOOK 21.11.2026 6ba7 42"
    assert client.get("/points/3,4").text == "7"
    assert client.get(f"/bok/2026-11-21/{KEY}/41").status_code == 404


def test_an_action_that_expects_another_type_is_reported_at_start():
    """The route gives an int, the action's annotation says a date."""

    class Days(Controller):
        def show(self, day: date):
            return str(day)

    mapper = Mapper()
    mapper.connect("/days/{day:int}", controller=Days, action="show")

    with pytest.raises(
        ConfigError, match=r"Days\.show takes 'day' as date, but its route hands over int; annotate it so"
    ):
        Application(mapper)
