"""Conversions on anything at all: what is written is read back, and nothing that a client sends is a 500."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Annotated, Literal, TypedDict
from urllib.parse import urlencode
from uuid import UUID

import msgspec
import pydantic
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as some

from asking import ask
from kirsch import Application, Controller, Mapper
from kirsch.conversion.annotations import shape_of
from kirsch.rendering import to_json

thorough = settings(max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck))


class Size(Enum):
    SMALL = 1
    LARGE = "large"


WHOLE = some.integers(-(2**63), 2**63 - 1)
VALUES = {
    str: some.text(some.characters(exclude_categories=["Cs"])),
    int: WHOLE,
    float: some.floats(allow_nan=False, allow_infinity=False),
    bool: some.booleans(),
    Decimal: some.decimals(allow_nan=False, allow_infinity=False),
    date: some.dates(),
    time: some.times(),
    datetime: some.datetimes(timezones=some.none() | some.just(UTC)),
    UUID: some.uuids(),
    Size: some.sampled_from(Size),
    Literal["a", 1]: some.sampled_from(["a", 1]),
    list[int]: some.lists(WHOLE, max_size=5),
    set[date]: some.sets(some.dates(), max_size=5),
    tuple[int, bool]: some.tuples(WHOLE, some.booleans()),
}


def written(value):
    """*value* as a form would send it."""
    if isinstance(value, list | tuple):
        return [written(one) for one in value]
    if isinstance(value, set):
        return [written(one) for one in sorted(value)]
    if isinstance(value, Enum):
        return str(value.value)
    return value.isoformat() if isinstance(value, date | time) else str(value)


@pytest.mark.parametrize("kind", VALUES, ids=str)
def test_what_is_written_is_read_back(kind, seed):
    """From a form's text and from JSON, every value of every type comes back as it was."""
    shape = shape_of(kind)

    @seeded(seed)
    @thorough
    @given(VALUES[kind])
    def check(value):
        assert shape.text(written(value)) == value
        assert shape.json(json.loads(to_json(value))) == value

    check()


class Paper(Enum):
    A4 = "a4"
    A5 = "large"


@dataclass
class Leaf:
    number: int
    day: date | None = None
    paper: Paper = Paper.A4


@dataclass
class Tree:
    name: str
    real: float = 0
    price: Decimal | None = None
    flag: bool = False
    key: UUID | None = None
    leaves: list[Leaf] = field(default_factory=list)
    marks: set[int] = field(default_factory=set)
    pair: tuple[int, str] = (0, "")
    word: Literal["a", 1, None] = None
    few: Annotated[list[int], msgspec.Meta(max_length=2)] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    parent: "Tree | None" = None


class Struct(msgspec.Struct):
    name: str
    real: float = 0
    price: Decimal | None = None
    key: UUID | None = None
    leaves: list[Leaf] = []
    marks: set[int] = set()
    size: Paper = Paper.A4
    parent: "Struct | None" = None


class Model(pydantic.BaseModel):
    name: str
    real: float = 0
    price: Decimal | None = None
    key: UUID | None = None
    leaves: list[Leaf] = []
    marks: set[int] = set()
    size: Size = Size.SMALL
    parent: "Model | None" = None


class Typed(TypedDict, total=False):
    name: str
    marks: set[int]
    parent: Leaf


class Hostile(Controller):
    def tree(self, tree: Tree, number: int = 1):
        return tree

    def struct(self, struct: Struct):
        return struct

    def model(self, model: Model):
        return model

    def typed(self, typed: Typed, **others):
        return {"typed": typed, "others": others}

    def plain(
        self, name: str, number: int = 0, real: float = 0, day: date | None = None, marks: list[int] = [],  # noqa: B006
        leaves: list[Leaf] = [], word: Literal["a", 1] = 1, size: Size = Size.SMALL, key: UUID | int = 0,  # noqa: B006
        counts: dict[str, int] | None = None, **others,
    ):  # fmt: skip
        return {name: value for name, value in locals().items() if name != "self"}


ACTIONS = ("tree", "struct", "model", "typed", "plain")
NAMES = [
    "name", "real", "price", "flag", "key", "leaves", "marks", "pair", "word", "few", "counts", "parent", "number",
    "day", "size", "paper", "self", "order", "",
]  # fmt: skip
scalars = (
    some.none() | some.booleans() | some.integers() | some.integers(-(10**400), 10**400) | some.floats(allow_nan=False)
    | some.text(max_size=8) | some.uuids().map(str)
    | some.sampled_from(["2026-11-21", "large", "LARGE", "a", "1", "1e999", "\ud800", "\0", "-", "5.0"])
)  # fmt: skip
names = some.sampled_from(NAMES) | some.text(max_size=3)
values = some.recursive(
    scalars, lambda inner: some.lists(inner, max_size=4) | some.dictionaries(names, inner, max_size=6), max_leaves=25
)
objects = some.dictionaries(names, values, max_size=10)
paths = some.lists(some.sampled_from([*NAMES, "[0]", "[1]", "[99999999]", ".", "["]), min_size=1, max_size=5).map(
    lambda steps: ".".join(steps).replace(".[", "[")
)
texts = some.sampled_from(["", "0", "-1", "x", "on", "a", "2026-11-21", "1e400", "nan", "9" * 5000, "large", "٣"])
fields = some.lists(some.tuples(paths, texts | some.text(max_size=5)), max_size=12)


@pytest.fixture(scope="module")
def app():
    mapper = Mapper()
    for action in ACTIONS:
        mapper.connect(f"/{action}", controller=Hostile, action=action)
    return Application(mapper)


def test_no_json_is_a_500(app, seed):
    """Any value at any place: it fits, or the mistakes are named."""

    @seeded(seed)
    @thorough
    @given(some.sampled_from(ACTIONS), objects | values, some.sampled_from(["POST", "PUT", "DELETE"]))
    def check(action, value, method):
        body = json.dumps(value).encode()
        answer = ask(
            app, f"/{action}", method=method, body=body, content_type="application/json", accept="application/json"
        )
        assert answer.status in (200, 400, 422), answer.text
        if answer.status == 422:
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert "detail" in json.loads(answer.text)

    check()


def test_no_fields_are_a_500(app, seed):
    """In a query string, in a form, and in both."""

    @seeded(seed)
    @thorough
    @given(some.sampled_from(ACTIONS), fields, fields)
    def check(action, query, form):
        encode = {"encoding": "utf-8", "errors": "replace"}
        path = f"/{action}?{urlencode(query, **encode)}"
        body = urlencode(form, **encode).encode()
        assert ask(app, path).status in (200, 400)
        kind = "application/x-www-form-urlencoded"
        assert ask(app, path, method="POST", body=body, content_type=kind).status in (200, 400, 422)

    check()


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"parent":' * 5_000 + b"1" + b"}" * 5_000,
        b'{"name":"x","parent":' * 60 + b"{}" + b"}" * 60,
        b'{"name": NaN}',
        b'{"name": 1e999, "real": 1e999}',
        b'{"real": ' + b"9" * 5000 + b"}",
        b'{"name": "\xff"}',
        b'{"name": "x", "marks": [' + b'"x",' * 50_000 + b"1]}",
        b'{"name": "x", "leaves": [' + b"null," * 50_000 + b"1]}",
        b'{"name": "a", "name": 1}',
        b"",
    ],
    ids=["lists", "objects", "records", "nan", "infinity", "digits", "bytes", "wrong", "nulls", "twice", "nothing"],
)
def test_bodies_made_to_break_are_answered_in_few_words(app, action, body):
    """Depth, size and nonsense: 400, 413 or 422, and an answer that does not grow with the body."""
    answer = ask(
        app, f"/{action}", method="POST", body=body, content_type="application/json", accept="application/json"
    )

    assert answer.status in (200, 400, 413, 422)
    assert len(answer.body) < 20_000
