"""What happens around one action."""

import inspect
from dataclasses import fields
from pathlib import Path

from kirsch.application import Application
from kirsch.config import FILE, Setting
from kirsch.errors import UsageError, did_you_mean
from kirsch.plan import Plan
from kirsch.report.names import tool_name
from kirsch.report.settings import setting_rows
from kirsch.routing import Route
from kirsch.routing.table import aligned
from kirsch.tool import STAGES, Tool

#: When each stage runs; error and end are listed where they would happen.
ORDER = ("start", "before", "action", "render", "after", "error", "end")


def plan(application: Application, name: str) -> str:
    """Routes, stages, tools and settings of the action *name*, as in `albums.show`.

    :raises UsageError: when no route leads to an action of that name, with the nearest one.
    """
    found = [(route, plan) for route, plan in application.plans.items() if plan.name == name]
    if not found:
        names = {plan.name for plan in application.plans.values()}
        raise UsageError(f"No route leads to an action called {name!r}. {did_you_mean(name, names)}")
    usual = [(route, plan) for route, plan in found if not plan.below]
    parts = [f"{name}{_source(application, name)}", _routes([route for route, _ in usual]), *_surroundings(usual[0][1])]
    for _, other in found:
        if other.below:
            parts += [f"Below {other.below}", *_surroundings(other)]
    return "\n\n".join(parts)


def _surroundings(plan: Plan) -> list[str]:
    """The stages and the settings."""
    rows = list(setting_rows({**_defaults(plan), **plan.settings}))
    return [_stages(plan), *([_titled("Settings", aligned(rows))] if rows else [])]


def _source(application: Application, name: str) -> str:
    """File and line of the action; empty where it has none, as for a redirect."""
    controller, _, action = name.partition(".")
    method = getattr(application.controllers.get(controller), action, None)
    if method is None:
        return ""
    code, root = inspect.unwrap(method).__code__, application.setup.root.absolute()
    path = Path(code.co_filename)
    shown = path.relative_to(root) if path.is_relative_to(root) else Path(*path.parts[-2:])
    return f", {shown.as_posix()}:{code.co_firstlineno}"


def _routes(routes: list[Route]) -> str:
    return _titled("Routes", "\n".join(f"{route.label}, {route.place}" for route in routes))


def _stages(plan: Plan) -> str:
    """The tools of each stage in the order they act; ``arrive`` only where one acts before a route is found."""
    early = [name_of(tool) for tool in plan.tools if hasattr(tool, "arrive")]
    rows = [("arrive", ", ".join(early))] if early else []
    for stage in ORDER:
        acting = _acting(plan, stage)
        rows.append((stage, ", ".join(acting) or "-"))
    return _titled("Stages", aligned(rows))


def _acting(plan: Plan, stage: str) -> list[str]:
    if stage == "action":
        return [plan.name]
    if stage == "render":
        return [name_of(plan.renderer)] if plan.renderer else ["JSON and text only"]
    assert stage in STAGES
    steps = getattr(plan, stage)
    acting = [step.__self__ for step in steps if isinstance(getattr(step, "__self__", None), Tool)]
    return [f"{tool_name(tool)} ({tool.places.get(stage, tool.order):g})" for tool in acting]


def _defaults(plan: Plan) -> dict[str, Setting]:
    """The options of the plan's tools as they are, called defaults; those that are set will lie over them."""
    return {
        name: Setting(getattr(tool, option.name), "default")
        for tool in plan.tools
        for option in fields(tool)  # type: ignore[arg-type]
        # What lies in a file stays there.
        if option.init and (name := f"tools.{tool_name(tool)}.{option.name}") + FILE not in plan.settings
    }


def name_of(tool: Tool) -> str:
    """The tool's word with its place in the order."""
    return f"{tool_name(tool)} ({tool.order})"


def _titled(title: str, text: str) -> str:
    return title + "\n" + "\n".join(f"  {line}" for line in text.splitlines())
