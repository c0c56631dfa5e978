"""Write a plan so that either all of it is there afterwards or nothing has changed."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from kirsch_scaffold.journal import begin, end, take_back
from kirsch_scaffold.plan import Plan, Step


class WriteError(Exception):
    """Something could not be written and nothing has changed; the message is one sentence."""


def write_project(plan: Plan) -> None:
    """Write a new project: all files into a folder beside it, which then gets its name in one step.

    A process that is killed on the way leaves no project, and its leftovers go with the next attempt.

    :raises WriteError: when the folder cannot be written or somebody else has made it meanwhile.
    """
    target = plan.root
    with _told(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        _clear_leftovers(target)
        aside = target.parent / f".{target.name}.kirsch-{os.getpid()}"
        try:
            aside.mkdir()
            for step in plan.steps:
                _write(aside / step.path, step)
            aside.rename(target)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise


def write_changes(plan: Plan) -> None:
    """Write into a project: every file beside its place first, then each moves to its place; all or none.

    A process that is killed on the way leaves a journal, by which the next command takes back what was begun.

    :raises WriteError: when something cannot be written; what had moved is moved back.
    """
    root, steps = plan.root, plan.changes
    with _told(root):
        files = begin(root, steps)["files"]
        try:
            for step, entry in zip(steps, files, strict=True):
                _write(root / entry["aside"], step)
            for entry in files:
                (root / entry["aside"]).chmod(entry["mode"])
                (root / entry["aside"]).replace(root / entry["path"])
        except BaseException:
            take_back(root)
            raise
        end(root)


def _write(path: Path, step: Step) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # The mode is given at birth, so that a secret is never readable by others, not even for a moment.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, step.mode)
    with open(handle, "wb") as file:
        file.write(step.text.encode("utf-8", "surrogateescape"))


def _clear_leftovers(target: Path) -> None:
    """Remove what earlier attempts left that were killed."""
    for folder in target.parent.glob(f".{target.name}.kirsch-*"):
        number = folder.name.rpartition("-")[2]
        if number.isdigit() and not _alive(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process != os.getpid()


@contextlib.contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = error.filename2 or error.filename or target
        reason = (error.strerror or str(error)).lower()
        raise WriteError(f"{where} cannot be written ({reason}); nothing was changed.") from error
