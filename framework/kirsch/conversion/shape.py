"""How what a client sends becomes a value of one type: a pair of functions, and for types with members a record."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from kirsch.bodies import Upload
from kirsch.conversion.texts import Convert
from kirsch.conversion.unfit import Mistakes, Unfit

Pairs = list[tuple[str, Any]]
#: Characters of a field's name that may lead into nested records.
LONGEST_PATH = 200


@dataclass(frozen=True, slots=True)
class Shape:
    """What an annotation takes.

    *text* makes a value of what a query or a form holds: of a text or an upload, of a list of those where *many*, of a
    dict where there is a *record*. *json* makes one of a JSON value. Both raise ValueError with the end of a sentence,
    or :class:`Unfit` with several.
    """

    text: Convert
    json: Convert
    many: bool = False
    record: "Record | None" = None
    optional: bool = False
    #: Whether an empty text is a value of it, and no sign that nothing was filled in.
    blank: bool = False
    #: Whether it takes an uploaded file.
    file: bool = False

    @property
    def leaf(self) -> Convert:
        """*text* for a member of something: safe against an upload, and against None where that is a value."""
        read = self.text if self.file or self.many or self.record else _no_file(self.text)
        return or_none(read) if self.optional else read


def or_none(read: Convert) -> Convert:
    """*read*, for anything but None, which stays."""
    return lambda value: None if value is None else read(value)


def _no_file(read: Convert) -> Convert:
    def read_text(value: Any) -> Any:
        if isinstance(value, Upload):
            raise ValueError("is a file, not a text")
        return read(value)

    return read_text


class Member(NamedTuple):
    """One member of a record."""

    shape: Shape
    required: bool


class Record:
    """A type with named members, made by calling *make* with them."""

    def __init__(self, make: Callable[..., Any]) -> None:
        self.make = make
        self.members: dict[str, Member] = {}
        self._texts: list[tuple[str, Convert, bool]] = []
        self._jsons: list[tuple[str, Convert, bool]] = []

    def fill(self, members: dict[str, Member]) -> "Record":
        """Give the record its members, which may hold the record itself."""
        self.members = members
        self._texts = [(name, shape.leaf, required) for name, (shape, required) in members.items()]
        self._jsons = [(name, shape.json, required) for name, (shape, required) in members.items()]
        return self

    def text(self, found: Any) -> Any:
        """The value made of what :meth:`gather` found in a form."""
        return self._read(found, self._texts)

    def json(self, value: Any) -> Any:
        """The value made of a JSON object; members of other names are ignored."""
        return self._read(value, self._jsons)

    def _read(self, found: Any, readers: list[tuple[str, Convert, bool]]) -> Any:
        if not isinstance(found, dict):
            raise ValueError("is not an object")
        values, mistakes = {}, Mistakes()
        for name, read, required in readers:
            if name in found:
                try:
                    values[name] = read(found[name])
                except ValueError as error:
                    mistakes.add(f".{name}", error)
            elif required:
                mistakes.say(f".{name}", "is missing")
        if mistakes:
            raise Unfit(mistakes)
        return self.make(**values)

    def gather(self, pairs: Pairs) -> dict[str, Any]:
        """What the fields of a form say of the members, as texts, lists and dicts.

        The members of a record inside are called ``author.name``, those of a list of records ``lines[2].price``.
        """
        found: dict[str, Any] = {}
        last = dict(pairs)
        for name, (shape, required) in self.members.items():
            value: Any = None
            if shape.record is not None:
                value = _listed(pairs, name, shape.record) if shape.many else _below(pairs, name, shape.record)
            elif shape.many:
                value = fields_of(name, shape)(pairs)
            elif name in last and (last[name] != "" or shape.blank or (required and not shape.optional)):
                value = self.word(shape, last[name])
            if value or value == "" or (required and (shape.optional or shape.many)):
                found[name] = value
        return found

    def named_in(self, pairs: Pairs) -> bool:
        """Whether some field of a form is about a member."""
        return any(key.partition("[")[0].partition(".")[0] in self.members for key, _ in pairs)

    def word(self, shape: Shape, text: Any) -> Any:
        """A text of a form as :meth:`text` wants to see it."""
        return text


def fields_of(name: str, shape: Shape) -> Callable[[Pairs], list[Any]]:
    """The function that finds all that a form says of the list called *name*."""
    record = shape.record
    if record is not None:
        return lambda pairs: _listed(pairs, name, record)
    return lambda pairs: [text for key, text in pairs if key == name and (text != "" or shape.blank)]


def _below(pairs: Pairs, name: str, record: Record) -> dict[str, Any] | None:
    start = name + "."
    inner = [(key[len(start) :], text) for key, text in pairs if key.startswith(start) and len(key) <= LONGEST_PATH]
    return record.gather(inner) if inner else None


def _listed(pairs: Pairs, name: str, record: Record) -> list[dict[str, Any]]:
    place = re.compile(re.escape(name) + r"\[([0-9]{1,6})\]\.")
    groups: dict[int, Pairs] = {}
    for key, text in pairs:
        if len(key) <= LONGEST_PATH and (found := place.match(key)):
            groups.setdefault(int(found[1]), []).append((key[found.end() :], text))
    return [record.gather(groups[index]) for index in sorted(groups)]
