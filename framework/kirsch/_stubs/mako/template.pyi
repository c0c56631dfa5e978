from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from mako.lookup import TemplateLookup
from mako.runtime import Context

class Template:
    filename: str | None
    uri: str
    module: ModuleType
    source: str
    callable_: Callable[..., Any]
    def __init__(
        self,
        text: str | None = None,
        filename: str | None = None,
        uri: str | None = None,
        lookup: TemplateLookup | None = None,
        default_filters: Sequence[str] | None = None,
        imports: Sequence[str] | None = None,
        strict_undefined: bool = False,
        input_encoding: str | None = None,
        module_directory: str | None = None,
        preprocessor: Any = None,
        enable_loop: bool = True,
    ) -> None: ...
    def render(self, *args: Any, **data: Any) -> str | bytes: ...
    def render_unicode(self, *args: Any, **data: Any) -> str: ...
    def render_context(self, context: Context, *args: Any, **kwargs: Any) -> None: ...
    def has_def(self, name: str) -> bool: ...
    def list_defs(self) -> list[str]: ...
    def get_def(self, name: str) -> Template: ...
