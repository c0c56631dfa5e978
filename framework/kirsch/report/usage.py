"""What of an application was never used: routes that nobody asked for, templates that nobody saw."""

from pathlib import Path

from kirsch.application import Application
from kirsch.renderer import Renderer


def unused(application: Application, lines: set[str]) -> dict[str, list[str]]:
    """The routes and the site's own templates that are not in *lines*, which `tools.usage` has written."""
    return {
        "routes": [label for label in route_labels(application) if f"route {label}" not in lines],
        "templates": [path for path in template_paths(application) if f"template {path}" not in lines],
    }


def route_labels(application: Application) -> list[str]:
    """The routes that lead to an action or elsewhere, in their order."""
    return [route.label for route in application.mapper.matchlist if route in application.plans]


def template_paths(application: Application) -> list[str]:
    """The templates below the site's root."""
    root = Path(application.setup.root).resolve()
    found: dict[str, None] = {}
    for renderer in [tool for tool in application.tools if isinstance(tool, Renderer)]:
        for folder in renderer.folders:
            if (here := folder.resolve()).is_relative_to(root):
                paths = sorted(here.rglob(f"*{renderer.suffix}"))
                found |= dict.fromkeys(str(path.relative_to(root)) for path in paths)
    return list(found)


def told(application: Application, lines: set[str]) -> str:
    """The same for people."""
    said = []
    for word, names in unused(application, lines).items():
        every = len(route_labels(application) if word == "routes" else template_paths(application))
        said.append(f"{word.capitalize()}: {every - len(names)} of {every} were used." + " Never:" * bool(names))
        said += [f"  {name}" for name in names]
    return "\n".join(said)
