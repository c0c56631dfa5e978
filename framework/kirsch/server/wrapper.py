"""Files as PEP 3333 lets an application hand them to its server: ``environ["wsgi.file_wrapper"](file)``."""

import io
import os
import stat
from collections.abc import Iterator
from typing import Any

#: Bytes that are read at once where the application does not say.
BLOCK = 64 * 1024


class FileWrapper:
    """The rest of an open file, which is closed when it has been sent."""

    def __init__(self, file: Any, block_size: int = BLOCK) -> None:
        self.file = file
        self.block_size = block_size

    def __iter__(self) -> Iterator[bytes]:
        while block := self.file.read(self.block_size):
            yield block

    def sendable(self) -> tuple[Any, int, int] | None:
        """The file, the first byte and the number of bytes, where it is one on a disk that is sent as it is.

        Others may have a number of a file too, and yet read something else than its bytes, such as packed ones.
        """
        plain = getattr(self.file, "raw", self.file)
        if not isinstance(plain, io.FileIO) or not isinstance(self.file, io.FileIO | io.BufferedReader):
            return None
        status = os.fstat(plain.fileno())
        if not stat.S_ISREG(status.st_mode):
            return None
        first = self.file.tell()
        return self.file, first, max(status.st_size - first, 0)

    def close(self) -> None:
        """Close the file."""
        if close := getattr(self.file, "close", None):
            close()
