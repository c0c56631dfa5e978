"""The parts of a path that an action takes by position, as variables of routes."""

import inspect
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple
from uuid import UUID

from kirsch.arguments.signature import MISSING, names_by_position, read_signature
from kirsch.routing import Converter, RouteError

#: The types of annotations that routes know.
TYPES = {
    int: "int", float: "float", Decimal: "decimal", date: "date", datetime: "datetime", UUID: "uuid",
}  # fmt: skip


class Form(NamedTuple):
    """One way to write an action's URL: what follows its path, and what the variables in it take."""

    suffix: str
    requirements: Mapping[str, Any]


def forms_of(action: Callable[..., Any], given: str) -> list[Form]:
    """The ways to write the URL of *action*, with as many parts as it takes by position, the shortest first.

    What is a variable of the path before it already, *given*, is none of them.
    """
    parameters = list(inspect.signature(action).parameters.values())
    names = names_by_position(parameters)
    hints = _hints(action)
    forms, suffix, requirements = [], "", dict[str, Any]()
    for parameter in (one for one in parameters if one.name in names):
        name = parameter.name
        if f"{{{name}}}" in given or f"{{{name}:" in given:
            continue
        if parameter.kind is parameter.VAR_POSITIONAL:
            forms.append(Form(suffix, requirements))
            return [*forms, Form(f"{suffix}/{{{name}}}", {**requirements, name: rest_converter(action, name)})]
        if parameter.default is not MISSING:
            forms.append(Form(suffix, requirements))
        word = _word(hints.get(name))
        suffix += f"/{{{name}:{word}}}" if isinstance(word, str) and word else f"/{{{name}}}"
        requirements = {**requirements, name: word} if isinstance(word, type) else requirements
    return [*forms, Form(suffix, requirements)]


def _hints(action: Callable[..., Any]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(action)
    except (NameError, TypeError):  # told of when the route is planned
        return {}


def _word(hint: Any) -> str | type[Enum]:
    """The type of a variable for the annotation *hint*; empty for a text, which the action converts."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        kinds = [kind for kind in typing.get_args(hint) if kind is not types.NoneType]
        hint = kinds[0] if len(kinds) == 1 else None
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    return TYPES.get(hint, "")


def rest_converter(action: Callable[..., Any], name: str) -> Converter:
    """What takes the rest of a path for ``*name``, part by part; no part is empty."""
    shape = next(argument.shape for argument in read_signature(action).arguments if argument.name == name)

    def read(text: str) -> tuple[Any, ...]:
        if "" in text.split("/"):
            raise ValueError(text)
        parts: tuple[Any, ...] = shape.text(text)
        return parts

    def write(values: Any) -> str:
        parts = [values] if isinstance(values, str) else [str(value) for value in values]
        if wrong := [part for part in parts if part == "" or "/" in part]:
            raise RouteError(f"{name} cannot hold {wrong[0]!r}: each is one part of a path, without a slash")
        return "/".join(parts)

    return Converter(".+", read, write, spans=True, gives=tuple)
