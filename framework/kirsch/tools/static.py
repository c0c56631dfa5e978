"""Answer with files: style sheets, images, downloads."""

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kirsch.conditional import decide
from kirsch.errors import MethodNotAllowed, PreconditionFailed, Redirect, UsageError
from kirsch.ranges import Headers, PartialBody, Piece, asked_ranges, partial
from kirsch.request import Request
from kirsch.response import FileBody, Ready, Response
from kirsch.settings import folder_of
from kirsch.target import address_of
from kirsch.tool import Setup, Tool
from kirsch.tools._encodings import ENDINGS, VARY, choose
from kirsch.tools._opening import PATH, open_below
from kirsch.tools._versions import NOSNIFF, FileVersion, digest_of, stamp

#: Files up to this many bytes are read at once, larger ones as the server sends them.
WHOLE = 256 * 1024
#: How many files' headers are kept.
MOST_KNOWN = 1024
FOR_A_YEAR = ("Cache-Control", "public, max-age=31536000, immutable")
#: A name that holds the version of its content: "style.3f2a1c90ab.css".
VERSIONED = re.compile(r"(.*[^/])\.([0-9a-f]{10})(\.[^./]+)?")
MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(; ?charset=[\w-]+)?", re.ASCII)


@dataclass
class Static(Tool, order=10):
    """Answer with the file that the route's variable *path* names; where there is none, the action says what happens.

    Files come from below the folders only: no ``..``, no names that begin with a dot, no symbolic link that leads out.
    Conditions and ranges of the request are heeded.
    """

    #: Folders relative to the site's root, or "package:folder"; the first that has the file gives it.
    directories: list[str] = field(default_factory=list)
    #: One file instead, whatever the path: "public/favicon.ico", relative to the site's root, or "package:folder/file".
    file: str = ""
    #: How long browsers use a file without asking again; 0 makes them ask each time, as does debug mode.
    cache_seconds: int = 3600
    #: Whether app.css.br, app.css.zst or app.css.gz is sent to clients that take it so, where it lies beside app.css
    #: and is not older.
    precompressed: bool = False
    #: Whether ``asset("app.css")`` is app.3f2a1c90ab.css, which changes with the content and is kept for ever, and not
    #: app.css?v=3f2a1c90ab. The name of a version that is gone leads to the one of today.
    hashed: bool = False
    #: The file that stands for a folder: "index.html". Who leaves out the slash at the end is sent there.
    index: str = ""
    #: A regular expression for the whole path; what it does not fit is no file here: "(?i).*\\.(jpg|png)".
    match: str = ""
    #: Media types by the endings of files, where the usual one will not do: ``".md" = "text/plain"``.
    types: dict[str, str] = field(default_factory=dict)

    def prepare(self, setup: Setup) -> None:
        """Find the folders.

        :raises UsageError: for a folder or file that does not exist, a negative *cache_seconds*, and what is no type,
            no regular expression or no name of a file.
        """
        if self.cache_seconds < 0:
            raise UsageError(f"cache_seconds is {self.cache_seconds}; give 0 or more.")
        place, name = split_place(self.file)
        self.folders = [
            str(folder_of(folder, setup.root).resolve()) for folder in [place] * bool(name) + self.directories
        ]
        if name and (self.directories or not os.path.isfile(f"{self.folders[0]}/{name}")):
            what = "give it or directories, not both" if self.directories else "there is no such file"
            raise UsageError(f"file is {self.file!r}; {what}.")
        self._only = name
        if self.index and not PATH.fullmatch(self.index):
            raise UsageError(f'index is {self.index!r}; give the name of a file, such as "index.html".')
        try:
            self._match = re.compile(self.match) if self.match else None
        except re.error as error:
            raise UsageError(f"match is no regular expression: {error}.") from error
        for ending, kind in self.types.items():
            if not ending.startswith(".") or not isinstance(kind, str) or not MEDIA_TYPE.fullmatch(kind):
                raise UsageError(f'types has {ending!r} = {kind!r}; write it as ".md" = "text/plain".')
        self._types = {ending.lower(): kind for ending, kind in self.types.items()}
        cached = self.cache_seconds and not setup.debug
        self.cached = ("Cache-Control", f"public, max-age={self.cache_seconds}" if cached else "no-cache")
        self.known: dict[str | tuple[str, str], FileVersion] = {}
        self.told: Headers = [VARY] if self.precompressed else []

    def start(self, request: Request) -> Ready | Response | None:
        """The file, the parts of it that are asked for, or 304 where the client holds it already.

        :raises MethodNotAllowed: for anything but GET and HEAD.
        :raises PreconditionFailed: when the client wants another version (RFC 9110, section 13).
        :raises RangeNotSatisfiable: when the client wants parts that the file does not have (section 14).
        :raises Redirect: to the name of today's version, or to the slash at the end of a folder.
        """
        if request.environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            raise MethodNotAllowed(["GET", "HEAD"])
        path = self._only or request.urlvars.get("path", "")
        if self.hashed and (named := VERSIONED.fullmatch(path)):
            answer = self._send_version(request, named)
        else:
            answer = self._send(request.environ, path)
        return self._send_index(request, path) if answer is None and self.index else answer

    def _send(self, environ: Mapping[str, Any], path: str, wanted: str = "") -> Ready | Response | None:
        """The answer with the file *path*, where there is one; *wanted* is the version that its address names."""
        if "HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MODIFIED_SINCE" in environ:
            known = self.unchanged(path)
            if known is not None and decide(environ, known.etag, known.modified) == 304:
                return "304 Not Modified", [*known.held, self.cached_for(known, wanted or version_asked(environ))], b""
        if (found := self.find(path)) is None:
            return None
        descriptor, known = found
        wanted = wanted or version_asked(environ)
        try:
            if wanted and not known.digest:
                known.digest = digest_of(descriptor)
            if self.precompressed and (packed := self.find_packed(environ, path, known)) is not None:
                os.close(descriptor)
                descriptor, known = packed
            return self.answer(environ, descriptor, known, self.cached_for(known, wanted))
        finally:
            os.close(descriptor)

    def _send_version(self, request: Request, named: re.Match[str]) -> Ready | Response | None:
        """The answer to an address with a version in its name; another version than today's is sent on."""
        path, wanted = f"{named[1]}{named[3] or ''}", named[2]
        known = self.unchanged(path)
        current = known.digest if known is not None and known.digest else self.version(path)
        if current == wanted:
            return self._send(request.environ, path, wanted)
        if (answer := self._send(request.environ, named[0])) is not None or current is None:
            return answer
        before, _, after = request.environ["PATH_INFO"].rpartition(wanted)
        moved = Redirect(address_of(request.environ, f"{before}{current}{after}"), 302, local=True)
        moved.headers.append(("Cache-Control", "no-cache"))
        raise moved

    def _send_index(self, request: Request, path: str) -> Ready | Response | None:
        """The answer for a folder that has an index; who leaves out the slash is sent to it."""
        place = request.environ.get("PATH_INFO", "")
        inner = f"{path.removesuffix('/')}/{self.index}" if path else self.index
        if place.endswith("/"):
            return self._send(request.environ, inner)
        if (found := self.find(inner)) is None:
            return None
        os.close(found[0])
        raise Redirect(address_of(request.environ, f"{place}/"), 301, local=True)

    def named(self, path: str) -> tuple[str, str | None]:
        """The path by which pages name a file, and the version that goes into the query ``v``, if one does."""
        version = self.version(path)
        if version is None or not self.hashed:
            return path, version
        stem, ending = os.path.splitext(path)
        return f"{stem}.{version}{ending}", None

    def version(self, path: str) -> str | None:
        """A short text that changes with the content of the file *path*; None where there is none.

        An address that names it is kept by browsers for a year.
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
        if not PATH.fullmatch(path) or (self._match is not None and not self._match.fullmatch(path)):
            return None
        for folder in self.folders:
            if (found := self.opened(folder, path)) is not None:
                return found
        return None

    def find_packed(self, environ: Mapping[str, Any], path: str, plain: FileVersion) -> tuple[int, FileVersion] | None:
        """What lies packed beside the file *path*, as the client likes it best, opened, unless it is older."""
        for encoding in choose(environ.get("HTTP_ACCEPT_ENCODING"), tuple(ENDINGS)).liked:
            if (found := self.opened(plain.folder, path, encoding)) is None:
                continue
            if found[1].stamp[0] >= plain.stamp[0]:
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
            known = self.known[key] = FileVersion(path, status, folder, told, self._types)
        return descriptor, known

    def answer(
        self, environ: Mapping[str, Any], descriptor: int, known: FileVersion, cached: tuple[str, str]
    ) -> Ready | Response:
        """The response that sends a file, which the caller closes."""
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

    def cached_for(self, known: FileVersion, wanted: str) -> tuple[str, str]:
        """How long the client may use a file unasked: a year where its address changes with it."""
        return FOR_A_YEAR if wanted and known.digest == wanted else self.cached


def streamed(descriptor: int, status: str, headers: Headers, pieces: list[Piece]) -> Response:
    """The response that reads its *pieces* of a file while they are sent."""
    response = Response.of((status, headers, b""))
    body = FileBody(open(os.dup(descriptor), "rb", buffering=0))  # noqa: SIM115  # closed with the response
    response.wrap(lambda _: PartialBody(body, pieces))
    return response


def version_asked(environ: Mapping[str, Any]) -> str:
    """The version of a file that the query names; nothing where it names none."""
    query: str = environ.get("QUERY_STRING", "")
    return query[2:] if query.startswith("v=") else ""


def split_place(file: str) -> tuple[str, str]:
    """The folder and the name of "folder/file" or "package:folder/file"."""
    folder, slash, name = file.rpartition("/")
    if not slash and ":" in file:
        folder, _, name = file.partition(":")
        return f"{folder}:", name
    return folder or ".", name
