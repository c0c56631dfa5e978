"""The floors of the house: who may import whom, counted over every import, those for types alone included."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from importlib.resources import files
from pathlib import Path

import pytest

import kirsch
import kirsch_scaffold

HOUSE = Path(str(files(kirsch)))
SCAFFOLD = Path(str(files(kirsch_scaffold)))

# Each room of kirsch and its floor; a room may import what is on a lower floor, and its own inside.
FLOORS = {
    "errors": 1,
    "serving": 1,
    "bodies": 2,
    "bus": 2,
    "conditional": 2,
    "config": 2,
    "conversion": 2,
    "cookies": 2,
    "hashing": 2,
    "extensions": 2,
    "headers": 2,
    "negotiation": 2,
    "target": 2,
    "ranges": 2,
    "redaction": 2,
    "request": 2,
    "response": 2,
    "outage": 2,
    "prepared": 2,
    "settings": 2,
    "sqlite": 2,
    "streaming": 2,
    "signing": 2,
    "arguments": 3,
    "authentication": 3,
    "controller": 3,
    "database": 3,
    "events": 3,
    "plugins": 3,
    "policy": 3,
    "problem": 3,
    "renderer": 3,
    "rendering": 3,
    "routing": 3,
    "server": 3,
    "templating": 2,
    "tokens": 3,
    "tool": 3,
    "translation": 3,
    "data": 4,
    "seeing": 4,
    "xmlrpc": 4,
    "tools": 4,
    "dispatch": 5,
    "finding": 5,
    "paths": 5,
    "plan": 5,
    "planner": 5,
    "scopes": 5,
    "application": 6,
    "crud": 7,
    "debug": 7,
    "report": 7,
    "site": 7,
    "testing": 7,
    "cli": 8,
    "__init__": 8,
}
# Rooms of one floor that may know each other, in this direction.
NEIGHBOURS = {
    ("authentication", "tool"),
    ("conversion", "bodies"),
    ("paths", "finding"),
    ("plan", "scopes"),
    ("planner", "paths"),
    ("planner", "plan"),
    ("planner", "scopes"),
    ("policy", "authentication"),
    ("problem", "rendering"),
    ("cookies", "headers"),
    ("ranges", "conditional"),
    ("problem", "renderer"),
    ("renderer", "tool"),
    ("renderer", "translation"),
    ("rendering", "renderer"),
    ("settings", "config"),
    ("report", "site"),
    ("request", "bodies"),
    ("request", "conditional"),
    ("request", "cookies"),
    ("request", "negotiation"),
    ("request", "target"),
    ("request", "response"),
    ("response", "conditional"),
    ("response", "headers"),
    ("response", "cookies"),
    ("response", "ranges"),
    ("site", "debug"),
    ("events", "rendering"),
    ("streaming", "response"),
    ("templating", "extensions"),
    ("tokens", "authentication"),
    ("controller", "translation"),
}
TOOLS_MAY_KNOW = {
    "authentication",
    "cookies",
    "signing",
    "tool",
    "rendering",
    "request",
    "response",
    "config",
    "conditional",
    "ranges",
    "settings",
    "errors",
    "extensions",
    "database",
    "hashing",
    "headers",
    "negotiation",
    "outage",
    "policy",
    "prepared",
    "redaction",
    "renderer",
    "target",
    "templating",
    "tokens",
    "tools",
    "translation",
}


def modules(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every module under *folder*, templates apart, with its dotted name."""
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder.parent).with_suffix("").parts
        if "templates" not in parts and "_stubs" not in parts:
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(name: str, path: Path, known: set[str]) -> set[str]:
    """The modules that one module imports, at any depth of its syntax tree, as far as they are among *known*."""
    found: set[str] = set()
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            levels = package.split(".")[: -(node.level - 1) or None] if node.level else []
            source = ".".join([*levels, *([node.module] if node.module else [])])
            found.update(
                f"{source}.{alias.name}" if f"{source}.{alias.name}" in known else source for alias in node.names
            )
    return found


def room(name: str) -> str:
    """The room of a module's name: `kirsch.tools.mako` lies in `tools`, `kirsch` itself is `__init__`."""
    return name.split(".")[1] if "." in name else "__init__"


KNOWN = {name for folder in (HOUSE, SCAFFOLD) for name, _ in modules(folder)}
GRAPH = {name: imports(name, path, KNOWN) for folder in (HOUSE, SCAFFOLD) for name, path in modules(folder)}
ARROWS = sorted(
    (name, other)
    for name, others in GRAPH.items()
    if name.split(".")[0] == "kirsch"
    for other in others
    if other.split(".")[0] == "kirsch" and room(name) != room(other)
)


def test_every_room_has_a_floor():
    """A new module of the package is placed before it is used."""
    rooms = {room(name) for name in GRAPH if name.split(".")[0] == "kirsch"}

    assert rooms - set(FLOORS) == set()


def test_no_import_goes_upward():
    """What lies below never knows what stands on it."""
    upward = [
        f"{name} imports {other}"
        for name, other in ARROWS
        if FLOORS[room(other)] >= FLOORS[room(name)] and (room(name), room(other)) not in NEIGHBOURS
    ]

    assert upward == []


def test_tools_are_leaves():
    """A tool knows the form of a tool, the request and the shared stores; never another tool."""
    wrong = [
        f"{name} imports {other}"
        for name, others in GRAPH.items()
        if name.startswith("kirsch.tools.") and not name.startswith("kirsch.tools._")
        for other in others
        if other.split(".")[0] == "kirsch"
        if room(other) not in TOOLS_MAY_KNOW or (room(other) == "tools" and not other.startswith("kirsch.tools._"))
    ]

    assert wrong == []


def test_tools_come_in_by_name():
    """Only their registry is imported; a tool's module, and the package it needs, is loaded when it is switched on."""
    wrong = [f"{name} imports {other}" for name, other in ARROWS if other.startswith("kirsch.tools.")]

    assert wrong == []


def test_there_is_no_circle():
    """The modules can be sorted so that each imports only those before it."""
    ours = {name: {other for other in others if other in KNOWN and other != name} for name, others in GRAPH.items()}
    try:
        TopologicalSorter(ours).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])), pytrace=False)


def test_the_generator_stands_alone():
    """It meets Kirsch only in the entry points and in the text that it writes."""
    wrong = [
        f"{name} imports {other}"
        for name, others in GRAPH.items()
        if name.split(".")[0] == "kirsch_scaffold"
        for other in others
        if other.split(".")[0] == "kirsch"
    ]

    assert wrong == []


def test_webob_is_imported_at_few_doors():
    """There its warning about `cgi` is answered; everybody else takes the names from us."""
    doors = {name for name, others in GRAPH.items() if any(other.split(".")[0] == "webob" for other in others)}

    assert doors <= {"kirsch.request", "kirsch.response", "kirsch.negotiation"}
