"""Answer with files: style sheets, images, downloads."""

import re
import stat
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate, parsedate_to_datetime
from hashlib import sha256
from mimetypes import MimeTypes
from os import fstat, stat_result
from pathlib import Path
from time import time
from typing import BinaryIO

from kirsch.errors import MethodNotAllowed, UsageError
from kirsch.request import Request
from kirsch.response import FileBody, Response
from kirsch.settings import folder_of
from kirsch.tool import Setup, Tool

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
ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*")')


@dataclass
class Static(Tool, order=10):
    """Answer with the file that the route's variable *path* names; where there is none, the action says what happens.

    Files come from below the folders only: no ``..``, no names that begin with a dot, no symbolic link that leads out.
    """

    #: Folders relative to the site's root, or "package:folder"; the first that has the file gives it.
    directories: list[str] = field(default_factory=list)
    #: How long browsers use a file without asking again; 0 makes them ask each time, as does debug mode.
    cache_seconds: int = 3600

    def prepare(self, setup: Setup) -> None:
        """Find the folders.

        :raises UsageError: for a folder that does not exist, or a negative *cache_seconds*.
        """
        if self.cache_seconds < 0:
            raise UsageError(f"cache_seconds is {self.cache_seconds}; give 0 or more.")
        self.folders = [folder_of(directory, setup.root).resolve() for directory in self.directories]
        cached = self.cache_seconds and not setup.debug
        self.cache_control = f"public, max-age={self.cache_seconds}" if cached else "no-cache"
        self.digests: dict[str, tuple[str, str]] = {}

    def start(self, request: Request) -> Response | None:
        """The file, or 304 where the client holds it already.

        :raises MethodNotAllowed: for anything but GET and HEAD.
        """
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(["GET", "HEAD"])
        parts = names_of(request.urlvars.get("path", ""))
        for folder in self.folders if parts else ():
            if file := open_below(folder, parts):
                return self.answer(request, file, parts[-1])
        return None

    def version(self, path: str) -> str | None:
        """A short text that changes with the content of the file *path*; None where there is none.

        A URL that carries it as the query ``v=...`` is kept by browsers for a year.
        """
        for folder in self.folders if (parts := names_of(path)) else ():
            if file := open_below(folder, parts):
                with file:
                    tag = entity_tag(fstat(file.fileno()))
                    if self.digests.get(path, ("",))[0] != tag:
                        self.digests[path] = (tag, sha256(file.read()).hexdigest()[:10])
                return self.digests[path][1]
        return None

    def answer(self, request: Request, file: BinaryIO, name: str) -> Response:
        """The response that sends *file*, known by *name*."""
        status = fstat(file.fileno())
        headers = [
            ("ETag", entity_tag(status)),
            ("Last-Modified", formatdate(min(status.st_mtime, time()), usegmt=True)),
            ("Cache-Control", self._cache_control(request)),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if is_held(request, status):
            file.close()
            return Response(status=304, headers=headers)
        if status.st_size <= WHOLE:
            with file:
                return Response(file.read(WHOLE), 200, type_of(name), headers)
        response = Response(b"", 200, type_of(name), headers)
        response.app_iter = FileBody(file)
        response.content_length = status.st_size
        return response

    def _cache_control(self, request: Request) -> str:
        query = request.environ.get("QUERY_STRING", "")
        if query.startswith("v=") and query[2:] == self.version(request.urlvars["path"]):
            return "public, max-age=31536000, immutable"
        return self.cache_control


def names_of(path: str) -> list[str]:
    """The names that *path* leads along; none where one of them is not to be followed."""
    names = path.split("/")
    if "\\" in path or "\x00" in path or not all(names) or any(name.startswith(".") for name in names):
        return []
    return names


def open_below(folder: Path, names: list[str]) -> BinaryIO | None:
    """The regular file that *names* lead to, if it really lies below *folder*, symbolic links followed."""
    try:
        path = folder.joinpath(*names).resolve(strict=True)
        if not path.is_relative_to(folder) or not names_of(path.relative_to(folder).as_posix()):
            return None
        return path.open("rb") if stat.S_ISREG(path.stat().st_mode) else None
    except (OSError, RuntimeError):  # not there, not readable, name too long; a loop of links
        return None


def entity_tag(status: stat_result) -> str:
    """A strong validator: any change to the file changes it (RFC 9110, section 8.8.3)."""
    return f'"{status.st_mtime_ns:x}-{status.st_size:x}-{status.st_ino:x}"'


def is_held(request: Request, status: stat_result) -> bool:
    """Whether the client says that it holds this version; an entity tag outweighs a date (RFC 9110, section 13.2.2)."""
    tags = request.environ.get("HTTP_IF_NONE_MATCH")
    if tags is not None:
        return tags.strip() == "*" or entity_tag(status) in ENTITY_TAG.findall(tags)
    since = moment(request.environ.get("HTTP_IF_MODIFIED_SINCE", ""))
    return since is not None and int(status.st_mtime) <= since.timestamp()


def moment(date: str) -> datetime | None:
    """An HTTP date as a moment; None where it is none, since such a condition is to be ignored."""
    try:
        found = parsedate_to_datetime(date)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def type_of(name: str) -> str:
    """The media type by the ending of *name*; a compressed file is sent as what it is."""
    found, encoding = TYPES.guess_type(f"x{Path(name).suffix.lower()}")
    if encoding == "gzip":
        return "application/gzip"
    return found or "application/octet-stream"
