"""How often somebody may ask."""

import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, ClassVar, Literal, NamedTuple

from limits import RateLimitItem, parse, parse_many
from limits.errors import StorageError
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, SlidingWindowCounterRateLimiter

from kirsch.errors import ServiceUnavailable, TooManyRequests, UsageError
from kirsch.extensions import named
from kirsch.request import Request
from kirsch.response import Response
from kirsch.tool import Setup, Tool
from kirsch.tools._networks import customer
from kirsch.tools._throttle_redis import open_storage

log = logging.getLogger("kirsch.ratelimit")

WINDOWS = {"fixed": FixedWindowRateLimiter, "sliding": SlidingWindowCounterRateLimiter}


class Count(NamedTuple):
    """What is left to somebody of the limit that comes first."""

    limit: int
    remaining: int
    #: Seconds until there is more.
    reset: int
    passes: bool


@dataclass
class RateLimit(Tool, order=8):
    """Answer 429 with a `Retry-After` to whoever asks more often than the limits allow.

    Every answer says how things stand, in `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` (03 of
    draft-ietf-httpapi-ratelimit-headers): of several limits, that of which least is left. Every action counts for
    itself.
    """

    #: The limits: "100/minute", "10 per 5 seconds", or several of them.
    limits: list[str]
    #: Who counts as one: "address" (of an IPv6 address the first 64 bits, which one customer has), or
    #: "package.module:function", which is given the request and returns a text; for None the address counts.
    by: str = "address"
    #: Actions that say the same text here are counted together.
    group: str = ""
    #: Whether all begins anew at the end of a window, or what was asked in the window before still counts in part.
    window: Literal["fixed", "sliding"] = "fixed"
    #: Where it is counted: in this process, each for itself, or in Redis, for all of them.
    store: Literal["memory", "redis"] = "memory"
    #: Address of the Redis server.
    url: str = "redis://127.0.0.1:6379/0"
    #: What the names of counters begin with in Redis.
    prefix: str = "kirsch:ratelimit"
    #: What happens while the store is away: "refuse" answers 503, "pass" lets everybody pass. Both are logged.
    away: Literal["refuse", "pass"] = "refuse"

    #: What the tool offers: how often may still be asked.
    NAME: ClassVar[str] = "ratelimit"

    def prepare(self, setup: Setup) -> None:
        """Read the limits and open the store.

        :raises UsageError: for what is no limit, a function that is not there, and where a package is missing.
        """
        if not self.limits:
            raise UsageError('limits is empty. Write one such as "100/minute".')
        self._items = [as_limit(text) for text in self.limits]
        if self.by != "address" and ":" not in self.by:
            raise UsageError(f'by is "address" or a function as "package.module:function", not {self.by!r}.')
        self._who = address if self.by == "address" else hidden(named("by", self.by))
        self._storage: Any = MemoryStorage() if self.store == "memory" else open_storage(self.url, self.prefix)
        self._limiter = WINDOWS[self.window](self._storage)

    def offers(self) -> Mapping[str, Callable[[Request], Any]]:
        """How often may still be asked."""
        return {self.NAME: self._hit}

    def start(self, request: Request) -> None:
        count = request.take(self.NAME)
        if count is not None and not count.passes:
            raise TooManyRequests(
                f"Too many requests. Try again in {count.reset} seconds.", headers=[("Retry-After", str(count.reset))]
            )

    def after(self, request: Request, response: Response) -> None:
        count: Count | None = request.taken(self.NAME)
        if count is not None:
            response.headerlist += [
                ("RateLimit-Limit", str(count.limit)),
                ("RateLimit-Remaining", str(count.remaining)),
                ("RateLimit-Reset", str(count.reset)),
            ]

    def close(self) -> None:
        if self.store == "redis" and hasattr(self, "_storage"):
            self._storage.storage.close()

    def _hit(self, request: Request) -> Count | None:
        """Count the request; None where the store is away and everybody passes."""
        route = request.route
        place = self.group or (f"{route.controller}.{route.action}" if route is not None else "nowhere")
        who = (place, self._who(request))
        try:
            return min(
                (self._count(item, who) for item in self._items), key=lambda count: (count.passes, count.remaining)
            )
        except StorageError as error:
            log.error("request %s cannot be counted: %s", request.id, error.storage_error)
            if self.away == "pass":
                return None
            raise ServiceUnavailable(
                "Requests cannot be counted at the moment.", headers=[("Retry-After", "5")]
            ) from error

    def _count(self, item: RateLimitItem, who: tuple[str, str]) -> Count:
        passes = self._limiter.hit(item, *who)
        reset, remaining = self._limiter.get_window_stats(item, *who)
        seconds = max(1, math.ceil(reset - time.time()))
        return Count(item.amount, remaining if passes else 0, seconds, passes)


def as_limit(text: str) -> RateLimitItem:
    """The limit that *text* says.

    :raises UsageError: when it says none.
    """
    try:
        item = parse(text)
    except ValueError:
        raise UsageError(f'limits cannot hold {text!r}. Write "100/minute" or "10 per 5 seconds".') from None
    if item.amount < 1 or len(parse_many(text)) > 1:
        raise UsageError(f"limits cannot hold {text!r}. Allow one request at least, and write several as a list.")
    return item


def hidden(function: Callable[[Request], Any]) -> Callable[[Request], str]:
    """Who counts as one by what *function* says, which a client may have chosen: any text, of any length."""

    def who(request: Request) -> str:
        text = function(request)
        return address(request) if text is None else sha256(str(text).encode("utf-8", "surrogatepass")).hexdigest()

    return who


def address(request: Request) -> str:
    """The address of who is connected, as it is counted."""
    return customer(request.client_addr or "")
