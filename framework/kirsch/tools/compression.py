"""Send texts packed, to clients that take them so."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import translate
from typing import Any

from kirsch.conditional import OPAQUE
from kirsch.errors import UsageError, did_you_mean
from kirsch.headers import varies_by
from kirsch.request import Request
from kirsch.response import Response, close_body
from kirsch.settings import size
from kirsch.tool import Setup, Tool
from kirsch.tools._encodings import PACKAGES, Packing, add_vary, choose, missing_package, packing

TYPES = [
    "text/*", "application/json", "application/*+json", "application/x-ndjson", "application/javascript",
    "application/xml", "application/*+xml", "application/wasm", "image/svg+xml",
]  # fmt: skip
#: The worst and the best that a coding can do. Above, zstd needs more memory than a client must have (RFC 9659).
LEVELS = {"br": range(12), "zstd": range(1, 20), "gzip": range(1, 10)}
#: Answers without a body.
LEFT_ALONE = frozenset({"204", "205"})
#: What is told of the bytes as they are: digests (RFC 9530), and the coding that they have already.
ABOUT_THE_BYTES = {"content-encoding", "content-range", "content-digest", "repr-digest", "digest", "content-md5"}
CONDITIONS = ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH")
#: What is put behind the entity tag of a packed body.
MARK = re.compile(f'--(?:{"|".join(PACKAGES)})(?=")')
#: Where the tool keeps the conditions of a request as the client wrote them.
KEY = "kirsch.compression"


# After the tools that look at the body or its entity tag (etags, 12) and that say how long it is kept (cachecontrol,
# 14), and before what sends it is counted (accesslog, 1); its start comes before conditions are read (static, 10).
@dataclass
class Compression(Tool, order=8):
    """Send texts packed as gzip, br or zstd, whichever the client likes best.

    Left alone are short answers, other types, events, parts of a body, what is packed already, and what says
    ``Cache-Control: no-transform``. Answers in pieces are packed piece by piece, each sent at once. The entity tag of a
    packed body ends in ``--gzip``, which is taken off again where a client names it in a condition.
    """

    #: Content codings, the favourite first: by default br, zstd and gzip, as far as their packages are installed.
    encodings: list[str] = field(default_factory=list)
    #: The media types that are packed; an asterisk stands for anything.
    types: list[str] = field(default_factory=lambda: TYPES)
    #: Bytes below which packing does not pay.
    minimum: int | str = 500
    #: Whether answers for one visitor, those that set a cookie or vary by it, are packed too. A page that shows both a
    #: secret and what somebody else has sent gives the secret away by its length (BREACH).
    personal: bool = True
    #: How hard gzip tries, from 1 to 9.
    gzip_level: int = 5
    #: How hard br tries, from 0 to 11.
    br_level: int = 4
    #: How hard zstd tries, from 1 to 19.
    zstd_level: int = 3

    def prepare(self, setup: Setup) -> None:
        """Choose the codings.

        :raises UsageError: for one that is unknown or whose package is missing, a level or a size that is none.
        """
        for name in self.encodings:
            if name not in PACKAGES:
                raise UsageError(f"encodings has {name!r}, which is unknown. {did_you_mean(name, PACKAGES)}")
            if package := missing_package(name):
                mend = "Run: pip install 'kirsch[compression]'"
                raise UsageError(f"encodings has {name!r}, which needs the package {package!r}. {mend}")
        self._levels = {"br": self.br_level, "zstd": self.zstd_level, "gzip": self.gzip_level}
        for name, level in self._levels.items():
            if level not in LEVELS[name]:
                raise UsageError(f"{name}_level is {level}; take {LEVELS[name].start} to {LEVELS[name].stop - 1}.")
        self._offered = tuple(self.encodings or (name for name in PACKAGES if missing_package(name) is None))
        self._minimum = size("minimum", self.minimum)
        self._types = re.compile("|".join(translate(kind.lower()) for kind in self.types) or r"(?!)")

    def start(self, request: Request) -> None:
        environ = request.environ
        for name in CONDITIONS:
            if (tags := environ.get(name)) is not None and "--" in tags:
                environ.setdefault(KEY, {})[name] = tags
                environ[name] = MARK.sub("", tags)

    def after(self, request: Request, response: Response) -> None:
        environ, status = request.environ, response.status[:3]
        written: dict[str, str] = environ.get(KEY, {})
        environ.update(written)
        choice = choose(environ.get("HTTP_ACCEPT_ENCODING"), self._offered)
        if status == "304":
            add_vary(response.headerlist)
            name_as_asked(response, written.get("HTTP_IF_NONE_MATCH", ""), choice.encoding)
            return
        if status[0] == "1" or status in LEFT_ALONE or not self._may_pack(response, choice.required):
            return
        add_vary(response.headerlist)
        if status != "206" and choice.encoding is not None:
            self._pack(response, choice.encoding, choice.required)

    def _may_pack(self, response: Response, required: bool) -> bool:
        """Whether the answer is one that is packed for clients that take it so."""
        told = {name.lower(): value for name, value in response.headerlist}
        kind = told.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "text/event-stream" or not (required or self._types.match(kind)):
            return False
        if told.keys() & ABOUT_THE_BYTES or "no-transform" in told.get("cache-control", "").lower():
            return False
        return self.personal or not ("set-cookie" in told or varies_by_cookie(response))

    def _pack(self, response: Response, encoding: str, required: bool) -> None:
        body, length = response.app_iter, response.content_length
        data = b"".join(body) if isinstance(body, list | tuple) else None
        # An action may answer HEAD by itself, with the length of a body that it does not make.
        whole = data is not None and length in (None, len(data))
        if data is not None and whole:
            length = len(data)
        if length is not None and (not length or (length < self._minimum and not required)):
            return
        packer = packing(encoding, self._levels[encoding])
        if data is not None and whole:
            packed = packer.feed(data) + packer.finish()
            if len(packed) >= len(data) and not required:
                return
            response.body = packed
        else:
            response.wrap(lambda body: Packed(body, packer))
            response.headers.pop("Content-Length", None)
        response.headers["Content-Encoding"] = encoding
        response.headers.pop("Accept-Ranges", None)
        etag = response.headers.get("ETag", "W/")
        if not etag.startswith("W/"):
            response.headers["ETag"] = marked(etag, encoding)


class Packed:
    """A body that is packed while it is sent: each piece can be unpacked when it arrives. *body* is closed with it."""

    def __init__(self, body: Iterable[bytes], packer: Packing) -> None:
        self.body = body
        self.packer = packer

    def __iter__(self) -> Iterator[bytes]:
        feed, flush, finish = self.packer
        for piece in self.body:
            if piece:
                yield feed(piece) + flush()
        yield finish()

    def close(self) -> None:
        """Close the body."""
        close_body(self.body)


def marked(etag: str, encoding: str) -> str:
    """The strong entity tag of a body in a coding: other bytes, another tag (RFC 9110, section 8.8.3.3)."""
    return f'{etag[:-1]}--{encoding}"' if etag.endswith('"') and OPAQUE.fullmatch(etag[1:-1]) else f"W/{etag}"


def name_as_asked(response: Response, tags: str, encoding: str | None) -> None:
    """Have a 304 name the version by the tag of the very body that the client holds."""
    etag: Any = response.headers.get("ETag", "W/")
    names = [marked(etag, name) for name in ([encoding] if encoding else [])]
    names += [etag, *(marked(etag, name) for name in PACKAGES)]
    if not etag.startswith("W/"):
        response.headers["ETag"] = next((name for name in names if name in tags), etag)


def varies_by_cookie(response: Response) -> bool:
    """Whether an answer may be another one for another visitor."""
    return bool(varies_by(response.headerlist) & {"cookie", "*"})
