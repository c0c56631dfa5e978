"""Calling an action with its arguments: by name, or by position what stands before `/` or `*rest` in its signature."""

import inspect
from collections.abc import Callable
from typing import Any

from kirsch.arguments import Bind, bind_variables
from kirsch.arguments.signature import MISSING, names_by_position
from kirsch.request import Request

#: The arguments by position, and those by name.
Placed = tuple[list[Any], dict[str, Any]]


def caller(kind: Callable[[Request], Any], action: str, bind: Bind, bare: bool) -> Callable[[Request], Any]:
    """The function that makes the controller and calls the action with its arguments.

    :param bare: whether the route has no variables.
    """
    method = getattr(kind, action)
    if (place := by_position(method)) is not None:
        return lambda request: _call(method, kind(request), *place(bind(request)))
    if bind is bind_variables and bare:
        return lambda request: method(kind(request))
    if bind is bind_variables:
        return lambda request: method(kind(request), **request.urlvars)
    return lambda request: method(kind(request), **bind(request))


def by_position(action: Callable[..., Any]) -> Callable[[dict[str, Any]], Placed] | None:
    """The function that sorts the values of an action's arguments; None for one that takes them all by name."""
    parameters = list(inspect.signature(action).parameters.values())
    names = names_by_position(parameters)
    if not names:
        return None
    taken = [one for one in parameters if one.name in names and one.kind is not one.VAR_POSITIONAL]
    rest = names[-1] if len(taken) < len(names) else ""
    rows = [(one.name, None if one.default is MISSING else one.default) for one in taken]
    skipped = frozenset(names)

    def place(values: dict[str, Any]) -> Placed:
        positional = [values.get(name, default) for name, default in rows]
        positional += values.get(rest) or ()
        return positional, {name: value for name, value in values.items() if name not in skipped}

    return place


def _call(method: Callable[..., Any], controller: Any, positional: list[Any], named: dict[str, Any]) -> Any:
    return method(controller, *positional, **named)
