"""One version of a file: its type, its validators, what is told of it."""

import os
from collections.abc import Mapping
from hashlib import sha256
from mimetypes import MimeTypes

from kirsch.conditional import http_date, without_body
from kirsch.ranges import Headers
from kirsch.response import complete_type

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

#: Bytes that are read at once.
BLOCK = 256 * 1024
NOSNIFF = ("X-Content-Type-Options", "nosniff")


class FileVersion:
    """One version of a file, and what is told of it."""

    def __init__(self, name: str, status: os.stat_result, folder: str, told: Headers, types: Mapping[str, str]) -> None:
        self.folder = folder
        #: What else is told of every body that is sent.
        self.told = told
        self.stamp = stamp(status)
        self.size = status.st_size
        self.modified = max(int(status.st_mtime), 0)
        #: A strong validator: any change to the file changes it (RFC 9110, section 8.8.3).
        self.etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}-{status.st_ino:x}"'
        self.content_type = ("Content-Type", complete_type(type_of(name, types)))
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


def digest_of(descriptor: int) -> str:
    """A short text made of the file's content."""
    content = sha256()
    while block := os.read(descriptor, BLOCK):
        content.update(block)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return content.hexdigest()[:10]


def stamp(status: os.stat_result) -> tuple[int, int, int, int]:
    """What tells one version of a file from another, and from every other file."""
    return status.st_mtime_ns, status.st_size, status.st_ino, status.st_dev


def type_of(name: str, types: Mapping[str, str]) -> str:
    """The media type by the ending of *name*, of *types* first; a compressed file is sent as what it is."""
    ending = os.path.splitext(name)[1].lower()
    if ending in types:
        return types[ending]
    found, encoding = TYPES.guess_type(f"x{ending}")
    if encoding == "gzip":
        return "application/gzip"
    return found or "application/octet-stream"
