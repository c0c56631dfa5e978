"""One line for every answer: who asked for what, what they got, and how long it took."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from json.encoder import encode_basestring_ascii as encode_text
from os import getpid
from string import Formatter
from typing import Any, TypeAlias

from kirsch.errors import UsageError, did_you_mean
from kirsch.headers import environ_key, is_token
from kirsch.redaction import redacted_query, redacted_url, redacted_value
from kirsch.request import Request
from kirsch.response import Response
from kirsch.tool import Setup, Tool
from kirsch.tools._lines import Lines, bare, iso, quoted, readable, stamp
from kirsch.tools._measuring import Measure, measure, name_of, path_of, target, weigh

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: Something that a line may say of a request.
Word: TypeAlias = Callable[[Request, Measure], Any]
#: What a line of JSON says where nothing else is asked for.
FIELDS = ["time", "id", "client", "user", "method", "path", "query", "protocol", "host", "action", "status", "bytes",
          "ms", "referer", "agent"]  # fmt: skip


@dataclass
class AccessLog(Tool, order=1):
    """Log every answer in Apache's combined format, then the milliseconds it took and the id of the request.

    The lines go to the logger ``kirsch.access``. Unless it has been given handlers already, they are written to the
    standard output, or to *file*. No line can be forged by what a client sends, and secrets are left out.
    """

    #: A file to append to, relative to the root of the site; it may be rotated from outside, in any way.
    file: str = ""
    #: "combined", "json", or a line of your own with words in braces: '{client} "{method} {path}" {status} {ms}'. The
    #: words: agent, action, bytes, client, host, id, method, ms, path, pid, protocol, query, received, referer,
    #: request, route, seconds, second, stamp, status, target, thread, time, user; header:NAME and sent:NAME for a
    #: header of the request and of the answer.
    format: str = "combined"
    #: What an object of "json" holds, by the same words.
    fields: list[str] = field(default_factory=lambda: list(FIELDS))
    #: Whether secrets in addresses and headers are left out: passwords, tokens, keys.
    redact: bool = True

    def prepare(self, setup: Setup) -> None:
        """Read the format and open the file.

        :raises UsageError: for a word that there is not, and when the file cannot be written.
        """
        self._line = self._read()
        self._wants_sent = "{sent:" in self.format or any(name.startswith("sent:") for name in self.fields)
        self._lines = Lines("kirsch.access", self.file, setup)

    def _read(self) -> Callable[[Request, Measure], str]:
        words = Words(self.redact)
        if self.format == "combined":
            return words.combined
        if self.format == "json":
            if not self.fields:
                raise UsageError("fields is empty. Name what an object of the log holds.")
            return as_json([(name, words.find("fields", name)) for name in self.fields])
        return as_text(self.format, words)

    def start(self, request: Request) -> None:
        measure(request)

    def after(self, request: Request, response: Response) -> None:
        found = weigh(request, response)
        if self._wants_sent:
            found.sent = response.headers

    def end(self, request: Request) -> None:
        if self._lines.wanted():
            self._lines.write(self._line(request, measure(request)))

    def close(self) -> None:
        self._lines.close()


class Words:
    """What a line may say, by name."""

    def __init__(self, redact: bool) -> None:
        self.clean_url = redacted_url if redact else str
        self.clean_query = redacted_query if redact else str
        self.clean_value = redacted_value if redact else lambda _name, value: value
        self.known: dict[str, Word] = {
            "agent": lambda request, _: request.environ.get("HTTP_USER_AGENT"),
            "action": lambda request, _: name_of(request),
            "bytes": lambda _, found: found.length,
            "client": lambda request, _: request.environ.get("REMOTE_ADDR"),
            "host": lambda request, _: request.environ.get("HTTP_HOST"),
            "id": lambda request, _: request.id,
            "method": lambda request, _: request.environ["REQUEST_METHOD"],
            "ms": lambda _, found: round(found.seconds * 1000, 1),
            "path": lambda request, _: self.clean_url(path_of(request)),
            "pid": lambda *_: getpid(),
            "protocol": lambda request, _: request.environ.get("SERVER_PROTOCOL"),
            "query": lambda request, _: self.clean_query(request.environ.get("QUERY_STRING", "")),
            "received": lambda request, _: request.environ.get("CONTENT_LENGTH"),
            "referer": lambda request, _: self.clean_url(request.environ.get("HTTP_REFERER", "")),
            "request": lambda request, _: self.request(request),
            "route": lambda request, _: request.route.routepath if request.route is not None else None,
            "second": lambda *_: int(time.time()),
            "seconds": lambda _, found: round(found.seconds, 6),
            "stamp": lambda *_: f"{iso(int(time.time()))}Z",
            "status": lambda _, found: found.status,
            "target": lambda request, _: self.clean_url(target(request)),
            "thread": lambda *_: threading.current_thread().name,
            "time": lambda *_: stamp(time.time()),
            "user": lambda request, _: request.environ.get("REMOTE_USER"),
        }

    def find(self, option: str, name: str) -> Word:
        """What is called *name*.

        :raises UsageError: where there is nothing of that name.
        """
        kind, colon, header = name.partition(":")
        if colon and kind in ("header", "sent"):
            if not is_token(header):
                raise UsageError(f"{option} has {{{name}}}, which names no header. Write {{{kind}:X-Name}}.")
            return self._received(header) if kind == "header" else self._sent(header)
        if name not in self.known:
            known = [*self.known, "header:NAME", "sent:NAME"]
            raise UsageError(f"{option} has no word {name!r}. {did_you_mean(name, known, limit=len(known))}")
        return self.known[name]

    def _received(self, name: str) -> Word:
        key = environ_key(name)
        return lambda request, _: self.clean_value(name, request.environ.get(key, ""))

    def _sent(self, name: str) -> Word:
        return lambda _, found: self.clean_value(name, found.sent.get(name, "") if found.sent is not None else "")

    def request(self, request: Request) -> str:
        """The first line of the request."""
        environ = request.environ
        return f"{request.method} {self.clean_url(target(request))} {environ.get('SERVER_PROTOCOL', '-')}"

    def combined(self, request: Request, found: Measure) -> str:
        """The line of Apache's combined format, with the time it took and the id."""
        environ = request.environ
        milliseconds = (time.perf_counter() - found.begun) * 1000
        return (
            f"{bare(environ.get('REMOTE_ADDR'))} - {bare(environ.get('REMOTE_USER'))} [{moment(int(time.time()))}] "
            f'"{quoted(self.request(request))}" {found.status} {found.length} '
            f'"{quoted(self.clean_url(environ.get("HTTP_REFERER", "")))}" '
            f'"{quoted(environ.get("HTTP_USER_AGENT"))}" {milliseconds:.1f}ms {request.id}'
        )


def as_json(words: list[tuple[str, Word]]) -> Callable[[Request, Measure], str]:
    """A line that is an object with *words*; JSON escapes what could end it (RFC 8259, section 7)."""
    steps = [(f"{',' if number else '{'}{encode_text(name)}:", word) for number, (name, word) in enumerate(words)]

    def line(request: Request, found: Measure) -> str:
        return "".join([before + as_value(word(request, found)) for before, word in steps]) + "}"

    return line


def as_value(value: Any) -> str:
    """A text, a number or None as JSON, in ASCII alone."""
    if isinstance(value, str):
        return encode_text(readable(value)) if value else "null"
    return "null" if value is None else repr(value)


def as_text(text: str, words: Words) -> Callable[[Request, Measure], str]:
    """A line of one's own. What stands between double quotes may hold spaces, anything else may not.

    :raises UsageError: for what is no format.
    """
    if not text.isprintable():
        raise UsageError(f"format must be one line, not {text!r}.")
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        raise UsageError(f"format {text!r}: {error}. Write {{{{ for a brace.") from None
    steps: list[tuple[str, Callable[[Any], str], Word]] = []
    inside, tail = False, ""
    for literal, name, spec, conversion in parts:
        inside ^= literal.count('"') % 2 == 1
        tail += literal
        if name is None:
            continue
        if conversion:
            raise UsageError(f"format: write {{{name}}} without !{conversion}.")
        word = words.find("format", f"{name}:{spec}" if spec else name)
        steps.append((tail, quoted if inside else bare, word))
        tail = ""
    if not steps:
        raise UsageError(f'format {text!r} names nothing of a request. Write "combined", "json", or words in braces.')

    def line(request: Request, found: Measure) -> str:
        said = [before + shown(as_field, word(request, found)) for before, as_field, word in steps]
        return "".join(said) + tail

    return line


def shown(as_field: Callable[[str], str], value: Any) -> str:
    """A value as a field of a line."""
    if isinstance(value, float):
        digits = f"{value:f}".rstrip("0")
        return digits + "0" if digits.endswith(".") else digits
    return as_field(value) if isinstance(value, str) else "-" if value is None else str(value)


@lru_cache(maxsize=1)
def moment(now: int) -> str:
    """The time as the format wants it, in UTC; the same for all requests of a second."""
    day = time.gmtime(now)
    return time.strftime(f"%d/{MONTHS[day.tm_mon - 1]}/%Y:%H:%M:%S +0000", day)
