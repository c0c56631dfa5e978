"""What the options of a class say about themselves: types, defaults, and the comments above them."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from pathlib import PurePath
from typing import Any, NamedTuple


class Option(NamedTuple):
    """One option, in words."""

    name: str
    kind: str
    #: As configuration would write it; empty where it has to be set.
    default: str
    meaning: str


def options_of(kind: type) -> list[Option]:
    """The options of a dataclass that configuration may set."""
    notes = comments(kind)
    return [_option(item, notes) for item in fields(kind) if item.init]


def _option(item: "Field[Any]", notes: dict[str, str]) -> Option:
    default = item.default_factory() if item.default_factory is not MISSING else item.default
    kind = item.type if isinstance(item.type, str) else getattr(item.type, "__name__", str(item.type))
    kind = str(item.type).replace("typing.", "") if "[" in str(item.type) else kind
    kind = re.sub(r"\bpathlib\.(?:_local\.)?", "", kind)  # Python 3.13 has the classes of pathlib elsewhere
    written = str(default) if isinstance(default, PurePath) else default
    return Option(item.name, kind, "" if default is MISSING else repr(written), notes.get(item.name, ""))


def comments(kind: type) -> dict[str, str]:
    """What the ``#:`` comments above the fields of *kind* and its parents say."""
    found: dict[str, str] = {}
    for parent in reversed([one for one in kind.__mro__ if one.__module__ != "builtins"]):
        lines = textwrap.dedent(_source(parent)).splitlines()
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                words = plain(" ".join(reversed(list(_above(lines, node.lineno - 1)))))
                found[node.target.id] = words or found.get(node.target.id, "")
    return found


def _source(kind: type) -> str:
    try:
        return inspect.getsource(kind)
    except OSError:
        return ""


def _above(lines: list[str], row: int) -> Iterator[str]:
    while row and lines[row - 1].strip().startswith("#:"):
        row -= 1
        yield lines[row].strip().removeprefix("#:").strip()


def sentence(thing: object) -> str:
    """The first line of a docstring."""
    return plain((thing.__doc__ or "").strip().partition("\n")[0])


def plain(text: str) -> str:
    """The text of a docstring as people read it."""
    for role in (":class:", ":meth:", ":func:", ":attr:"):
        text = text.replace(role, "")
    return text.replace("``", "`")
