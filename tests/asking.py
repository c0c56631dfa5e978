"""Asking an application without a server: the smallest WSGI client, for tests of what lies below the test client."""

from collections.abc import Callable
from typing import Any, NamedTuple

from kirsch.request import Request


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(application: Callable[..., Any], path: str, *, environ: dict[str, Any] | None = None, **options: Any) -> Answer:
    """The answer to one request; *options* are those of `Request.blank`. The body is read and closed as servers do."""
    request = Request.blank(path, environ, **options)
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        started.append((status, headers))

    body = application(request.environ, start_response)
    try:
        data = b"".join(body)
    finally:
        if close := getattr(body, "close", None):
            close()
    (status, headers) = started[-1]
    return Answer(int(status[:3]), dict(headers), data)
