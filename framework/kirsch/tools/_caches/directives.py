"""What Cache-Control says, and what of it a request wants (RFC 9111, sections 5.2 and 5.4)."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

#: Characters that are read of what a client sends, and of a header that is remembered.
LONGEST = 1000
#: The most seconds that are believed (RFC 9111, section 1.2.2).
MOST = 2**31
DIRECTIVE = re.compile(r"""([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*)))?""")


def read(text: str) -> Mapping[str, str]:
    """The directives of a Cache-Control header by name in lower case; of one that comes twice, the first counts."""
    return directives(text) if len(text) <= LONGEST else directives.__wrapped__(text)


@lru_cache(maxsize=256)
def directives(text: str) -> Mapping[str, str]:
    """What :func:`read` says, remembered."""
    found: dict[str, str] = {}
    for name, quoted, plain in DIRECTIVE.findall(text):
        found.setdefault(name.lower(), quoted or plain)
    return found


def seconds(said: Mapping[str, str], name: str, wrong: int = 0) -> int | None:
    """The seconds that a directive gives; None where it is not there, *wrong* where it gives none."""
    text = said.get(name)
    if text is None:
        return None
    return min(int(text[:12]), MOST) if text.isascii() and text.isdecimal() else wrong


class Wishes(NamedTuple):
    """What a request wants of a cache; times in seconds."""

    #: Whether it wants an answer made anew.
    anew: bool = False
    max_age: int | None = None
    #: For how long an answer may be stale; None: not at all.
    max_stale: int | None = None
    min_fresh: int = 0
    #: Whether it wants what is kept or nothing.
    only_kept: bool = False
    #: Whether nothing of it may be kept.
    no_store: bool = False


NOTHING = Wishes()


def wishes(environ: Mapping[str, Any]) -> Wishes:
    """What a request wants; `Pragma` counts where there is no Cache-Control (RFC 9111, section 5.4)."""
    said = environ.get("HTTP_CACHE_CONTROL")
    if said:
        return read_wishes(said[:LONGEST])
    if "no-cache" in environ.get("HTTP_PRAGMA", "").lower():
        return Wishes(anew=True)
    return NOTHING


@lru_cache(maxsize=256)
def read_wishes(text: str) -> Wishes:
    """What :func:`wishes` says of a header, remembered. A number that is none is the strictest."""
    said = directives(text)
    return Wishes(
        anew="no-cache" in said,
        max_age=seconds(said, "max-age"),
        # Without a number: however stale.
        max_stale=seconds(said, "max-stale", 0 if said.get("max-stale") else MOST),
        min_fresh=seconds(said, "min-fresh", MOST) or 0,
        only_kept="only-if-cached" in said,
        no_store="no-store" in said,
    )
