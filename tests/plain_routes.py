"""What a table of routes means, said plainly: one route after the other, one part after the other, no index, no regex.

The property tests hold the real Mapper against this. A path is a list of parts: texts, and variables of a kind.
"""

import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

DIGITS, LOWER = frozenset(string.digits), frozenset(string.ascii_lowercase)
HEXADECIMAL = frozenset(string.hexdigits)


def is_int(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits != "" and set(digits) <= DIGITS


def is_date(text: str) -> bool:
    return [len(part) for part in text.split("-")] == [4, 2, 2] and set(text) <= DIGITS | {"-"}


def is_uuid(text: str) -> bool:
    return [len(part) for part in text.split("-")] == [8, 4, 4, 4, 12] and set(text) <= HEXADECIMAL | {"-"}


def to_int(text: str) -> int:
    number = int(text) if len(text) <= 20 else 2**64
    if not -(2**63) <= number < 2**63:
        raise ValueError(text)
    return number


@dataclass(frozen=True)
class Kind:
    """What values a variable takes, and whether it takes as little or as much as it can."""

    written: str
    takes: Callable[[str], bool]
    read: Callable[[str], Any] = str
    greedy: bool = True


KINDS = {
    "any": Kind("{%s}", lambda text: text != "" and "/" not in text, greedy=False),
    "int": Kind("{%s:int}", is_int, to_int),
    "date": Kind("{%s:date}", is_date, date.fromisoformat),
    "uuid": Kind("{%s:uuid}", is_uuid, UUID),
    "lower": Kind("{%s:[a-z]+}", lambda text: text != "" and set(text) <= LOWER),
    "year": Kind(r"{%s:\d{4}}", lambda text: len(text) == 4 and set(text) <= DIGITS),
    "word": Kind("{%s:(?:new|old)}", lambda text: text in ("new", "old")),
    "path": Kind("{%s:path}", lambda text: text != "" and "\n" not in text),
}


@dataclass(frozen=True)
class Variable:
    """A variable of a kind; an ending `{.format:json|csv}` is one that may be missing."""

    name: str
    kind: str

    @property
    def written(self) -> str:
        return "{.format:json|csv}" if self.kind == "format" else KINDS[self.kind].written % self.name


@dataclass(frozen=True)
class PlainRoute:
    """A route of the table; *methods* is None for any."""

    number: int
    parts: tuple[str | Variable, ...]
    methods: frozenset[str] | None

    @property
    def path(self) -> str:
        return "".join(part if isinstance(part, str) else part.written for part in self.parts)

    @property
    def answers(self) -> frozenset[str] | None:
        return self.methods | {"HEAD"} if self.methods and "GET" in self.methods else self.methods

    def read(self, path: str) -> dict[str, Any] | None:
        """The values of *path*, or None where it is none of this route's."""
        texts = next(splits(self.parts, path), None)
        try:
            return None if texts is None else {name: self._value(name, text) for name, text in texts.items()}
        except ValueError:
            return None

    def _value(self, name: str, text: str | None) -> Any:
        kind = next(part.kind for part in self.parts if isinstance(part, Variable) and part.name == name)
        return text if kind == "format" else KINDS[kind].read(str(text))


def splits(parts: tuple[str | Variable, ...], path: str) -> Iterator[dict[str, str | None]]:
    """Every way to cut *path* along *parts*, the one that is meant first."""
    if not parts:
        if path == "":
            yield {}
        return
    part, rest = parts[0], parts[1:]
    if isinstance(part, str):
        if path.startswith(part):
            yield from splits(rest, path[len(part) :])
    elif part.kind == "format":
        yield from ({part.name: None, **more} for more in splits(rest, path))
        for word in ("json", "csv"):
            if path.startswith(f".{word}"):
                yield from ({part.name: word, **more} for more in splits(rest, path[len(word) + 1 :]))
    else:
        kind = KINDS[part.kind]
        lengths = range(len(path), 0, -1) if kind.greedy else range(1, len(path) + 1)
        for length in lengths:
            if kind.takes(path[:length]):
                yield from ({part.name: path[:length], **more} for more in splits(rest, path[length:]))


def first_match(table: list[PlainRoute], path: str, method: str) -> tuple[int | None, dict[str, Any], tuple[str, ...]]:
    """The number of the first route that answers, with its values; or None and the methods that would be answered."""
    allowed: set[str] = set()
    for route in table:
        values = route.read(path)
        if values is None:
            continue
        if route.answers is None or method in route.answers:
            return route.number, values, ()
        allowed |= route.answers
    return None, {}, tuple(sorted(allowed | {"OPTIONS"})) if allowed else ()
