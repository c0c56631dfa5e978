"""The way to an error: places in code and templates, innermost last, with the lines around them."""

import linecache
import os
import sys
import sysconfig
import traceback
from collections.abc import Iterator
from dataclasses import dataclass

AROUND = 4


@dataclass(frozen=True)
class Frame:
    """One place on the way: *lines* are those around *line*, each with its number; *ours* is code of the project."""

    file: str
    line: int
    function: str
    lines: tuple[tuple[int, str], ...]
    ours: bool
    template: bool = False

    @property
    def place(self) -> str:
        """The file, short where it lies below the current folder."""
        relative = os.path.relpath(self.file) if os.path.isabs(self.file) else self.file
        return self.file if relative.startswith("..") else relative


def causes(error: BaseException) -> Iterator[tuple[str, BaseException]]:
    """*error*, then what it was raised from or while handling, outward to the first, each with how they belong."""
    seen: set[int] = set()
    current: BaseException | None = error
    relation = ""
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield relation, current
        relation = "because of" if current.__cause__ else "while handling"
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def frames(error: BaseException) -> list[Frame]:
    """The places between the request and *error*; those in templates show the template, not the code made of it."""
    found = [frame_of(summary) for summary in traceback.extract_tb(error.__traceback__)]
    for index, shown in mako_frames(error).items():
        if index < len(found):
            found[index] = shown
    file, line = getattr(error, "filename", None), getattr(error, "lineno", None)
    if (
        isinstance(file, str)
        and isinstance(line, int)
        and (not found or (found[-1].file, found[-1].line) != (file, line))
    ):
        found.append(made(file, line, "", linecache.getlines(file)))  # what cannot be compiled has no frame
    return found


def frame_of(summary: traceback.FrameSummary) -> Frame:
    """The place that an entry of a traceback names."""
    return made(summary.filename, summary.lineno or 0, summary.name, linecache.getlines(summary.filename))


def made(file: str, line: int, function: str, source: list[str], template: bool = False) -> Frame:
    """A frame with the lines around *line* of *source*."""
    first = max(1, line - AROUND)
    lines = tuple(enumerate((text.rstrip("\n") for text in source[first - 1 : line + AROUND]), first))
    template = template or not file.endswith(".py")
    return Frame(file, line, function, lines, is_ours(file), template)


def is_ours(file: str) -> bool:
    """Whether *file* belongs to the project rather than to Python, an installed package or Kirsch."""
    paths = sysconfig.get_paths()
    installed = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    installed.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return not file.startswith(("<", *(os.path.join(folder, "") for folder in installed)))


def mako_frames(error: BaseException) -> dict[int, Frame]:
    """Places in Mako templates by their index in the traceback, as far as Mako is loaded at all.

    Jinja needs no such help: it names the template in the traceback itself.
    """
    exceptions = sys.modules.get("mako.exceptions")
    if exceptions is None or error.__traceback__ is None:
        return {}
    try:
        records = exceptions.RichTraceback(error=error, traceback=error.__traceback__).records
    except Exception:  # A template that cannot be read any more must not hide the error that is shown.
        return {}
    return {
        index: made(str(file), int(line or 0), function, str(source).splitlines(), template=True)
        for index, (_, _, function, _, file, line, _, source) in enumerate(records)
        if file and source
    }
