"""What a request knows of the application that serves it: no more than this."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Serving(Protocol):
    """An application, as seen from a request."""

    name: str
    debug: bool

    @property
    def mapper(self) -> Any: ...

    @property
    def controllers(self) -> Mapping[str, type]: ...

    @property
    def tools(self) -> Sequence[Any]: ...

    def url(self, name: str, /, **arguments: Any) -> str: ...

    def navigation(self, request: Any) -> list[Any]: ...

    def asset(self, request: Any, path: str) -> str: ...
