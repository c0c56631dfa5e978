"""Profiles on disk: written by any process, read together, and never more of them than are kept."""

import pstats
import re
import secrets
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

#: The ending of each sort of profile.
COUNTED, SAMPLED = ".pstats", ".session"
#: Moment, random name, action.
FILE = re.compile(r"(\d{8}T\d{6})-[0-9a-f]{8}-([\w.-]+)\.(pstats|session)", re.ASCII)
UNFIT = re.compile(r"[^\w.-]+", re.ASCII)


class Profile(NamedTuple):
    """One request that was profiled."""

    file: str
    moment: str
    action: str
    sampled: bool


class Row(NamedTuple):
    """One function, over all profiles that were asked for; seconds."""

    calls: int
    own: float
    total: float
    place: str
    function: str


class Profiles:
    """The profiles in a folder.

    :raises OSError: when the folder cannot be made.
    """

    def __init__(self, folder: Path, kept: int) -> None:
        self.folder = folder
        self.kept = kept
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def new(self, action: str, suffix: str) -> Path:
        """Where the next profile of *action* goes."""
        name = UNFIT.sub("_", action)[:80]
        return self.folder / f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{secrets.token_hex(4)}-{name}{suffix}"

    def all(self) -> list[Profile]:
        """The profiles, the latest first; none where the folder has been taken away."""
        if not self.folder.is_dir():
            return []
        names = sorted((path.name for path in self.folder.iterdir()), reverse=True)
        found = [FILE.fullmatch(name) for name in names]
        return [Profile(one[0], one[1], one[2], one[3] == "session") for one in found if one]

    def prune(self) -> None:
        """Take away the oldest, down to those that are kept."""
        for profile in self.all()[self.kept :]:
            (self.folder / profile.file).unlink(missing_ok=True)

    def clear(self) -> None:
        """Take all away."""
        for profile in self.all():
            (self.folder / profile.file).unlink(missing_ok=True)

    def actions(self) -> Counter[str]:
        """How many profiles there are of each action."""
        return Counter(profile.action for profile in self.all())

    def functions(self, action: str) -> tuple[int, list[Row]]:
        """How many requests to *action* were counted call by call, and their functions added up."""
        stats: Any = None
        number = 0
        for profile in self.all():
            if profile.action != action or profile.sampled:
                continue
            path = str(self.folder / profile.file)
            try:
                stats = pstats.Stats(path) if stats is None else stats.add(path)
            except (OSError, ValueError, EOFError, TypeError):  # another process has taken it away, or still writes
                continue
            number += 1
        return number, rows(stats.stats.items()) if stats is not None else []

    def page(self, file: str) -> str | None:
        """The page that pyinstrument makes of a profile; None where there is no such profile."""
        if not any(profile.file == file and profile.sampled for profile in self.all()):
            return None
        from pyinstrument.renderers import HTMLRenderer
        from pyinstrument.session import Session

        return str(HTMLRenderer().render(Session.load(self.folder / file)))


def rows(functions: Iterable[tuple[tuple[str, int, str], tuple[Any, ...]]]) -> list[Row]:
    """The functions of a profile."""
    return [
        Row(calls, own, total, f"{short(file)}:{line}" if line else "", name)
        for (file, line, name), (_, calls, own, total, _) in functions
    ]


def short(file: str) -> str:
    """A path from the package on, where it lies among other packages."""
    for mark in ("site-packages/", "/lib/python"):
        before, found, after = file.rpartition(mark)
        if found and before:
            return after if mark == "site-packages/" else after.partition("/")[2]
    here = str(Path.cwd())
    return file.removeprefix(here).lstrip("/") if file.startswith(here) else file
