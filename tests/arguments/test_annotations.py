"""What each annotation takes from a query string, from a form and from JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Literal, NewType

import pytest
from msgspec import Meta

from kirsch import Application, Controller, Mapper
from kirsch.errors import ConfigError
from kirsch.request import Upload
from kirsch.testing import Client


class Size(IntEnum):
    SMALL = 1
    LARGE = 2


class Paper(Enum):
    A4 = "a4"
    LETTER = "US letter"


Isbn = NewType("Isbn", str)


@dataclass(frozen=True)
class After:
    """A note of the site's own: it has an attribute that says the bound."""

    gt: datetime


class Takes(Controller):
    def literal(self, value: Literal["new", 1, True]):
        return [repr(value)]

    def size(self, value: Size):
        return [repr(value)]

    def paper(self, value: Paper):
        return [value.name]

    def either(self, value: int | date | str):
        return [repr(value)]

    def unique(self, value: set[int]):
        return sorted(value)

    def pair(self, value: tuple[int, str]):
        return [repr(value)]

    def row(self, value: tuple[int, ...]):
        return [repr(value)]

    def sequence(self, value: Sequence[Paper]):
        return [one.name for one in value]

    def bounded(self, value: Annotated[int, Meta(ge=1, lt=10)]):
        return [value]

    def short(self, value: Annotated[str, Meta(max_length=3, pattern="^[a-z]*$")]):
        return [value]

    def step(self, value: Annotated[Decimal, Meta(multiple_of=5)]):
        return [str(value)]

    def late(self, value: Annotated[datetime, Meta(), After(datetime(2026, 1, 1))]):
        return [str(value)]

    def few(self, value: Annotated[list[int], Meta(max_length=2)]):
        return value

    def isbn(self, value: Isbn):
        return [value]

    def maybe(self, value: date | None):
        return [value]

    def amount(self, value: Decimal):
        return [str(value)]

    def number(self, value: float):
        return [value]

    def truth(self, value: bool):
        return [value]

    def whole(self, value: int):
        return [value]

    def text(self, value: str):
        return [value]

    def counts(self, value: dict[str, int]):
        return value

    def anything(self, value: Any):
        return [repr(value)]

    def files(self, value: list[Upload]):
        return [file.filename for file in value]

    def file(self, value: Upload | None = None):
        return [value and value.filename]


@pytest.fixture(scope="module")
def client():
    mapper = Mapper()
    for name in [name for name in vars(Takes) if not name.startswith("_")]:
        if name != "name":
            mapper.connect(f"/{name}", controller=Takes, action=name)
    return Client(Application(mapper))


def query(client, action, *values):
    return client.get(f"/{action}", data={"value": list(values)})


@pytest.mark.parametrize(
    ("action", "values", "answer"),
    [
        ("literal", ["new"], ["'new'"]),
        ("literal", ["1"], ["1"]),
        ("size", ["2"], ["<Size.LARGE: 2>"]),
        ("size", ["LARGE"], ["<Size.LARGE: 2>"]),
        ("paper", ["US letter"], ["LETTER"]),
        ("either", ["7"], ["7"]),
        ("either", ["2026-11-21"], ["datetime.date(2026, 11, 21)"]),
        ("either", ["x"], ["'x'"]),
        ("unique", ["2", "1", "2"], [1, 2]),
        ("pair", ["1", "x"], ["(1, 'x')"]),
        ("row", [], ["()"]),
        ("row", ["1", "2"], ["(1, 2)"]),
        ("sequence", ["a4", "LETTER"], ["A4", "LETTER"]),
        ("bounded", ["9"], [9]),
        ("step", ["15"], ["15"]),
        ("late", ["2026-12-31T10:00"], ["2026-12-31 10:00:00"]),
        ("few", ["1", "2"], [1, 2]),
        ("few", [""], []),
        ("isbn", ["x"], ["x"]),
        ("maybe", [], [None]),
        ("maybe", [""], [None]),
        ("whole", ["1", "2"], [2]),
        ("anything", ["1"], ["'1'"]),
    ],
)
def test_texts_of_a_query_become_values(client, action, values, answer):
    """Each annotation of the guide's table converts."""
    assert query(client, action, *values).json == answer


@pytest.mark.parametrize(
    ("action", "values", "errors"),
    [
        ("literal", ["old"], {"value": ["is none of new, 1, True"]}),
        ("paper", ["A5"], {"value": ["is none of a4, US letter"]}),
        ("unique", ["1", "x"], {"value[1]": ["is not a whole number"]}),
        ("pair", ["1"], {"value": ["is not a list of 2"]}),
        ("bounded", ["0"], {"value": ["is less than 1"]}),
        ("bounded", ["10"], {"value": ["is not less than 10"]}),
        ("short", ["abcd"], {"value": ["is longer than 3"]}),
        ("short", ["A"], {"value": ["does not look like ^[a-z]*$"]}),
        ("step", ["12"], {"value": ["is no multiple of 5"]}),
        ("step", ["1E+999999"], {"value": ["is no multiple of 5"]}),
        ("late", ["2025-12-31T10:00"], {"value": ["is not more than 2026-01-01 00:00:00"]}),
        ("late", ["2026-12-31T10:00Z"], {"value": ["is not more than 2026-01-01 00:00:00"]}),
        ("few", ["1", "2", "3"], {"value": ["is longer than 2"]}),
        ("counts", ["1"], {"value": ["is not an object; send it as JSON"]}),
        ("file", ["x"], {"value": ["is not a file"]}),
    ],
)
def test_texts_that_do_not_fit_are_named(client, action, values, errors):
    """The sentence says what would fit; an item of a list has its index."""
    answer = client.get(f"/{action}", data={"value": values}, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json["errors"]) == (400, errors)


@pytest.mark.parametrize(
    ("action", "value", "answer"),
    [
        ("literal", 1, ["1"]),
        ("literal", True, ["True"]),
        ("size", 2, ["<Size.LARGE: 2>"]),
        ("size", "SMALL", ["<Size.SMALL: 1>"]),
        ("maybe", None, [None]),
        ("maybe", "2026-11-21", ["2026-11-21"]),
        ("amount", "9.90", ["9.90"]),
        ("amount", 9.9, ["9.9"]),
        ("number", 2, [2.0]),
        ("whole", 5.0, [5]),
        ("text", "é", ["é"]),
        ("counts", {"a": 1}, {"a": 1}),
        ("unique", [2, 1, 2], [1, 2]),
        ("either", "7", ["'7'"]),
        ("anything", {"a": [None]}, ["{'a': [None]}"]),
    ],
)
def test_values_of_json_are_taken_as_they_are(client, action, value, answer):
    """What JSON has no word for comes as a text."""
    assert client.post(f"/{action}", json={"value": value}).json == answer


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("whole", 2**63), ("whole", "5"), ("whole", 5.5),
        ("whole", True), ("whole", None), ("whole", [5]), ("whole", {}),
        ("number", "2"), ("number", True), ("number", 10**400), ("truth", 1), ("truth", "true"), ("truth", None),
        ("text", 5), ("text", None), ("text", ["x"]), ("maybe", 20261121), ("maybe", ""), ("amount", True),
        ("amount", []), ("whole", 1e300),
        ("literal", "1"), ("literal", 1.5), ("literal", []), ("size", True), ("size", 3), ("size", {}), ("paper", None),
        ("unique", 1), ("unique", "12"), ("unique", ["1"]), ("pair", [1]), ("pair", ["x", 1]), ("counts", []),
        ("counts", {"a": "1"}), ("few", [1, 2, 3]), ("file", "x"), ("files", ["x"]), ("either", []),
    ],
)  # fmt: skip
def test_json_is_held_to_its_types(client, action, value):
    """A text is no number, 1 is no truth, null is for what may be None: 422, since the body could be read."""
    answer = client.post(f"/{action}", json={"value": value}, headers={"Accept": "application/json"})

    assert answer.status_code == 422
    assert all(place.startswith("value") for place in answer.json["errors"])


def test_files_come_with_a_form(client):
    """One or many; a text in the place of a file, and a file in the place of a text, are mistakes."""
    one, two = ("a.txt", b"a", "text/plain"), ("b.txt", b"b", "text/plain")

    assert client.post("/files", {"value": [one, two]}).json == ["a.txt", "b.txt"]
    assert client.post("/file", {"value": one}).json == ["a.txt"]
    assert client.post("/file", {}).json == [None]
    for action in ("text", "whole", "few", "size", "either"):
        assert client.post(f"/{action}", {"value": one}).status_code == 422, action


def test_what_no_text_becomes_is_found_at_start():
    """Each with its controller, action and argument."""

    @dataclass
    class Holder:
        thing: object

    class Wrong(Controller):
        def show(self, a: list[list[int]], b: complex, c: Holder, d: int | list[int], e: dict[int, int]):
            return ""

        def path(self, key: list[int]):
            return ""

        def nobody():  # type: ignore[misc]
            return ""

    mapper = Mapper()
    mapper.connect("/show", controller=Wrong, action="show")
    mapper.connect("/path/{key}", controller=Wrong, action="path")
    mapper.connect("/nobody", controller=Wrong, action="nobody")

    with pytest.raises(ConfigError) as caught:
        Application(mapper)

    for name in "abcde":
        assert f"Wrong.show has an argument {name!r} of a type that no text converts to" in str(caught.value)
    assert "Holder.thing" in str(caught.value)
    assert "Wrong.path takes 'key' from the path" in str(caught.value)
    assert "Wrong.nobody takes no self" in str(caught.value)


def test_a_wrong_annotation_of_a_part_of_the_path_is_one_mistake():
    """The argument is there, whatever its type."""

    class Wrong(Controller):
        def show(self, key: object):
            return ""

    mapper = Mapper()
    mapper.connect("/{key}", controller=Wrong, action="show")

    with pytest.raises(ConfigError) as caught:
        Application(mapper)

    assert [words.partition(": ")[2] for words in caught.value.mistakes] == [
        "Wrong.show has an argument 'key' of a type that no text converts to."
    ]
