"""What was asked when something went wrong, beside where it went wrong."""

import json
import logging
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from kirsch.errors import UsageError
from kirsch.redaction import redacted_headers, redacted_url
from kirsch.request import Request
from kirsch.response import Response, close_body
from kirsch.tool import Setup, Tool
from kirsch.tools._lines import Lines, escape_controls, readable, stamp
from kirsch.tools._measuring import name_of, target

#: Where the exception of a request is kept until it is known what is answered.
KEY = "kirsch.errorlog"
LEVELS = {"warning": logging.WARNING, "error": logging.ERROR, "critical": logging.CRITICAL}
#: Characters of a header, and of a field's name, that are written.
LONGEST = 500
#: Names of fields that are written.
MOST = 100


@dataclass
class ErrorLog(Tool, order=1):
    """Write what was asked, and the traceback, for every error that nobody expected.

    An entry begins with a line that names the moment and the request; all others are indented, so that nothing a
    client sends looks like an entry. Secrets are left out. The entries go to the logger ``kirsch.errors`` where it has
    handlers, else to *file* or the standard output. The logger ``kirsch`` is told of each error as ever.
    """

    #: A file to append to, relative to the root of the site; it may be rotated from outside, in any way.
    file: str = ""
    #: What an entry is: lines for people, or one line with a JSON object.
    format: Literal["text", "json"] = "text"
    #: How grave an error is.
    level: Literal["warning", "error", "critical"] = "error"
    #: Whether the traceback is written.
    tracebacks: bool = True
    #: Whether the headers of the request are written.
    headers: bool = True
    #: Whether the names of the form's fields are written, as far as it was read. Their values never are.
    names: bool = True
    #: Statuses of answers that are entered besides, without a traceback: 403, say.
    statuses: list[int] = field(default_factory=list)

    def prepare(self, setup: Setup) -> None:
        """Open the file.

        :raises UsageError: when it cannot be written, and for what is no status of an error.
        """
        for status in self.statuses:
            if not 400 <= status <= 599:
                raise UsageError(f"statuses has {status}, which is no error. Name statuses from 400 to 599.")
        self._level = LEVELS[self.level]
        self._lines = Lines("kirsch.errors", self.file, setup)

    def error(self, request: Request, exception: Exception) -> None:
        request.environ[KEY] = exception, request.stage

    def after(self, request: Request, response: Response) -> None:
        status = response.status_code
        # Where another tool knows what the exception means, the answer is no 500.
        failed = request.environ.pop(KEY, None)
        exception, stage = failed if failed is not None and status == 500 else (None, request.stage)
        if exception is not None or status in self.statuses:
            self._enter(request, status, stage, exception)
        if response.content_length is None and not isinstance(response.app_iter, list):  # no file, but made meanwhile
            response.wrap(lambda body: Watched(body, partial(self._enter, request, status, "sending")))

    def _enter(self, request: Request, status: int, stage: str, exception: Exception | None) -> None:
        if self._lines.wanted(self._level):
            entry = self._entry(request, status, stage, exception)
            self._lines.write(json.dumps(entry) if self.format == "json" else as_text(entry), self._level)

    def _entry(self, request: Request, status: int, stage: str, exception: Exception | None) -> dict[str, Any]:
        environ = request.environ
        entry: dict[str, Any] = {
            "time": stamp(time.time()),
            "level": self.level,
            "id": request.id,
            "method": request.method,
            "target": redacted_url(target(request)),
            "action": name_of(request),
            "stage": stage,
            "status": status,
            "client": environ.get("REMOTE_ADDR"),
            "user": environ.get("REMOTE_USER"),
        }
        if self.headers:
            entry["headers"] = [(name, readable(value)[:LONGEST]) for name, value in redacted_headers(environ)]
        if self.names:
            names = dict.fromkeys(name[:LONGEST] for name, _ in request.received.pairs or ())
            entry["names"] = list(names)[:MOST]
        if exception is not None:
            entry["error"] = "".join(traceback.format_exception_only(exception)).strip()
            if self.tracebacks:
                entry["traceback"] = "".join(traceback.format_exception(exception))
        return entry

    def close(self) -> None:
        self._lines.close()


class Watched:
    """A body that tells when it breaks off."""

    def __init__(self, body: Iterable[bytes], tell: Callable[[Exception], None]) -> None:
        self.body = body
        self.tell = tell

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self.body
        except Exception as error:
            self.tell(error)
            raise

    def close(self) -> None:
        """Close the body."""
        close_body(self.body)


def as_text(entry: dict[str, Any]) -> str:
    """The lines of an entry."""
    said = {name: escape_controls(str(entry[name])) for name in ("time", "level", "id", "method", "target", "action")}
    first = f"{said['time']} {said['level'].upper()} {said['id']} {said['method']} {said['target']} {entry['status']}"
    who = f"{entry['user'] or 'somebody'} at {entry['client'] or 'a socket'}"
    lines = [
        f"{said['action']} ({entry['stage']}), asked by {who}",
        *(f"{name}: {value}" for name, value in entry.get("headers", ())),
    ]
    if entry.get("names"):
        lines.append(f"form: {', '.join(entry['names'])}")
    lines += (entry.get("traceback") or entry.get("error") or "").rstrip().split("\n") if "error" in entry else []
    return "\n    ".join([first, *map(escape_controls, lines)])
