from collections.abc import Callable, Sequence
from typing import Any

from mako.template import Template

class TemplateLookup:
    directories: list[str]
    template_args: dict[str, Any]
    _collection: dict[str, Template]
    def __init__(
        self,
        directories: str | Sequence[str] | None = None,
        module_directory: str | None = None,
        filesystem_checks: bool = True,
        collection_size: int = -1,
        format_exceptions: bool = False,
        output_encoding: str | None = None,
        encoding_errors: str = "strict",
        default_filters: Sequence[str] | None = None,
        buffer_filters: Sequence[str] = (),
        strict_undefined: bool = False,
        imports: Sequence[str] | None = None,
        future_imports: Sequence[str] | None = None,
        enable_loop: bool = True,
        input_encoding: str | None = None,
        preprocessor: Any = None,
        modulename_callable: Callable[[str, str], str] | None = None,
    ) -> None: ...
    def get_template(self, uri: str) -> Template: ...
    def has_template(self, uri: str) -> bool: ...
    def adjust_uri(self, uri: str, relativeto: str) -> str: ...
    def put_string(self, uri: str, text: str) -> None: ...
    def put_template(self, uri: str, template: Template) -> None: ...
