"""Answer with files: style sheets, images, downloads."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from mimetypes import MimeTypes
from typing import Any

from kirsch.conditional import decide, http_date, without_body
from kirsch.errors import MethodNotAllowed, PreconditionFailed, UsageError
from kirsch.ranges import Headers, PartialBody, Piece, asked_ranges, partial
from kirsch.request import Request
from kirsch.response import FileBody, Ready, Response, complete_type
from kirsch.settings import folder_of
from kirsch.tool import Setup, Tool
from kirsch.tools._encodings import ENDINGS, VARY, choose
from kirsch.tools._opening import PATH, open_below

#: The types of files by their endings, the same on every machine: what the system has in its tables is left out.
TYPES = MimeTypes(filenames=())
for _type, _ending in (
    ("text/javascript", ".js"),
    ("text/javascript", ".mjs"),
    ("text/markdown", ".md"),
    ("image/avif", ".avif"),
    ("image/webp", ".webp"),
    ("image/svg+xml", ".svg"),
    ("image/x-icon", ".ico"),
    ("font/woff", ".woff"),
    ("font/woff2", ".woff2"),
    ("application/wasm", ".wasm"),
    ("application/manifest+json", ".webmanifest"),
):
    TYPES.add_type(_type, _ending)

#: Files up to this many bytes are read at once, larger ones as the server sends them.
WHOLE = 256 * 1024
#: How many files' headers are kept.
MOST_KNOWN = 1024
NOSNIFF = ("X-Content-Type-Options", "nosniff")
FOR_A_YEAR = ("Cache-Control", "public, max-age=31536000, immutable")


class FileVersion:
    """One version of a file, and what is told of it."""

    def __init__(self, name: str, status: os.stat_result, folder: str, told: Headers) -> None:
        self.folder = folder
        #: What else is told of every body that is sent.
        self.told = told
        self.stamp = stamp(status)
        self.size = status.st_size
        self.modified = max(int(status.st_mtime), 0)
        #: A strong validator: any change to the file changes it (RFC 9110, section 8.8.3).
        self.etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}-{status.st_ino:x}"'
        self.content_type = ("Content-Type", complete_type(type_of(name)))
        self.headers = [
            self.content_type,
            ("Content-Length", str(self.size)),
            ("ETag", self.etag),
            ("Last-Modified", http_date(self.modified)),
            ("Accept-Ranges", "bytes"),
            NOSNIFF,
            *told,
        ]
        self.held = without_body(self.headers)
        self.digest = ""


@dataclass
class Static(Tool, order=10):
    """Answer with the file that the route's variable *path* names; where there is none, the action says what happens.

    Files come from below the folders only: no ``..``, no names that begin with a dot, no symbolic link that leads out.
    Conditions and ranges of the request are heeded.
    """

    #: Folders relative to the site's root, or "package:folder"; the first that has the file gives it.
    directories: list[str] = field(default_factory=list)
    #: How long browsers use a file without asking again; 0 makes them ask each time, as does debug mode.
    cache_seconds: int = 3600
    #: Whether app.css.br, app.css.zst or app.css.gz is sent to clients that take it so, where it lies beside app.css
    #: and is not older.
    precompressed: bool = False

    def prepare(self, setup: Setup) -> None:
        """Find the folders.

        :raises UsageError: for a folder that does not exist, or a negative *cache_seconds*.
        """
        if self.cache_seconds < 0:
            raise UsageError(f"cache_seconds is {self.cache_seconds}; give 0 or more.")
        self.folders = [str(folder_of(directory, setup.root).resolve()) for directory in self.directories]
        cached = self.cache_seconds and not setup.debug
        self.cached = ("Cache-Control", f"public, max-age={self.cache_seconds}" if cached else "no-cache")
        self.known: dict[str | tuple[str, str], FileVersion] = {}
        self.told: Headers = [VARY] if self.precompressed else []

    def start(self, request: Request) -> Ready | Response | None:
        """The file, the parts of it that are asked for, or 304 where the client holds it already.

        :raises MethodNotAllowed: for anything but GET and HEAD.
        :raises PreconditionFailed: when the client wants another version (RFC 9110, section 13).
        :raises RangeNotSatisfiable: when the client wants parts that the file does not have (section 14).
        """
        environ = request.environ
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            raise MethodNotAllowed(["GET", "HEAD"])
        path = request.urlvars.get("path", "")
        if "HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MODIFIED_SINCE" in environ:
            known = self.unchanged(path)
            if known is not None and decide(environ, known.etag, known.modified) == 304:
                return "304 Not Modified", [*known.held, self.cached_for(environ, known)], b""
        if (found := self.find(path)) is None:
            return None
        descriptor, known = found
        try:
            if self.precompressed and (packed := self.find_packed(environ, path, descriptor, known)) is not None:
                os.close(descriptor)
                descriptor, known = packed
            return self.answer(environ, descriptor, known)
        finally:
            os.close(descriptor)

    def version(self, path: str) -> str | None:
        """A short text that changes with the content of the file *path*; None where there is none.

        A URL that carries it as the query ``v=...`` is kept by browsers for a year.
        """
        if (found := self.find(path)) is None:
            return None
        descriptor, known = found
        try:
            if not known.digest:
                known.digest = digest_of(descriptor)
            return known.digest
        finally:
            os.close(descriptor)

    def unchanged(self, path: str) -> FileVersion | None:
        """What is known of the file *path* if it is still that file, reached without a link.

        This tells that a client holds it at a third of what opening costs; its content is never sent on this ground.
        """
        known = self.known.get(path)
        for folder in self.folders if known is not None else ():
            try:
                status = os.lstat(f"{folder}/{path}")
            except OSError:
                continue
            return known if known is not None and known.stamp == stamp(status) else None
        return None

    def find(self, path: str) -> tuple[int, FileVersion] | None:
        """The file *path*, opened, and what is known of it."""
        for folder in self.folders if PATH.fullmatch(path) else ():
            if (found := self.opened(folder, path)) is not None:
                return found
        return None

    def find_packed(
        self, environ: Mapping[str, Any], path: str, descriptor: int, plain: FileVersion
    ) -> tuple[int, FileVersion] | None:
        """What lies packed beside the open file *path*, as the client likes it best, opened, unless it is older."""
        for encoding in choose(environ.get("HTTP_ACCEPT_ENCODING"), tuple(ENDINGS)).liked:
            if (found := self.opened(plain.folder, path, encoding)) is None:
                continue
            if found[1].stamp[0] >= plain.stamp[0]:
                plain.digest = plain.digest or (digest_of(descriptor) if is_versioned(environ) else "")
                found[1].digest = plain.digest  # The URL names the version of the file, however it is sent.
                return found
            os.close(found[0])
        return None

    def opened(self, folder: str, path: str, encoding: str = "") -> tuple[int, FileVersion] | None:
        """The file *path* below *folder*, or what lies packed beside it, and what is known of it."""
        if (descriptor := open_below(folder, path + ENDINGS[encoding] if encoding else path)) is None:
            return None
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(descriptor)
            return None
        key = (path, encoding) if encoding else path
        known = self.known.get(key)
        if known is None or known.stamp != stamp(status):
            if len(self.known) >= MOST_KNOWN:
                self.known.clear()
            told = [*self.told, ("Content-Encoding", encoding)] if encoding else self.told
            known = self.known[key] = FileVersion(path, status, folder, told)
        return descriptor, known

    def answer(self, environ: Mapping[str, Any], descriptor: int, known: FileVersion) -> Ready | Response:
        """The response that sends a file, which the caller closes."""
        if not known.digest and is_versioned(environ):
            known.digest = digest_of(descriptor)
        cached = self.cached_for(environ, known)
        status = decide(environ, known.etag, known.modified)
        if status == 304:
            return "304 Not Modified", [*known.held, cached], b""
        if status == 412:
            raise PreconditionFailed("This file is another version.")
        headers = [*known.headers, cached]
        if spans := asked_ranges(environ, known.size, known.etag, known.modified):
            return streamed(descriptor, "206 Partial Content", *partial(headers, known.size, spans))
        if known.size > WHOLE:
            return streamed(descriptor, "200 OK", headers, [slice(0, known.size)])
        data = os.read(descriptor, known.size)
        if len(data) < known.size:  # It was cut just now: what is left goes without a validator that would outlive it.
            headers = [known.content_type, ("Content-Length", str(len(data))), NOSNIFF, *known.told]
            headers.append(("Cache-Control", "no-store"))
        return "200 OK", headers, data

    def cached_for(self, environ: Mapping[str, Any], known: FileVersion) -> tuple[str, str]:
        """How long the client may use a file unasked: a year where the URL changes with it."""
        query = environ.get("QUERY_STRING")
        return FOR_A_YEAR if query and known.digest and query == f"v={known.digest}" else self.cached


def streamed(descriptor: int, status: str, headers: Headers, pieces: list[Piece]) -> Response:
    """The response that reads its *pieces* of a file while they are sent."""
    response = Response.of((status, headers, b""))
    body = FileBody(open(os.dup(descriptor), "rb", buffering=0))  # noqa: SIM115  # closed with the response
    response.wrap(lambda _: PartialBody(body, pieces))
    return response


def is_versioned(environ: Mapping[str, Any]) -> bool:
    """Whether the URL says which version of the file it means."""
    return str(environ.get("QUERY_STRING", "")).startswith("v=")


def digest_of(descriptor: int) -> str:
    """A short text made of the file's content."""
    content = sha256()
    while block := os.read(descriptor, WHOLE):
        content.update(block)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return content.hexdigest()[:10]


def stamp(status: os.stat_result) -> tuple[int, int, int, int]:
    """What tells one version of a file from another, and from every other file."""
    return status.st_mtime_ns, status.st_size, status.st_ino, status.st_dev


def type_of(name: str) -> str:
    """The media type by the ending of *name*; a compressed file is sent as what it is."""
    found, encoding = TYPES.guess_type(f"x{os.path.splitext(name)[1].lower()}")
    if encoding == "gzip":
        return "application/gzip"
    return found or "application/octet-stream"
