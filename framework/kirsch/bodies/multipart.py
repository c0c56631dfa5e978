"""A multipart form, part by part, in memory that does not grow with the form.

Sources: RFC 7578; RFC 2046, section 5.1.

The heads of parts are read by the package ``multipart``; the scan for boundaries is our own, and as fast. The push
parser of the package lets the cut of its blocks decide: in strict mode it refuses a form whose last line break begins
a new block, and takes a preamble only if all of it lies in the first. It knows one limit for files and fields alike.
"""

import re
from collections.abc import Iterator

from multipart import parse_content_disposition, parse_options_header

from kirsch.bodies.limits import BodyLimits, in_words, too_large, too_many
from kirsch.bodies.stream import Blocks, Body
from kirsch.errors import BadRequest, ContentTooLarge, HTTPError, UnsupportedMediaType, UsageError

#: Bytes of a part's head, and of what stands before the first part.
HEAD = 8 * 1024
#: Headers of a part; RFC 7578 knows three.
HEADERS = 8
#: RFC 2046, section 5.1.1.
BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
NAME = re.compile(r"[A-Za-z0-9-_]+")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
#: Encodings that leave the content as it is (RFC 2045, section 6.1).
AS_IT_IS = frozenset({"", "7bit", "8bit", "binary"})


class Part(Blocks):
    """One part of a form while it arrives: go through its blocks, ``read`` or ``save_as`` before the next is asked for.

    *name* is the field's; *filename* is what the client calls the file, None where the part is no file.
    """

    def __init__(self, form: "Multipart", headers: list[tuple[str, str]]) -> None:
        known = dict(headers)
        if len(known) < len(headers):
            raise BadRequest("A part of the form has a header twice.")
        disposition, name, filename = parse_content_disposition(known.get("content-disposition", ""))
        if disposition != "form-data" or name is None:
            raise BadRequest("A part of the form does not say its name.")
        kind, options = parse_options_header(known.get("content-type", ""))
        check_part(name, filename, kind, options.get("charset", "utf-8"), known.get("content-transfer-encoding", ""))
        self.form = form
        self.what = f"The part {name[:60]!r}"
        self.limits = form.limits
        self.name: str = name
        self.filename: str | None = filename
        self.content_type = kind or ("text/plain" if filename is None else "application/octet-stream")
        #: Every header of the part, as pairs, the names in small letters.
        self.headerlist = headers
        #: Bytes that have arrived.
        self.size = 0
        self.announced = known.get("content-length")
        self.most = form.limits.field if filename is None else form.limits.file
        self.ended = False

    def some(self) -> bytes:
        """The next block; empty only at the end.

        :raises ContentTooLarge: when the part is over the limit.
        :raises UsageError: when the next part has been asked for.
        """
        if self.form.current is not self:
            raise UsageError("This part of the form is gone: use each part before you ask for the next.")
        if self.ended:
            return b""
        block = self.form.content()
        self.size += len(block)
        if self.most is not None and self.size > self.most:
            kind = "field" if self.filename is None else "file"
            self.form.body.fail(too_large(f"The {kind} {self.name[:60]!r}", self.most))
        if not block:
            self.ended = True
            if self.announced is not None and self.announced != str(self.size):
                self.form.body.fail(BadRequest(f"The part {self.name[:60]!r} is not as long as it says."))
        return block

    def text(self) -> str:
        """What is left of the part as UTF-8.

        :raises BadRequest: when it is something else.
        """
        try:
            return self.read().decode()
        except UnicodeDecodeError:
            raise BadRequest(f"The field {self.name[:60]!r} is not UTF-8.") from None


class Multipart:
    """The parts of a form, one after the other; what an unused part holds is read and dropped.

    :raises HTTPError: whatever is wrong with the form, 400, 413 or 415.
    """

    def __init__(self, body: Body, boundary: str, limits: BodyLimits) -> None:
        if not BOUNDARY.fullmatch(boundary):
            raise BadRequest("The multipart form names no boundary, or none of 1 to 70 characters that are allowed.")
        self.body = body
        self.limits = limits
        self.mark = b"\r\n--" + boundary.encode()
        # The first boundary needs no line break before it.
        self.buffer = b"\r\n"
        self.position = 0
        self.counts = {"fields": 0, "files": 0}
        self.current: Part | None = None

    def __iter__(self) -> Iterator[Part]:
        preamble = self.find(self.mark)
        if preamble is None or self.mark[2:] in preamble:  # where a boundary is no line of its own, who knows
            self.body.fail(BadRequest("The form does not begin with its boundary."))
        while (headers := self.head()) is not None:
            try:
                self.current = part = Part(self, headers)
                self.count(part)
            except HTTPError as failure:
                self.body.fail(failure)
            yield part
            while part.some():
                pass
        self.current = None
        while self.body.some():  # An epilogue, which receivers ignore (RFC 2046, section 5.1.1).
            pass

    def count(self, part: Part) -> None:
        """Refuse more fields or files than are taken."""
        kind = "fields" if part.filename is None else "files"
        self.counts[kind] += 1
        most = self.limits.fields if part.filename is None else self.limits.files
        if self.counts[kind] > most:
            raise too_many(kind, most)

    def content(self) -> bytes:
        """The next block of the current part; empty at its end, after which the position is behind the boundary."""
        mark = self.mark
        while True:
            buffer, position = self.buffer, self.position
            end = buffer.find(mark, position)
            if end == position:
                self.position = end + len(mark)
                return b""
            if end < 0:
                # The end of the buffer may be the beginning of the boundary, which holds no other line break.
                end = buffer.rfind(b"\r", max(position, len(buffer) - len(mark) + 1))
                if end < 0 or not mark.startswith(buffer[end:]):
                    end = len(buffer)
            if end > position:
                self.position = end
                return buffer[position:end]
            self.more()

    def head(self) -> list[tuple[str, str]] | None:
        """The headers of the part that begins here; None after the last one."""
        while len(self.buffer) < self.position + 2:
            self.more()
        after = self.buffer[self.position : self.position + 2]
        if after == b"--":
            return None
        if after != b"\r\n":
            self.body.fail(BadRequest("The form holds its boundary where no part ends."))
        # The line break after the boundary is part of the blank line where there are no headers.
        text = self.find(b"\r\n\r\n")
        if text is None:
            self.body.fail(ContentTooLarge(f"The head of a part is longer than {in_words(HEAD)}."))
        try:
            return read_headers(text[2:].decode())
        except UnicodeDecodeError:
            self.body.fail(BadRequest("The head of a part is not UTF-8."))
        except HTTPError as failure:
            self.body.fail(failure)

    def find(self, what: bytes) -> bytes | None:
        """The bytes up to *what*, behind which the position is then; None where they are more than a head."""
        while (end := self.buffer.find(what, self.position, self.position + HEAD)) < 0:
            if len(self.buffer) - self.position >= HEAD:
                return None
            self.more()
        found, self.position = self.buffer[self.position : end], end + len(what)
        return found

    def more(self) -> None:
        """Drop what was used, and read another block.

        :raises BadRequest: when there is none.
        """
        data = self.body.some()
        if not data:
            self.body.fail(BadRequest("The form ends before its last boundary."))
        self.buffer = self.buffer[self.position :] + data
        self.position = 0


def read_headers(text: str) -> list[tuple[str, str]]:
    """The headers of a part, their names in small letters.

    :raises BadRequest: for lines that are no headers.
    """
    lines = text.split("\r\n") if text else []
    if len(lines) > HEADERS:
        raise ContentTooLarge(f"A part of the form has more than {HEADERS} headers.")
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not NAME.fullmatch(name) or CONTROL.search(value):
            raise BadRequest("The head of a part is malformed.")
        headers.append((name.lower(), value.strip(" \t")))
    return headers


def check_part(name: str, filename: str | None, kind: str, charset: str, encoding: str) -> None:
    """Refuse what cannot be read as it is (RFC 7578, sections 4.3 to 4.7).

    :raises UnsupportedMediaType: with the part's name.
    """
    if filename is None and charset.lower() not in UTF8:
        raise UnsupportedMediaType(f"The field {name[:60]!r} is not sent as UTF-8, which forms are read as.")
    if filename is None and kind.startswith("multipart/"):
        raise UnsupportedMediaType(f"The field {name[:60]!r} is a form of its own. Send its files as parts.")
    if encoding.lower() not in AS_IT_IS:
        raise UnsupportedMediaType(f"The part {name[:60]!r} is sent encoded. Send it as it is.")
