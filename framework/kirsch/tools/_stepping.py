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
            step if getattr(step, "__self__", None) in (None, watcher) else wrap(stage, name_of(step), step)
            for step in getattr(plan, stage)
        )
        for stage in STAGES
    }
    return replace(plan, call=wrap("action", "", plan.call), render=wrap("render", "", plan.render), **stages)


def name_of(step: Any) -> str:
    """The word of the tool whose step this is."""
    return type(step.__self__).__name__.lower()
