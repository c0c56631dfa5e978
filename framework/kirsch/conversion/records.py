"""Dataclasses and typed dicts as records: their members, and which of them must be there."""

import dataclasses
import inspect
import typing
from collections.abc import Callable
from typing import Any

from kirsch.conversion.shape import Member, Record, Shape

Known = dict[Any, Record]
ShapeOf = Callable[[Any, Known], Shape | None]


def is_typed_dict(kind: type) -> bool:
    """Whether *kind* is a typed dict, of `typing` or of a library that stands in for it."""
    return issubclass(kind, dict) and hasattr(kind, "__required_keys__")


def read_dataclass(kind: type, known: Known, shape_of: ShapeOf) -> Record:
    """The record of a dataclass: the parameters of its constructor.

    :raises TypeError: for a parameter whose annotation takes nothing that a client can send.
    """
    record = known[kind] = Record(kind)
    hints = typing.get_type_hints(kind, include_extras=True)
    members = {}
    for name, parameter in inspect.signature(kind).parameters.items():
        hint = hints.get(name, Any)
        shape = shape_of(hint.type if isinstance(hint, dataclasses.InitVar) else hint, known)
        members[name] = Member(checked(shape, kind, name), parameter.default is parameter.empty)
    return record.fill(members)


def read_typed_dict(kind: Any, known: Known, shape_of: ShapeOf) -> Record:
    """The record of a typed dict.

    :raises TypeError: for a member whose annotation takes nothing that a client can send.
    """
    record = known[kind] = Record(dict)
    hints = typing.get_type_hints(kind, include_extras=True)
    shapes = {name: checked(shape_of(hint, known), kind, name) for name, hint in hints.items()}
    return record.fill({name: Member(shape, name in kind.__required_keys__) for name, shape in shapes.items()})


def checked(shape: Shape | None, kind: type, name: str) -> Shape:
    """*shape*, if there is one."""
    if shape is None:
        raise TypeError(f"{kind.__name__}.{name} is of a type that no text converts to")
    return shape
