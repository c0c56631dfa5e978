from types import TracebackType
from typing import Any

from mako.template import Template

class MakoException(Exception): ...
class RuntimeException(MakoException): ...

class CompileException(MakoException):
    lineno: int
    pos: int
    filename: str | None
    source: str | None

class SyntaxException(MakoException):
    lineno: int
    pos: int
    filename: str | None
    source: str | None

class UnsupportedError(MakoException): ...
class NameConflictError(MakoException): ...
class TemplateLookupException(MakoException): ...
class TopLevelLookupException(TemplateLookupException): ...

class RichTraceback:
    error: BaseException
    source: str
    lineno: int
    message: str
    records: list[tuple[Any, ...]]
    def __init__(self, error: BaseException | None = None, traceback: TracebackType | None = None) -> None: ...
    @property
    def errorname(self) -> str: ...
    @property
    def traceback(self) -> list[tuple[str, int, str, str | None]]: ...
    @property
    def reverse_traceback(self) -> list[tuple[str, int, str, str | None]]: ...

def text_error_template(lookup: Any = None) -> Template: ...
def html_error_template() -> Template: ...
