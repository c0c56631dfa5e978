"""Something put around every step of a plan, at start, by tools that watch the others."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kirsch.tool import STAGES, Tool

Step = Callable[..., Any]


def around(plan: Any, watcher: Tool, wrap: Callable[[str, str, Step], Step]) -> Any:
    """*plan* with *wrap* around each step, action and rendering among them, but for those of *watcher* itself.

    *wrap* is given the stage, the name of the tool and the step; for "action" and "render" the name is empty.
    """
    stages = {
        stage: tuple(
            step if owner_of(step) in (None, watcher) else owned(wrap(stage, name_of(step), step), owner_of(step))
            for step in getattr(plan, stage)
        )
        for stage in STAGES
    }
    return replace(plan, call=wrap("action", "", plan.call), render=wrap("render", "", plan.render), **stages)


def owner_of(step: Step) -> Any:
    """The tool whose step this is; None for steps of nobody."""
    return getattr(step, "__self__", None)


def owned(wrapped: Any, owner: Any) -> Step:
    """*wrapped* as a step of *owner*: other tools that watch, and `kirsch plan`, tell steps by their owners."""
    wrapped.__self__ = owner
    return wrapped  # type: ignore[no-any-return]


def name_of(step: Step) -> str:
    """The word of that tool."""
    return type(owner_of(step)).__name__.lower()
