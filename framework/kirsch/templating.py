"""What renderers share: names of templates that stay inside their folders, pages of errors, pages in pieces."""

import posixpath
import re
import time
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from kirsch.errors import KirschError, UsageError
from kirsch.extensions import named

#: What ``error_pages`` may be about.
STATUSES = re.compile(r"[45]\d\d|4xx|5xx|default")
#: A stream's piece is sent when it has so many characters, or so many seconds have passed since the last one.
ENOUGH, LONG = 4096, 0.1

#: A template's name, or the function that makes the page.
ErrorPage = str | Callable[[Any, Any], Any]


class BadName(KirschError):
    """The name of a template that leads out of the folders of templates, or may do so on some system."""


@lru_cache(maxsize=1024)
def inside(name: str) -> str:
    """*name* as it is, if it is one of a template below the folders, in whatever way an engine reads it.

    :raises BadName: for one with a backslash, a drive, a NUL, or more ``..`` than folders.
    """
    path = posixpath.normpath(name.lstrip("/"))
    if path == ".." or path.startswith("../") or any(odd in name for odd in "\\:\0"):
        raise BadName(f"{name!r} is no name of a template: it leads out of the folders.")
    return name


def read_names(given: Mapping[str, Any]) -> dict[str, Any]:
    """The things that the option ``names`` gives to templates: found by "package.module:name", or as they are.

    :raises UsageError: when there is none.
    """
    found = {}
    for name, value in given.items():
        if not name.isidentifier():
            raise UsageError(f"names has {name!r}, which no template can write. Use letters, digits and underscores.")
        found[name] = named(f"names.{name}", value) if isinstance(value, str) else value
    return found


def read_error_pages(default: str, given: Mapping[Any, Any]) -> dict[str, ErrorPage]:
    """The page of each status or group of them; *default* where no other is said.

    :raises UsageError: for a status that is none, and for a function that does not exist.
    """
    found: dict[str, ErrorPage] = {"default": default} if default else {}
    for key, page in given.items():
        status = str(key).lower()
        if not STATUSES.fullmatch(status):
            raise UsageError(f"error_pages has no {key!r}. Say a status (400 to 599), 4xx, 5xx or default.")
        if not isinstance(page, str) and not callable(page):
            raise UsageError(
                f"error_pages.{status} is {page!r}; name a template, or a function as package.module:name."
            )
        is_function = isinstance(page, str) and ":" in page
        found[status] = named(f"error_pages.{status}", page) if is_function else page
    return {status: page for status, page in found.items() if page}


def error_page_of(pages: Mapping[str, ErrorPage], status: int) -> ErrorPage | None:
    """The page of an error: that of its status, of its class, of all; None where there is none."""
    return pages.get(str(status)) or pages.get(f"{status // 100}xx") or pages.get("default")


class Pile:
    """Texts that are too short to be sent alone, put together."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.size = 0
        self.since = time.monotonic()

    def add(self, text: str) -> str:
        """Put *text* on it; what is to be sent now, or nothing."""
        self.texts.append(text)
        self.size += len(text)
        if self.size < ENOUGH and time.monotonic() - self.since < LONG:
            return ""
        return self.take()

    def take(self) -> str:
        """All that lies there."""
        found = "".join(self.texts)
        self.texts, self.size, self.since = [], 0, time.monotonic()
        return found


def piled(pieces: Iterator[str]) -> Iterator[str]:
    """*pieces* in pieces that are worth being sent; they are closed with it, if they can be."""
    pile = Pile()
    try:
        for piece in pieces:
            if text := pile.add(piece):
                yield text
        yield pile.take()
    finally:
        if close := getattr(pieces, "close", None):
            close()


def csrf_field(request: Any) -> Markup:
    """The hidden field that lets a form through ``tools.csrf``; nothing where that is off."""
    return _with_token(request, '<input type="hidden" name="csrf_token" value="{}">')


def csrf_meta(request: Any) -> Markup:
    """The element of a head where scripts find the token for ``X-CSRF-Token``; nothing where tools.csrf is off."""
    return _with_token(request, '<meta name="csrf-token" content="{}">')


def _with_token(request: Any, element: str) -> Markup:
    return Markup(element).format(request.take("csrf_token")) if request.offers("csrf_token") else Markup("")
