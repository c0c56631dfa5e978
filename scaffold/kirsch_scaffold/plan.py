"""What a command is going to write, decided in full before the first byte is written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Action(StrEnum):
    """What happens to one file."""

    CREATE = "create"
    CHANGE = "change"
    IDENTICAL = "identical"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Step:
    """One file of a plan: where, what it will hold, what happens to it."""

    path: str
    """Relative to the root, with forward slashes."""
    text: str
    action: Action
    mode: int = 0o644
    note: str = ""


@dataclass(frozen=True)
class Plan:
    """The files that a command writes below one folder."""

    root: Path
    steps: tuple[Step, ...]

    @property
    def conflicts(self) -> tuple[Step, ...]:
        """Files that hold something else already."""
        return tuple(step for step in self.steps if step.action is Action.CONFLICT)

    @property
    def changes(self) -> tuple[Step, ...]:
        """Files that are written: new ones first, so that nothing refers to a file that is not there yet."""
        wanted = [step for step in self.steps if step.action is not Action.IDENTICAL]
        return tuple(sorted(wanted, key=lambda step: step.action is not Action.CREATE))

    def tree(self) -> str:
        """The plan for people: a tree of files, each with what happens to it."""
        return "\n".join(_branches(_nested(self.steps), 0))

    def new_lines(self) -> int:
        """How many lines the plan adds for people to read; the generator's own notes do not count."""
        read = [step for step in self.changes if not step.path.startswith(".kirsch/")]
        return sum(_added(self.root / step.path, step) for step in read)


def file_step(root: Path, path: str, text: str, mode: int = 0o644) -> Step:
    """The step for a file that is generated whole: one that holds something else is a conflict."""
    existing = current(root / path)
    if existing is None:
        return Step(path, text, Action.CREATE, mode)
    return Step(path, text, Action.IDENTICAL if existing == text else Action.CONFLICT, mode)


def change_step(root: Path, path: str, text: str, note: str = "") -> Step:
    """The step for a file that gets something inserted."""
    same = current(root / path) == text
    return Step(path, text, Action.IDENTICAL if same else Action.CHANGE, note="" if same else note)


def current(path: Path) -> str | None:
    """What a file holds now; None when there is no such file."""
    try:
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return None


def digest(text: str) -> str:
    """The fingerprint of a file's text."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


Tree = dict[str, "Tree | Step"]


def _nested(steps: Iterable[Step]) -> Tree:
    tree: Tree = {}
    for step in steps:
        *folders, name = step.path.split("/")
        place = tree
        for folder in folders:
            inner = place.setdefault(f"{folder}/", {})
            assert not isinstance(inner, Step)
            place = inner
        place[name] = step
    return tree


def _branches(tree: Mapping[str, Tree | Step], depth: int) -> Iterator[str]:
    indent = "  " * depth
    # Folders come before files, as file managers show them.
    for name in sorted(tree, key=lambda name: (not name.endswith("/"), name)):
        item = tree[name]
        if isinstance(item, Step):
            yield f"{item.action:>9}  {indent}{name}{f'   {item.note}' if item.note else ''}"
        else:
            yield f"{'':>9}  {indent}{name}"
            yield from _branches(item, depth + 1)


def _added(path: Path, step: Step) -> int:
    before = current(path) or ""
    return len(step.text.splitlines()) - (len(before.splitlines()) if step.action is Action.CHANGE else 0)
