"""Write a plan so that either all of it is there afterwards or nothing has changed."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from kirsch_scaffold.plan import Plan, Step

try:
    import fcntl
except ImportError:  # Windows, where two generators at once are not held apart
    fcntl = None  # type: ignore[assignment]


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


@contextlib.contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold other generators of this project off, from reading it to writing it.

    The lock is on the folder itself, so that it leaves nothing behind.
    """
    handle = os.open(root, os.O_RDONLY) if fcntl is not None else -1
    try:
        if handle >= 0:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        if handle >= 0:
            os.close(handle)


def write_changes(plan: Plan) -> None:
    """Write into a project: every file beside its place first, then each moves to its place; all or none.

    :raises WriteError: when something cannot be written; what had moved is moved back.
    """
    steps = plan.changes
    with _told(plan.root):
        folders: list[Path] = []
        waiting: list[Path] = []
        try:
            for step in steps:
                folders += _make_folders((plan.root / step.path).parent)
                waiting.append(_aside(plan.root / step.path))
                _write(waiting[-1], step)
            _move(plan.root, steps)
        except BaseException:
            for path in waiting:
                path.unlink(missing_ok=True)
            for folder in reversed(folders):
                with contextlib.suppress(OSError):
                    folder.rmdir()
            raise


def _move(root: Path, steps: Sequence[Step]) -> None:
    moved: list[tuple[Path, bytes | None, int]] = []
    try:
        for step in steps:
            path = root / step.path
            before = path.read_bytes() if path.exists() else None
            mode = path.stat().st_mode & 0o777 if before is not None else step.mode
            _aside(path).chmod(mode)
            moved.append((path, before, mode))
            _aside(path).replace(path)
    except BaseException:
        for path, before, mode in reversed(moved):
            _put_back(path, before, mode)
        raise


def _put_back(path: Path, before: bytes | None, mode: int) -> None:
    if before is None:
        path.unlink(missing_ok=True)
    elif path.read_bytes() != before:
        path.write_bytes(before)
        path.chmod(mode)


def _write(path: Path, step: Step) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # The mode is given at birth, so that a secret is never readable by others, not even for a moment.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, step.mode)
    with open(handle, "wb") as file:
        file.write(step.text.encode("utf-8", "surrogateescape"))


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.kirsch-{os.getpid()}")


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder and those above it that are missing; return the new ones, the highest first."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()][::-1]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


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
