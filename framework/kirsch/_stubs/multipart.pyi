from collections.abc import Iterator
from typing import Any, BinaryIO

class MultipartError(ValueError):
    http_status: int

class ParserError(MultipartError): ...
class StrictParserError(ParserError): ...
class ParserLimitReached(MultipartError): ...
class ParserStateError(MultipartError): ...

def parse_options_header(
    header: str, options: dict[str, str] | None = None, unquote: Any = ...
) -> tuple[str, dict[str, str]]: ...

class MultipartPart:
    name: str
    filename: str | None
    charset: str
    size: int
    headerlist: list[tuple[str, str]]
    file: BinaryIO
    @property
    def content_type(self) -> str: ...
    @property
    def disposition(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def raw(self) -> bytes: ...
    def is_buffered(self) -> bool: ...
    def save_as(self, path: str) -> int: ...
    def close(self) -> None: ...

class MultipartParser:
    def __init__(
        self,
        stream: BinaryIO,
        boundary: str | bytes,
        content_length: int = -1,
        charset: str = "utf8",
        strict: bool = False,
        buffer_size: int = ...,
        header_limit: int = ...,
        headersize_limit: int = ...,
        part_limit: int = ...,
        partsize_limit: float = ...,
        spool_limit: int = ...,
        memory_limit: int = ...,
        disk_limit: float = ...,
        mem_limit: int = ...,
        memfile_limit: int = ...,
    ) -> None: ...
    def __iter__(self) -> Iterator[MultipartPart]: ...
    def parts(self) -> list[MultipartPart]: ...
