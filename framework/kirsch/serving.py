"""What a request knows of the application that serves it: no more than this."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

#: The tools that offer things, by name; where several do, the one that most sites take.
OFFERED_BY = {
    "csrf_token": "tools.csrf",
    "csp_nonce": "tools.secureheaders with 'nonce-{nonce}' in its policy",
    "db": "tools.sqlalchemy",
    "deadline": "tools.deadline",
    "flash": "tools.sessions",
    "login": "tools.login",
    "media": "tools.accept",
    "metrics": "tools.metrics",
    "profiles": "tools.profiling",
    "renderer": "tools.mako or another engine of templates",
    "session": "tools.sessions",
    "statistics": "tools.statistics",
    "translations": "tools.translation",
    "user": "tools.login or another tool that people sign in with",
}


def unoffered(name: str) -> str:
    """What to say where there is no *name* to take: which tool to switch on."""
    tool = OFFERED_BY.get(name, "the tool that does")
    return f"No tool offers {name!r} here. Switch on {tool} for this action."


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
