"""Dataclasses and typed dicts as arguments: the whole of a body, nested as deep as they are."""

from dataclasses import InitVar, dataclass, field
from datetime import date
from decimal import Decimal
from typing import NotRequired, TypedDict

import pytest

from kirsch import Application, Controller, Mapper
from kirsch.errors import ConfigError
from kirsch.request import Upload
from kirsch.testing import Client

PROGRAM = {"Accept": "application/json"}


@dataclass
class Author:
    name: str
    born: date | None = None


@dataclass
class Line:
    title: str
    price: Decimal
    count: int = 1


@dataclass
class Order:
    customer: str
    author: Author | None = None
    lines: list[Line] = field(default_factory=list)
    tags: frozenset[str] = frozenset()
    part_of: "Order | None" = None
    rush: InitVar[bool] = False

    def __post_init__(self, rush: bool) -> None:
        if rush and len(self.lines) > 1:
            raise ValueError("is too long to be sent in a rush")


class Filter(TypedDict):
    q: str
    tags: NotRequired[list[int]]


class Orders(Controller):
    def create(self, order: Order, test: bool = False, receipt: Upload | None = None):
        return {"order": order, "test": test, "receipt": receipt and receipt.filename}

    def index(self, filter: Filter, page: int = 1):
        return {"filter": filter, "page": page}

    def update(self, id: int, order: Order | None = None):
        return {"id": id, "order": order}

    def lines(self, lines: list[Line], note: str = ""):
        return {"lines": lines, "note": note}

    def extra(self, order: Author, **others: str):
        return {"order": order, "others": others}


@pytest.fixture(scope="module")
def client():
    mapper = Mapper()
    for name in ("create", "index", "lines", "extra"):
        mapper.connect(f"/{name}", controller=Orders, action=name)
    mapper.connect("/orders/{id:int}", controller=Orders, action="update")
    return Client(Application(mapper))


FORM = {
    "customer": "Ada", "author.name": "Bo", "author.born": "1990-01-02", "tags": ["a", "b"],
    "lines[0].title": "T", "lines[0].price": "9.90", "lines[7].title": "U", "lines[7].price": "1",
    "lines[7].count": "3", "part_of.customer": "Cy", "part_of.author.name": "Di", "_csrf": "x",
}  # fmt: skip
JSON = {
    "customer": "Ada", "author": {"name": "Bo", "born": "1990-01-02"}, "tags": ["a", "b"],
    "lines": [{"title": "T", "price": "9.90"}, {"title": "U", "price": 1, "count": 3}],
    "part_of": {"customer": "Cy", "author": {"name": "Di"}}, "unknown": 1,
}  # fmt: skip


@pytest.mark.parametrize("sent", [{"data": FORM}, {"json": JSON}], ids=["form", "json"])
def test_a_record_takes_the_whole_body(client, sent):
    """Records inside are objects of JSON and dotted names of a form; what it has no member for is ignored."""
    order = client.post("/create?test=on", **sent).json["order"]

    assert order == {
        "customer": "Ada",
        "author": {"name": "Bo", "born": "1990-01-02"},
        "lines": [{"title": "T", "price": "9.90", "count": 1}, {"title": "U", "price": "1", "count": 3}],
        "tags": ["a", "b"],
        "part_of": {
            "customer": "Cy", "author": {"name": "Di", "born": None}, "lines": [], "tags": [], "part_of": None,
        },
    }  # fmt: skip


def test_every_mistake_has_its_path(client):
    """The names of errors are those that a form gives to its fields."""
    json = {
        "author": {"born": "x"},
        "lines": [{"title": "T", "price": "1"}, {"title": 1}, 5],
        "tags": "a",
        "part_of": {},
    }

    answer = client.post("/create", json=json, headers=PROGRAM)

    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert answer.json["errors"] == {
        "customer": ["is missing"],
        "author.name": ["is missing"],
        "author.born": ["is not a date like 2026-11-21"],
        "lines[1].title": ["is not a text"],
        "lines[1].price": ["is missing"],
        "lines[2]": ["is not an object"],
        "tags": ["is not a list"],
        "part_of.customer": ["is missing"],
    }
    form = {"customer": "Ada", "lines[0].title": "T", "lines[0].price": "x", "author.born": "1990-01-02"}
    assert client.post("/create", form, headers=PROGRAM).json["errors"] == {
        "author.name": ["is missing"],
        "lines[0].price": ["is not a number"],
    }


def test_people_read_the_mistakes_on_a_page(client):
    """One sentence names them, escaped."""
    answer = client.post("/create?test=perhaps", {})

    assert answer.status_code == 400
    assert "&#39;test&#39; is neither yes nor no; &#39;customer&#39; is missing." in answer.text


def test_mistakes_of_a_constructor_are_the_record_s(client):
    """A ValueError says what is wrong with the whole."""
    lines = [{"title": "T", "price": 1}] * 2

    answer = client.post("/create", json={"customer": "Ada", "rush": True, "lines": lines}, headers=PROGRAM)

    assert (answer.status_code, answer.json["errors"]) == (422, {"order": ["is too long to be sent in a rush"]})


def test_plain_arguments_beside_a_record_come_from_the_query_string(client):
    """Files come from the form; a field of the form is no plain argument."""
    answer = client.post("/create?test=1", {"customer": "Ada", "receipt": ("r.pdf", b"%PDF"), "test": "0"})
    assert (answer.json["test"], answer.json["receipt"]) == (True, "r.pdf")

    both = client.post("/create?test=perhaps", json={}, headers=PROGRAM)
    assert (both.status_code, set(both.json["errors"])) == (400, {"test", "customer"})


def test_a_get_request_fills_a_record_from_its_query_string(client):
    """A typed dict may leave members out; mistakes are the query string's, 400."""
    assert client.get("/index?q=x&tags=1&tags=2&page=3").json == {"filter": {"q": "x", "tags": [1, 2]}, "page": 3}
    assert client.get("/index?q=").json == {"filter": {"q": ""}, "page": 1}
    assert client.get("/index?tags=x", headers=PROGRAM).json["errors"] == {
        "q": ["is missing"],
        "tags[0]": ["is not a whole number"],
    }


@pytest.mark.parametrize("sent", [{}, {"json": None}, {"data": {"_csrf": "x"}}])
def test_a_record_may_be_absent(client, sent):
    """Where nothing of it was sent, the default counts."""
    assert client.put("/orders/7", **sent).json == {"id": 7, "order": None}


def test_a_list_of_records_is_one_member(client):
    """It stands beside other arguments, in JSON and in a form."""
    expected = {"lines": [{"title": "T", "price": "1", "count": 1}], "note": "n"}

    assert client.post("/lines", json={"lines": [{"title": "T", "price": 1}], "note": "n"}).json == expected
    assert client.post("/lines", {"lines[0].title": "T", "lines[0].price": "1", "note": "n"}).json == expected


def test_others_beside_a_record_are_the_rest_of_the_query_string(client):
    """The body is the record's."""
    answer = client.post("/extra?a=1&self=2", json={"name": "Ada", "b": 2})

    assert answer.json == {"order": {"name": "Ada", "born": None}, "others": {"a": "1"}}


def test_a_body_that_is_neither_a_form_nor_json_is_not_taken(client):
    """415 says what is (RFC 9110, section 15.5.16); no body at all is a 400."""
    assert client.post("/create", b"<order/>", headers={"Content-Type": "text/xml"}).status_code == 415
    assert client.request("POST", "/create", b"", headers={"Content-Type": "application/json"}).status_code == 400


def test_two_records_are_a_contradiction_found_at_start():
    """Each would be the whole body."""

    class Wrong(Controller):
        def create(self, order: Order, author: Author):
            return ""

    mapper = Mapper()
    mapper.connect("/", controller=Wrong, action="create")

    with pytest.raises(
        ConfigError, match=r"Wrong\.create takes 'order' and 'author', each of which would be the whole"
    ):
        Application(mapper)


def test_a_default_that_can_be_changed_is_the_request_s_own():
    """What one request does to it no other sees."""

    class Greedy(Controller):
        def add(self, item: str, items: list[str] = [], author: Author = Author("Ada")):  # noqa: B006, B008
            items.append(item)
            author.name += item
            return items

    mapper = Mapper()
    mapper.connect("/", controller=Greedy, action="add")
    client = Client(Application(mapper))

    assert [client.get("/?item=a").json, client.get("/?item=b").json] == [["a"], ["b"]]
