"""What is wrong with an application's templates: those that are broken, and those that are not there."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from kirsch.application import Application
from kirsch.controller import actions_of
from kirsch.errors import did_you_mean
from kirsch.plan import Plan
from kirsch.renderer import Renderer
from kirsch.report.names import tool_name

#: How an action names a template itself.
SHOWING = ("self.page", "self.stream_page")


def template_mistakes(application: Application) -> list[str]:
    """A sentence for each template that cannot be compiled, or that an action shows and no folder holds."""
    renderers = [tool for tool in application.tools if isinstance(tool, Renderer)]
    found = [fault for renderer in renderers for fault in _faults(renderer)]
    for route, plan in application.plans.items():
        if plan.renderer is not None and route.controller in application.controllers:
            action = actions_of(application.controllers[str(route.controller)]).get(str(route.action))
            found += _absent(plan, action) if action else []
    return list(dict.fromkeys(found))


def _faults(renderer: Renderer) -> Iterator[str]:
    """Broken templates, and an error page that is not there."""
    for folder in renderer.folders:
        for path in sorted(folder.rglob(f"*{renderer.suffix}")):
            if fault := renderer.fault(path.relative_to(folder).as_posix()):
                near = path.is_relative_to(renderer.setup.root)
                yield f"{path.relative_to(renderer.setup.root) if near else path}{fault}"
    yield from renderer.error_page_mistakes()


def _absent(plan: Plan, action: Callable[..., Any]) -> Iterator[str]:
    """The templates that an action shows and that are not there; what it decides while it runs is not known here."""
    renderer = plan.renderer
    assert renderer is not None
    tool = tool_name(renderer)
    for name, fragment in _shown(plan, action, tool):
        file = name + renderer.suffix
        if not renderer.has(name):
            folders = ", ".join(renderer.directories) or "tools' directories, of which there are none"
            yield (
                f"{plan.name} shows the template {file!r}, which is not in {folders}. "
                f"Write it, or switch pages off for the action: @tools.{tool}(on=False)."
            )
        elif fragment and not renderer.fault(file):
            known = renderer.fragments(file)
            if known is not None and fragment not in known:
                yield f"{plan.name} shows {fragment!r} of the template {file!r}. {did_you_mean(fragment, known)}"


def _shown(plan: Plan, action: Callable[..., Any], tool: str) -> Iterator[tuple[str, str]]:
    """The templates that an action shows, each with the fragment, where that is one."""
    usual = plan.settings.get(f"tools.{tool}.fragment")
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(action))))
    except (OSError, SyntaxError):  # code that was not read from a file
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict):
            yield plan.template, usual.value if usual else ""
        if isinstance(node, ast.Call) and ast.unparse(node.func) in SHOWING and node.args:
            part = next((word.value for word in node.keywords if word.arg == "fragment"), None)
            if named := _text(node.args[0]):
                yield named, _text(part)


def _text(node: ast.expr | None) -> str:
    """The text that a literal is; empty for everything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
