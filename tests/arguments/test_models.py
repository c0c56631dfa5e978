"""Models of msgspec and pydantic: taken and returned by the rules of their library."""

import re
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

import msgspec
import pydantic
import pydantic.dataclasses
import pytest

from kirsch import Application, Controller, Mapper
from kirsch.errors import ConfigError
from kirsch.testing import Client

PROGRAM = {"Accept": "application/json"}


class Line(msgspec.Struct):
    price: Decimal
    count: Annotated[int, msgspec.Meta(ge=1)] = 1


class Order(msgspec.Struct, rename="camel"):
    order_name: str
    day: date | None = None
    rush: bool = False
    lines: list[Line] = []


class Closed(msgspec.Struct, forbid_unknown_fields=True):
    name: str = ""

    def __post_init__(self) -> None:
        if self.name == "bad":
            raise ValueError("is bad")


class Item(pydantic.BaseModel):
    price: Decimal = pydantic.Field(gt=0)
    count: int = 1


class Cart(pydantic.BaseModel):
    cart_name: str = pydantic.Field(alias="cartName", max_length=5)
    day: date | None = None
    rush: bool = False
    items: list[Item] = []

    @pydantic.model_validator(mode="after")
    def check(self) -> "Cart":
        if self.rush and self.day:
            raise ValueError("a rush has no day")
        return self


class Severe(pydantic.BaseModel, strict=True, extra="forbid"):
    day: date
    number: int = 0


@pydantic.dataclasses.dataclass
class Point:
    x: int
    y: int = 0


class Vague(pydantic.BaseModel):
    number: float


class Vaguer(msgspec.Struct):
    number: float


class Mixed(Enum):
    NUMBER = 1
    TEXT = "x"


class Loose(msgspec.Struct):
    words: dict[str, Any] = {}


class Looser(pydantic.BaseModel):
    words: Any


class Unsupported(msgspec.Struct):
    mixed: Mixed


class Shop(Controller):
    def order(self, order: Order):
        return order

    def closed(self, closed: Closed):
        return [closed]

    def cart(self, cart: Cart):
        return cart

    def severe(self, severe: Severe):
        return {"severe": severe}

    def point(self, point: Point):
        return point

    def vague(self, vague: Vague):
        return vague

    def vaguer(self, vaguer: Vaguer):
        return vaguer

    def loose(self, loose: Loose):
        return loose

    def looser(self, looser: Looser):
        return looser

    def many(self, lines: list[Line], items: list[Item]):
        return [*lines, *items]


@pytest.fixture(scope="module")
def client():
    mapper = Mapper()
    for name in ("order", "closed", "cart", "severe", "point", "vague", "vaguer", "loose", "looser", "many"):
        mapper.connect(f"/{name}", controller=Shop, action=name)
    return Client(Application(mapper))


def errors(client: Client, path: str, **sent: Any) -> dict[str, list[str]]:
    answer = client.post(path, headers=PROGRAM, **sent)
    assert answer.status_code == 422
    return answer.json["errors"]


def test_a_struct_comes_and_goes_under_its_encoded_names(client):
    """From JSON and, leniently, from a form; a ticked box is true."""
    whole = {"orderName": "x", "day": "2026-11-21", "rush": True, "lines": [{"price": "9.90", "count": 2}]}
    form = {"orderName": "x", "day": "2026-11-21", "rush": "on", "lines[0].price": "9.90", "lines[0].count": "2"}

    assert client.post("/order", json=whole).json == whole
    assert client.post("/order", form).json == whole
    assert client.post("/order", {"orderName": "x", "day": ""}).json["day"] is None


def test_every_mistake_in_a_struct_is_found(client):
    """It stops at the first, so the others are looked for."""
    found = errors(client, "/order", json={"day": 5, "rush": 1, "lines": [{"price": "1"}, {"count": 0}, 7]})

    assert list(found) == ["orderName", "day", "rush", "lines[1].price", "lines[1].count", "lines[2]"]
    assert found["orderName"] == ["is missing"]
    assert found["rush"] == ["does not fit: expected `bool`, got `int`"]


def test_a_struct_s_own_rules_hold(client):
    """Unknown members are refused where it says so; a form may hold others, such as a token."""
    assert list(errors(client, "/closed", json={"name": "x", "more": 1})) == ["closed"]
    assert errors(client, "/closed", json={"name": "bad"}) == {"closed": ["does not fit: is bad"]}
    assert client.post("/closed", {"name": "x", "_csrf": "1"}).json == [{"name": "x"}]


def test_a_model_comes_under_its_aliases_and_goes_as_pydantic_writes_it(client):
    """From JSON and from a form."""
    form = {"cartName": "x", "rush": "on", "items[0].price": "9.90", "items[0].count": "2", "day": ""}
    json = {"cartName": "x", "rush": True, "items": [{"price": "9.90", "count": 2}]}
    whole = {"cart_name": "x", "day": None, "rush": True, "items": [{"price": "9.90", "count": 2}]}

    assert client.post("/cart", json=json).json == whole
    assert client.post("/cart", form).json == whole


def test_every_mistake_in_a_model_is_found(client):
    """By its path, in pydantic's words."""
    found = errors(client, "/cart", json={"cartName": "too long", "items": [{"price": 0}, {}, None]})

    assert list(found) == ["cartName", "items[0].price", "items[1].price", "items[2]"]
    assert found["items[1].price"] == ["is missing"]
    assert re.match("does not fit: .*greater than 0", found["items[0].price"][0])
    whole = errors(client, "/cart", json={"cartName": "x", "rush": True, "day": "2026-11-21"})
    assert whole == {"cart": ["does not fit: value error, a rush has no day"]}


def test_a_strict_model_reads_json_strictly(client):
    """A day is a text there, and a number is none; a form is all texts, so it is read leniently."""
    assert client.post("/severe", json={"day": "2026-11-21"}).json == {"severe": {"day": "2026-11-21", "number": 0}}
    assert list(errors(client, "/severe", json={"day": "2026-11-21", "number": "1", "x": 1})) == ["number", "x"]
    assert client.post("/severe", {"day": "2026-11-21", "number": "1"}).json["severe"]["number"] == 1


def test_pydantic_s_dataclasses_are_models(client):
    """They convert as their library says."""
    assert client.post("/point", json={"x": "1"}).json == {"x": 1, "y": 0}
    assert list(errors(client, "/point", json={"y": "z"})) == ["x", "y"]


def test_a_number_that_is_none_goes_as_the_library_writes_it(client):
    """Both take infinity as a text; JSON has no word for it, so both write null."""
    assert client.post("/vague", b'{"number": "inf"}', headers={"Content-Type": "application/json"}).json == {
        "number": None
    }
    assert client.post("/vaguer", {"number": "inf"}).json == {"number": None}


@pytest.mark.parametrize("path", ["/loose", "/looser"])
@pytest.mark.parametrize("words", ['{"\\ud800": 1}', '{"a": ["\\ud800"]}'])
def test_half_a_character_gets_into_no_model(client, path, words):
    """Not in a name either, nor where any value fits: no library could write it again."""
    answer = client.post(path, f'{{"words": {words}}}'.encode(), headers={"Content-Type": "application/json"})

    assert (answer.status_code, "half a character" in answer.text) == (422, True)


def test_lists_of_models_are_members(client):
    """Beside each other, in one object."""
    assert client.post("/many", json={"lines": [{"price": 1}], "items": [{"price": "2"}]}).json == [
        {"price": "1", "count": 1},
        {"price": "2", "count": 1},
    ]
    assert list(errors(client, "/many", json={"lines": [{}], "items": 5})) == ["lines[0].price", "items"]


def test_what_a_library_does_not_support_is_found_at_start():
    """In its own words."""

    class Wrong(Controller):
        def create(self, value: Unsupported):
            return ""

    mapper = Mapper()
    mapper.connect("/", controller=Wrong, action="create")

    with pytest.raises(ConfigError, match=r"Wrong\.create has an argument 'value' .*Enums must contain"):
        Application(mapper)
