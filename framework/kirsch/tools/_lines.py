"""Where a tool writes its lines: handlers of the site's own, a file that may be rotated, or the standard output."""

import logging
import os
import re
import sys
import time
from functools import lru_cache
from pathlib import Path
from threading import Lock

from kirsch.errors import UsageError
from kirsch.tool import Setup

#: What could end a quoted field or the line, or do something to a terminal.
UNSAFE = re.compile(r'[^ !#-\[\]-~]')  # fmt: skip
#: The same for a field without quotes, which a space would end.
UNSAFE_BARE = re.compile(r'[^!#-Z\]-~]')  # fmt: skip
#: Windows has no such flag, and no such children.
CLOSED_IN_CHILDREN = getattr(os, "O_CLOEXEC", 0)


class Lines:
    """The lines of one log: to the logger called *name* where it has handlers, else to *file* or the standard output.

    :raises UsageError: when the file cannot be written.
    """

    def __init__(self, name: str, file: str, setup: Setup) -> None:
        self.output = open_file(Path(setup.root, file)) if file else Output()
        self.log = logging.getLogger(name)
        if self.log.level == logging.NOTSET:
            self.log.setLevel(logging.INFO)

    def wanted(self, level: int = logging.INFO) -> bool:
        """Whether anybody wants lines of this level."""
        return self.log.isEnabledFor(level)

    def write(self, text: str, level: int = logging.INFO) -> None:
        """Write *text* and a line break, at once."""
        if self.log.handlers:
            self.log.handle(self.log.makeRecord(self.log.name, level, "", 0, text, (), None))
        else:
            # A record is made for those who asked for one only: it costs more than the line.
            self.output.write(text + "\n")

    def close(self) -> None:
        """Close the file."""
        self.output.close()


class Output:
    """Writes to whatever the standard output is at the moment."""

    def write(self, text: str) -> None:
        """Write a line, and let go of it at once."""
        if (output := sys.stdout) is not None:
            output.write(text)
            output.flush()

    def close(self) -> None:
        """Leave the standard output open: others write to it too."""


class File:
    """Writes to the end of a file, which is opened anew when it has been moved away.

    A line is written at once and in one piece, so that those of several threads and processes never mix.

    :raises OSError: when it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self._lock = Lock()
        self._file = -1
        self._open()

    def write(self, text: str) -> None:
        """Write a line.

        :raises OSError: while there is no room or no folder; the next line is tried anew.
        """
        line = text.encode("utf-8", "backslashreplace")
        with self._lock:
            if not self._is_there():
                self._open()
            while line:
                line = line[os.write(self._file, line) :]

    def _open(self) -> None:
        self._close()
        self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | CLOSED_IN_CHILDREN, 0o666)
        state = os.fstat(self._file)
        self._which = state.st_dev, state.st_ino

    def _is_there(self) -> bool:
        """Whether the path still leads to what is open."""
        if self._file < 0:
            return False
        try:
            state = os.stat(self.path)
        except OSError:
            return False
        return (state.st_dev, state.st_ino) == self._which

    def close(self) -> None:
        """Close the file; a line that comes later opens it again."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._file >= 0:
            file, self._file = self._file, -1
            os.close(file)


def open_file(path: Path) -> File:
    """The file at *path*, to append to.

    :raises UsageError: when it cannot be written.
    """
    try:
        return File(path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}. Make the folder, or name another file.") from error


def quoted(value: str | None) -> str:
    """*value* so that nothing in it ends a field in quotes, or the line; a hyphen for nothing."""
    return UNSAFE.sub(escape, value) if value else "-"


def bare(value: str | None) -> str:
    """*value* so that nothing in it ends a field without quotes, or the line; a hyphen for nothing."""
    return UNSAFE_BARE.sub(escape, value) if value else "-"


def escape(found: re.Match[str]) -> str:
    r"""A character as its number: ``\x22``, as web servers write it; ``\u2028`` beyond one byte."""
    return escape_one(found[0])


def escape_one(character: str) -> str:
    """The number of *character*."""
    number = ord(character)
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}" if number < 65536 else f"\\U{number:08x}"


def escape_controls(text: str) -> str:
    """*text* as one line that does nothing to a terminal; what can be printed is left as it is."""
    return text if text.isprintable() else "".join(one if one.isprintable() else escape_one(one) for one in text)


def readable(value: str) -> str:
    """A text of an environ (PEP 3333) as people write it, whatever bytes it holds."""
    return value if value.isascii() else value.encode("latin-1", "replace").decode("utf-8", "backslashreplace")


@lru_cache(maxsize=2)
def iso(now: int) -> str:
    """The second *now* as RFC 3339 writes it, in UTC, without the fraction and the zone."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))


def stamp(now: float) -> str:
    """The moment *now* as RFC 3339 writes it: ``2026-11-21T16:04:05.250Z``."""
    return f"{iso(int(now))}.{int(now % 1 * 1000):03d}Z"
