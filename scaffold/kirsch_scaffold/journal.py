"""What a generator has begun, noted before it begins, so that a project is whole again after the generator was killed.

The journal holds what every file was before. While it is there the work is not done; taking it away ends the work.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from kirsch_scaffold.alone import alone
from kirsch_scaffold.plan import Step, digest

JOURNAL = ".kirsch/journal.json"


class Entry(TypedDict):
    """One file: what it is called while it waits, what it was before (None: absent), what it will be."""

    path: str
    aside: str
    before: str | None
    mode: int
    after: str


class Journal(TypedDict):
    """The files and the folders that are made for them, the highest first."""

    files: list[Entry]
    folders: list[str]


def begin(root: Path, steps: Sequence[Step]) -> Journal:
    """Note what is going to be written, on the disk, before anything else is."""
    journal = Journal(files=[_entry(root, step) for step in steps], folders=_new_folders(root, steps))
    place = root / JOURNAL
    place.parent.mkdir(exist_ok=True)
    with open(_unfinished(root), "w", encoding="utf-8") as file:
        json.dump(journal, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(_unfinished(root), place)
    return journal


def end(root: Path) -> None:
    """Everything is written."""
    (root / JOURNAL).unlink()


def settle(root: Path) -> str:
    """Take back what a killed generator has begun, once no other is at work; a sentence about it, empty if none has."""
    with alone(root):
        return take_back(root)


def take_back(root: Path) -> str:
    """Make every file what it was before, except those that somebody has changed since."""
    place = root / JOURNAL
    _unfinished(root).unlink(missing_ok=True)
    try:
        journal: Journal = json.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ""
    kept = [entry["path"] for entry in reversed(journal["files"]) if not _taken_back(root, entry)]
    for folder in reversed(journal["folders"]):
        with contextlib.suppress(OSError):  # it was not made, or holds something else by now
            (root / folder).rmdir()
    place.unlink()
    stays = f" but for {', '.join(kept)}, changed by somebody since" if kept else ""
    return f"The last generate was stopped on its way; everything is as it was before it{stays}. Run it again."


def _entry(root: Path, step: Step) -> Entry:
    path = root / step.path
    try:
        present, mode = path.read_bytes(), path.stat().st_mode & 0o777
    except FileNotFoundError:
        present, mode = None, step.mode
    return Entry(
        path=step.path,
        aside=str(path.with_name(f".{path.name}.kirsch-{os.getpid()}").relative_to(root)),
        before=None if present is None else base64.b64encode(present).decode(),
        mode=mode,
        after=digest(step.text),
    )


def _new_folders(root: Path, steps: Sequence[Step]) -> list[str]:
    """The folders that are missing, each after the one that holds it."""
    missing: dict[str, None] = {}
    for step in steps:
        parents = list((root / step.path).relative_to(root).parents)[:-1]
        missing |= dict.fromkeys(str(one) for one in reversed(parents) if not (root / one).exists())
    return list(missing)


def _taken_back(root: Path, entry: Entry) -> bool:
    """Whether the file is what it was; False where it holds what neither it nor we had written."""
    path, aside = root / entry["path"], root / entry["aside"]
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        aside.unlink()
    before = None if entry["before"] is None else base64.b64decode(entry["before"])
    try:
        present = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return before is None
    if present == before:
        return True
    if hashlib.sha256(present).hexdigest() != entry["after"]:
        return False
    if before is None:
        path.unlink()
        return True
    aside.write_bytes(before)
    aside.chmod(entry["mode"])
    os.replace(aside, path)
    return True


def _unfinished(root: Path) -> Path:
    return root / f"{JOURNAL}.new"
