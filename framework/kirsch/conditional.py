"""Conditions that a request carries: what the client holds already, and which version it means to change.

An entity tag is written here as its header writes it, ``"..."`` or ``W/"..."``; a moment in whole seconds since 1970.
Source: RFC 9110, section 13.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from hashlib import sha256
from time import time
from typing import Any

ENTITY_TAG = re.compile(r'(?:W/)?"[^"]*"')
#: What an entity tag may be made of (RFC 9110, section 8.8.3), a comma and spaces apart, which some clients trip over.
OPAQUE = re.compile(r"[\x21\x23-\x2b\x2d-\x7e]*")
#: Characters of the longest HTTP date that is looked at.
LONGEST_DATE = 64
#: The offer of a table of what is written in one answer alone, with what it stands for each time: two pages that
#: differ in nothing else mean the same.
ONCE = "written once"
#: Headers that tell of the body, which 304 does not have (RFC 9110, section 15.4.5).
OF_THE_BODY = frozenset(
    {"content-type", "content-length", "content-encoding", "content-language", "content-range", "accept-ranges"}
)


def decide(environ: Mapping[str, Any], etag: str | None, modified: int | None, exists: bool = True) -> int:
    """The status that the conditions of a request lead to: 200 to go on, 304, or 412.

    They are looked at in the order of RFC 9110, section 13.2.2. A date that is none is no condition.

    :param exists: False where there is nothing yet at the address, for ``If-Match: *`` and ``If-None-Match: *``.
    """
    reads = environ["REQUEST_METHOD"] in ("GET", "HEAD")
    if (tags := environ.get("HTTP_IF_MATCH")) is not None:
        if not _names(tags, etag, exists, strongly=True):
            return 412
    elif modified is not None and "HTTP_IF_UNMODIFIED_SINCE" in environ:
        latest = parse_date(environ["HTTP_IF_UNMODIFIED_SINCE"])
        if latest is not None and modified > latest:
            return 412
    if (tags := environ.get("HTTP_IF_NONE_MATCH")) is not None:
        if _names(tags, etag, exists, strongly=False):
            return 304 if reads else 412
    elif reads and modified is not None and "HTTP_IF_MODIFIED_SINCE" in environ:
        since = parse_date(environ["HTTP_IF_MODIFIED_SINCE"])
        if since is not None and modified <= since:
            return 304
    return 200


def is_current(condition: str, etag: str | None, modified: int | None) -> bool:
    """Whether `If-Range` names this very version, so that a part of it fits what the client has (section 13.1.5).

    Only a strong tag tells; a date does when it is that of `Last-Modified` and more than a second old.
    """
    if condition.endswith('"'):
        return condition == etag and not condition.startswith("W/")
    return modified is not None and parse_date(condition) == modified and time() - modified > 1


def entity_tag(etag: str, weak: bool = False) -> str:
    """*etag* as its header writes it, which it may be already; a text that cannot stand there is told by its digest."""
    if ENTITY_TAG.fullmatch(etag):
        tag, weak = etag.removeprefix("W/")[1:-1], weak or etag.startswith("W/")
    else:
        tag = etag
    if not OPAQUE.fullmatch(tag):
        tag = sha256(tag.encode("utf-8", "backslashreplace")).hexdigest()[:32]
    return f'W/"{tag}"' if weak else f'"{tag}"'


def validators(etag: str | None, modified: datetime | float | None, weak: bool) -> list[tuple[str, str]]:
    """The headers that name a version; a datetime without a zone is UTC, and no date lies in the future."""
    headers = []
    if etag is not None:
        headers.append(("ETag", entity_tag(etag, weak)))
    if modified is not None:
        headers.append(("Last-Modified", http_date(modified)))
    return headers


def http_date(moment: datetime | float) -> str:
    """*moment* as headers write it, but not later than now (RFC 9110, section 8.8.2.1)."""
    if isinstance(moment, datetime):
        moment = _timestamp(moment)
    return formatdate(min(moment, time()), usegmt=True)


def parse_date(date: str | None) -> int | None:
    """An HTTP date as seconds since 1970; None where it is none."""
    return _read_date(date) if date is not None and len(date) <= LONGEST_DATE else None


def without_body(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers of a 200 that its 304 has, too: all but those that tell of the body."""
    return [pair for pair in headers if pair[0].lower() not in OF_THE_BODY]


def forgiving(inherited: Any) -> Any:
    """The property *inherited* of a request, but None where it cannot read what a client sent."""

    def get(request: Any) -> Any:
        try:
            return inherited.fget(request)
        except (ValueError, OverflowError):
            return None

    return property(get, inherited.fset, inherited.fdel, inherited.__doc__)


def _names(tags: str, etag: str | None, exists: bool, *, strongly: bool) -> bool:
    """Whether the list *tags* names *etag*; weakly, ``W/"a"`` and ``"a"`` are one (section 8.8.3.2)."""
    if tags.strip() == "*":
        return exists
    if etag is None or (strongly and etag.startswith("W/")):
        return False
    if tags == etag:
        return True
    found = ENTITY_TAG.findall(tags)
    if strongly:
        return etag in found
    plain = etag.removeprefix("W/")
    return any(tag.removeprefix("W/") == plain for tag in found)


@lru_cache(maxsize=256)
def _read_date(date: str) -> int | None:
    try:
        return int(_timestamp(parsedate_to_datetime(date)))
    except (ValueError, TypeError, IndexError, OverflowError):  # the parser's ways to say that it is no date
        return None


def _timestamp(moment: datetime) -> float:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
