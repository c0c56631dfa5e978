"""A file of a form, kept in memory while it is small and on disk when it is not."""

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from os import PathLike
from tempfile import TemporaryFile, gettempdir
from typing import IO, Any

from kirsch.bodies.disk import room, save
from kirsch.bodies.multipart import Part
from kirsch.bodies.stream import BLOCK
from kirsch.errors import BadRequest

#: Bytes of a file that are kept in memory; a larger one is written to a temporary file without a name.
SPOOL = 64 * 1024


class Upload:
    """A file that was sent in a form. It is closed when the request ends; what is to stay is saved or read before.

    *name* is the field's, *filename* what the client calls the file: any text, never a path to be trusted.
    """

    def __init__(self, name: str, filename: str | None, content_type: str, headers: list[tuple[str, str]]) -> None:
        self.name = name
        self.filename = filename
        #: As the client says; ``application/octet-stream`` where it does not.
        self.content_type = content_type
        #: Every header of the part, as pairs.
        self.headerlist = headers
        #: In bytes.
        self.size = 0
        #: Where the content is, open for reading.
        self.file: IO[bytes] | Any = BytesIO()

    def __repr__(self) -> str:
        return f"<Upload {self.filename!r} of {self.size} bytes>"

    @classmethod
    def received(cls, part: Part) -> "Upload":
        """The whole content of *part*, spooled.

        :raises HTTPError: 507 when the disk is full; nothing is left behind then.
        """
        upload = cls(part.name, part.filename, part.content_type, part.headerlist)
        try:
            with room(gettempdir()):
                upload._take(part)
        except BaseException:
            upload.close()
            raise
        return upload

    @classmethod
    def of_text(cls, name: str, text: str) -> "Upload":
        """A field of a form that was read before."""
        upload = cls(name, None, "text/plain", [])
        upload.size = upload.file.write(text.encode())
        upload.file.seek(0)
        return upload

    def _take(self, part: Part) -> None:
        for block in part:
            self.size += len(block)
            if self.size > SPOOL and isinstance(self.file, BytesIO):
                memory, self.file = self.file, TemporaryFile()  # noqa: SIM115  # closed with the upload
                self.file.write(memory.getvalue())
            self.file.write(block)
        self.file.seek(0)

    def __iter__(self) -> Iterator[bytes]:
        while block := self.file.read(BLOCK):
            yield block

    def read(self, size: int = -1) -> bytes:
        """The next *size* bytes, or everything that is left."""
        data: bytes = self.file.read(size)
        return data

    @property
    def raw(self) -> bytes:
        """The whole content; look at *size* first."""
        self.file.seek(0)
        return self.read()

    def text(self) -> str:
        """The whole content as UTF-8.

        :raises BadRequest: when it is something else.
        """
        try:
            return self.raw.decode()
        except UnicodeDecodeError:
            raise BadRequest(f"The field {self.name!r} is not UTF-8.") from None

    def save_as(self, path: str | PathLike[str]) -> int:
        """Write the whole content to the file *path*, which appears when it is complete; the number of bytes.

        :raises HTTPError: 507 when the disk is full.
        """
        self.file.seek(0)
        return save(path, self)

    def close(self) -> None:
        """Give the content up."""
        with suppress(OSError):  # What a full disk left in the buffer cannot be written now either.
            self.file.close()
