"""One line for every answer: who asked for what, what they got, and how long it took."""

import logging
import re
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from logging.handlers import WatchedFileHandler
from pathlib import Path
from urllib.parse import quote

from kirsch.errors import UsageError
from kirsch.request import Request
from kirsch.response import Response, close_body
from kirsch.tool import Setup, Tool

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: What could end a quoted field or the line, or do something to a terminal.
UNSAFE = re.compile(r'[^ !#-\[\]-~]')  # fmt: skip
#: Where the tool keeps its entry of a request.
KEY = "kirsch.accesslog"


@dataclass
class Entry:
    """What is known of a request before its line is written."""

    begun: float
    status: int = 0
    length: int = 0


@dataclass
class AccessLog(Tool, order=1):
    """Log every answer in Apache's combined format, then the milliseconds it took and the id of the request.

    The lines go to the logger ``kirsch.access``. Unless it has been given handlers already, they are written to the
    standard output, or to *file*.
    """

    #: A file to append to, relative to the root of the site; it may be rotated from outside.
    file: str = ""

    def prepare(self, setup: Setup) -> None:
        """Open the file.

        :raises UsageError: when it cannot be written.
        """
        self._output = self._open(Path(setup.root, self.file)) if self.file else Output()
        self._log = logging.getLogger("kirsch.access")
        if self._log.level == logging.NOTSET:
            self._log.setLevel(logging.INFO)

    def _open(self, path: Path) -> "File":
        try:
            return File(path, encoding="utf-8")
        except OSError as error:
            raise UsageError(
                f"cannot write {path}: {error.strerror}. Make the folder, or name another file."
            ) from error

    def start(self, request: Request) -> None:
        request.environ[KEY] = Entry(time.perf_counter())

    def after(self, request: Request, response: Response) -> None:
        entry = request.environ.get(KEY)
        if entry is None:
            entry = request.environ[KEY] = Entry(time.perf_counter())
        entry.status = response.status_code
        if request.method == "HEAD":
            return
        length = response.content_length
        entry.length = length or 0
        if length is None:
            response.wrap(lambda body: Counted(body, entry))

    def end(self, request: Request) -> None:
        if not self._log.isEnabledFor(logging.INFO):
            return
        if self._log.handlers:
            self._log.handle(self._log.makeRecord(self._log.name, logging.INFO, "", 0, line(request), (), None))
        else:
            # A record is made for those who asked for one only: it costs more than the line.
            self._output.write(line(request) + "\n")

    def close(self) -> None:
        self._output.close()


class Output:
    """Writes to whatever the standard output is at the moment."""

    def write(self, text: str) -> None:
        """Write a line, and let go of it at once."""
        if (output := sys.stdout) is not None:
            output.write(text)
            output.flush()

    def close(self) -> None:
        """Leave the standard output open: others write to it too."""


class File(WatchedFileHandler):
    """Writes to a file, which is opened anew when it has been moved away."""

    def write(self, text: str) -> None:
        """Write a line, and let go of it at once."""
        self.acquire()
        try:
            self.reopenIfNeeded()
            if self.stream is not None:
                self.stream.write(text)
                self.stream.flush()
        finally:
            self.release()


class Counted:
    """A body, its bytes counted on the way."""

    def __init__(self, body: Iterable[bytes], entry: Entry) -> None:
        self.body = body
        self.entry = entry

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.body:
            self.entry.length += len(chunk)
            yield chunk

    def close(self) -> None:
        """Close the body, also one that nobody has begun to read."""
        close_body(self.body)


def line(request: Request) -> str:
    """The line for a request that is over."""
    environ, entry = request.environ, request.environ[KEY]
    milliseconds = (time.perf_counter() - entry.begun) * 1000
    asked = f"{request.method} {target(request)} {environ.get('SERVER_PROTOCOL', '-')}"
    return (
        f"{field(environ.get('REMOTE_ADDR'))} - {field(environ.get('REMOTE_USER'))} [{moment(int(time.time()))}] "
        f'"{field(asked)}" {entry.status} {entry.length} "{field(environ.get("HTTP_REFERER"))}" '
        f'"{field(environ.get("HTTP_USER_AGENT"))}" {milliseconds:.1f}ms {request.id}'
    )


def target(request: Request) -> str:
    """What was asked for, as it stood on the wire where the server tells."""
    environ = request.environ
    if uri := environ.get("REQUEST_URI"):
        return str(uri)
    path = quote((environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1", "replace"))
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def field(value: str | None) -> str:
    """*value* so that nothing in it ends the field or the line; a hyphen for nothing."""
    return UNSAFE.sub(lambda found: f"\\x{ord(found[0]):02x}", value) if value else "-"


@lru_cache(maxsize=1)
def moment(now: int) -> str:
    """The time as the format wants it, in UTC; the same for all requests of a second."""
    day = time.gmtime(now)
    return time.strftime(f"%d/{MONTHS[day.tm_mon - 1]}/%Y:%H:%M:%S +0000", day)
