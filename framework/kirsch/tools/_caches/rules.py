"""Which answers may be kept, for how long, and when one may be given (RFC 9111, sections 3 and 4)."""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from kirsch.conditional import parse_date
from kirsch.headers import BadHeader, check_header
from kirsch.tools._caches.directives import NOTHING, Wishes, read, seconds
from kirsch.tools._caches.entries import Entry

Pairs = Iterable[tuple[str, str]]

#: Statuses that need not say how long they hold (RFC 9110, section 15.1), errors apart.
PLAIN = frozenset({"200", "203", "204", "300", "301", "308"})
#: Statuses that are kept where they do say it.
SAID = PLAIN | {"302", "303", "307", "404", "405", "410", "414", "451", "501"}
#: What forbids to keep an answer here; `no-cache` would have it made anew each time (section 5.2.2).
FORBIDDING = frozenset({"no-store", "private", "no-cache"})
#: What says that an answer is for everybody, whoever asks (section 3.5).
FOR_ALL = frozenset({"public", "s-maxage"})
#: What forbids to give it when it is stale (section 4.2.4).
STRICT = frozenset({"must-revalidate", "proxy-revalidate", "s-maxage"})
#: What is not kept with an answer: what is said of a connection (section 3.1), and what is said to one request alone.
PASSING = frozenset({
    "age", "cache-status", "connection", "keep-alive", "proxy-authenticate", "proxy-authentication-info",
    "proxy-authorization", "proxy-connection", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset",
    "retry-after", "server-timing", "te", "trailer", "transfer-encoding", "upgrade", "x-request-id",
})  # fmt: skip


class Terms(NamedTuple):
    """For how long an answer is kept, in seconds: fresh, and stale beyond that for the two purposes of RFC 5861."""

    lifetime: int
    stale: int
    rescue: int
    #: Whether it may ever be given stale.
    lenient: bool
    #: Whether it is for everybody.
    shared: bool


def terms(status: str, headers: Pairs, now: float, usual: tuple[int, int, int]) -> Terms | None:
    """The terms that an answer is kept on; None where it is not to be kept.

    :param usual: what holds where the answer does not say: seconds fresh, stale, and stale after an error.
    """
    told: dict[str, str] = {}
    for name, value in headers:
        lower = name.lower()
        told[lower] = f"{told[lower]}, {value}" if lower in told else value
    said = read(told.get("cache-control", ""))
    if said.keys() & FORBIDDING or told.keys() & {"set-cookie", "content-range"}:
        return None
    if not said and "no-cache" in told.get("pragma", "").lower():
        return None
    lifetime = explicit(said, told, now)
    if status not in (PLAIN if lifetime is None and "public" not in said else SAID):
        return None
    lenient = not said.keys() & STRICT
    stale, rescue = (
        (given if (own := seconds(said, name)) is None else own) if lenient or name in said else 0
        for name, given in (("stale-while-revalidate", usual[1]), ("stale-if-error", usual[2]))
    )
    if said.keys() & {"must-revalidate", "proxy-revalidate"}:
        stale = rescue = 0
    found = Terms(usual[0] if lifetime is None else lifetime, stale, rescue, lenient, bool(said.keys() & FOR_ALL))
    return found if found.lifetime + max(stale, rescue) > 0 else None


def explicit(said: Mapping[str, str], told: Mapping[str, str], now: float) -> int | None:
    """The seconds for which an answer says that it is fresh (section 4.2.1); None where it does not say."""
    for name in ("s-maxage", "max-age"):
        if (found := seconds(said, name)) is not None:
            return found
    if "expires" not in told:
        return None
    expires, date = parse_date(told["expires"]), parse_date(told.get("date"))
    # What is no date, such as 0, lies in the past (section 5.3).
    return 0 if expires is None else max(0, int(expires - (now if date is None else date)))


def initial_age(headers: Pairs) -> int:
    """The age that an answer came with, from a cache behind us (section 4.2.3)."""
    age = next((value for name, value in headers if name.lower() == "age"), "")
    return int(age[:10]) if age.isascii() and age.isdecimal() else 0


def lasting(headers: Pairs) -> list[tuple[str, str]] | None:
    """The headers that are kept with an answer; None where one of them could not be sent at all."""
    pairs = list(headers)
    listed = ",".join(value for name, value in pairs if name.lower() == "connection").lower()
    passing = PASSING.union(word.strip() for word in listed.split(","))
    kept = [pair for pair in pairs if pair[0].lower() not in passing]
    try:
        for name, value in kept:
            check_header(name, value)
    except BadHeader:
        return None
    return kept


State = Literal["fresh", "stale", "useless"]


def state(entry: Entry | None, wanted: Wishes, now: float) -> State:
    """Whether a request may have an entry: yes, only while another is made, or not.

    Source: RFC 9111, sections 4.2 and 5.2.1, and RFC 5861, section 3.
    """
    if entry is None:
        return "useless"
    age = entry.age(now)
    left = entry.lifetime - age
    if wanted is not NOTHING:
        if wanted.anew or (wanted.max_age is not None and age > wanted.max_age):
            return "useless"
        if wanted.min_fresh and left < wanted.min_fresh:
            return "useless"
        if left <= 0 and entry.lenient and wanted.max_stale is not None and -left <= wanted.max_stale:
            return "fresh"
    if left > 0:
        return "fresh"
    return "stale" if -left <= entry.stale and entry.stale else "useless"
