"""Actions that take arguments in every way, and say what they got."""

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Literal
from uuid import UUID

from kirsch import Application, Controller, Mapper
from kirsch.dispatch import at, tree


class Params(Controller):
    def index(self, thing):
        return {"thing": thing}

    def several(self, thing: list[str]):
        return {"thing": thing}

    def ismap(self, x: int, y: int):
        return f"Coordinates: {x}, {y}"

    def picture(self):
        return f"clicked at {self.request.query_string}"

    def default(self, *parts, **others):
        return {"parts": parts, "others": others}


class Takes(Controller):
    def one(self, param1):
        return [param1]

    def one_part(self, param1, /):
        return [param1]

    def one_and_rest(self, param1, *rest):
        return [param1, *rest]

    def one_rest_and_others(self, param1, *rest, **others):
        return [param1, *rest, others]

    def one_and_others(self, param1, /, **others):
        return [param1, others]

    def none(self):
        return []

    def rest(self, *rest):
        return [*rest]

    def rest_and_others(self, *rest, **others):
        return [*rest, others]

    def others(self, **others):
        return [others]

    def by_name(self, *, param1, param2="two"):
        return [param1, param2]

    def optional(self, year: int, month: int = 1, /, day: int = 1):
        return [year, month, day]

    def numbers(self, *numbers: int):
        return [*numbers]

    @at("import")
    def import_it(self, **others):
        return ["import", others]


class Fails(Controller):
    def type_error(self, **others):
        raise TypeError("type_error() missing 1 required positional argument: 'x'")

    def with_default(self, x, y=None):
        return x + 1

    def value_error(self, x: int = 0):
        raise ValueError("the secret of the house")

    def key_error(self, key="k"):
        return {}[key]


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Typed(Controller):
    def number(self, value: int):
        return value

    def fraction(self, value: float):
        return value

    def decimal(self, value: Decimal):
        return str(value)

    def truth(self, value: bool):
        return {"value": value}

    def day(self, value: date):
        return value.isoformat()

    def key(self, value: UUID):
        return str(value)

    def colour(self, value: Colour):
        return value.name

    def word(self, value: Literal["up", "down"]):
        return value

    def numbers(self, value: list[int]):
        return value

    def maybe(self, value: int | None = None):
        return {"value": value}

    def part(self, value: int, /):
        return value

    def shade(self, value: Colour, /):
        return value.name


class Root(Controller):
    params = Params
    takes = Takes
    fails = Fails
    typed = Typed


def make():
    """All of them in one tree."""
    mapper = Mapper()
    tree(mapper, "/", Root)
    return Application(mapper)
