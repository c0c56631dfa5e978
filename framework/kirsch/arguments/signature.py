"""What an action's signature says: its arguments, how each is made, and what is wrong with it."""

import copy
import inspect
import types
import typing
from collections.abc import Callable, Container
from dataclasses import dataclass
from functools import partial
from typing import Any

from kirsch.conversion.annotations import shape_of
from kirsch.conversion.shape import Pairs, Shape, fields_of
from kirsch.conversion.texts import Convert, to_text

MISSING: Any = inspect.Parameter.empty
#: What takes a value that comes converted, or stands for a type that takes none.
TEXT = Shape(to_text, to_text)

#: An argument as it is filled in, per request: its name; what makes it of a text, and of a JSON value; what finds all
#: its texts, for one that takes several; whether it takes a file; whether an empty text counts as nothing sent; and
#: what makes the value where nothing was, or None where the action's own default does.
Row = tuple[str, Convert, Convert, Callable[[Pairs], list[Any]] | None, bool, bool, Callable[[], Any] | None]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of an action."""

    name: str
    shape: Shape
    default: Any = MISSING
    hint: Any = None

    def refuses(self, given: type | None) -> bool:
        """Whether a value of class *given* is surely none of its annotation's."""
        hint = typing.get_args(self.hint)[0] if typing.get_origin(self.hint) is typing.Annotated else self.hint
        union = typing.get_origin(hint) in (typing.Union, types.UnionType)
        kinds = typing.get_args(hint) if union else (hint,)
        if given is None or not all(isinstance(kind, type) for kind in kinds):
            return False
        return not issubclass(given, (*kinds, int) if float in kinds else kinds)

    @property
    def whole(self) -> bool:
        """Whether it is a record, which takes the whole body."""
        return self.shape.record is not None and not self.shape.many

    @property
    def absent(self) -> Callable[[], Any] | None:
        """What makes the value where nothing was sent; None to leave it to the action's own default."""
        if self.default is MISSING:
            if self.shape.optional:
                return _nothing
            return partial(self.shape.text, []) if self.shape.many else _missing
        try:
            hash(self.default)
        except TypeError:  # it can be changed, so each request gets its own
            return partial(copy.deepcopy, self.default)
        return None

    @property
    def may_be_absent(self) -> bool:
        """Whether the action does without it."""
        return self.default is not MISSING or self.shape.optional

    @property
    def row(self) -> Row:
        """The argument as it is filled in."""
        shape = self.shape
        several = fields_of(self.name, shape) if shape.many else None
        unset = not shape.blank and self.may_be_absent
        return self.name, shape.text, shape.json, several, shape.file, unset, self.absent


def _nothing() -> None:
    return None


def _missing() -> Any:
    raise ValueError("is missing")


@dataclass(frozen=True, slots=True)
class Signature:
    """The arguments of an action, *first* (self) apart, and whether it takes any other."""

    arguments: list[Argument]
    first: str
    takes_all: bool
    mistakes: list[str]
    #: The names before `/` or `*rest`, and that of the rest: they stand in the path, and are handed over by position.
    places: tuple[str, ...] = ()


def read_signature(action: Callable[..., Any], converted: Container[str] = ()) -> Signature:
    """What *action* takes; a mistake is the end of a sentence that begins with the action's name.

    Arguments in *converted* come as values, so that any type will do.
    """
    arguments, takes_all, mistakes = [], False, []
    try:
        hints = typing.get_type_hints(action, include_extras=True)
    except (NameError, TypeError) as error:
        hints, mistakes = {}, [f"has an annotation that cannot be read: {error}"]
    parameters = list(inspect.signature(action).parameters.values())
    if not parameters:
        return Signature([], "", False, ["takes no self; an action is a method"])
    places = names_by_position(parameters)
    for parameter in parameters[1:]:
        if parameter.kind is parameter.VAR_KEYWORD:
            takes_all = True
            continue
        shape, reason = _shape(hints.get(parameter.name, str))
        if shape is None:
            if parameter.name not in converted:
                mistakes.append(f"has an argument {parameter.name!r} of a type that no text converts to{reason}")
            shape = TEXT
        if parameter.kind is parameter.VAR_POSITIONAL:
            arguments.append(Argument(parameter.name, rest_of(shape), ()))
        else:
            arguments.append(Argument(parameter.name, shape, parameter.default, hints.get(parameter.name)))
    records = [repr(argument.name) for argument in arguments if argument.whole]
    if len(records) > 1:
        mistakes.append(
            f"takes {' and '.join(records)}, each of which would be the whole body; make one record of them"
        )
    return Signature(arguments, parameters[0].name, takes_all, mistakes, places)


def names_by_position(parameters: list[inspect.Parameter]) -> tuple[str, ...]:
    """The names before `/` or `*rest`, and that of the rest, in their order; *parameters* begin with self."""
    *_, last = [0, *(at for at, one in enumerate(parameters) if one.kind in (one.POSITIONAL_ONLY, one.VAR_POSITIONAL))]
    return tuple(one.name for one in parameters[1 : last + 1])


def rest_of(shape: Shape) -> Shape:
    """What takes the parts of a path, each of which is of *shape*."""

    def read(text: str) -> tuple[Any, ...]:
        return tuple(shape.text(part) for part in text.split("/")) if text else ()

    return Shape(read, read)


def _shape(hint: Any) -> tuple[Shape | None, str]:
    try:
        return shape_of(hint), ""
    except (NameError, TypeError) as error:
        return None, f" ({error})"
