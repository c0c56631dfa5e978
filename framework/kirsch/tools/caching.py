"""Answers that are kept, and given again without asking the action."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import time
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from kirsch.errors import UsageError
from kirsch.headers import environ_key, is_token
from kirsch.request import SAFE_METHODS, Request
from kirsch.response import Ready, Response, close_body, full
from kirsch.settings import size
from kirsch.tool import Setup, Tool
from kirsch.tools._caches import open_store
from kirsch.tools._caches.answers import Answers, Turn
from kirsch.tools._caches.asking import READING, Watched, as_path, asked_of, paths_changed
from kirsch.tools._caches.directives import NOTHING
from kirsch.tools._caches.entries import Entry, Held
from kirsch.tools._caches.rules import initial_age, lasting, state, terms
from kirsch.tools._caches.vary import varied

#: Statuses for which a stale answer is given instead (RFC 5861, section 4).
FAILED = frozenset({"500", "502", "503", "504"})
#: The state of a request whose answer is being made, among what it has taken.
NAME = "caching"


# Its start is the last of all: whatever may refuse a request has done so. Its after comes behind compression and
# ratelimit (8) and autovary (7.6), so that answers are kept packed with all that they depend on, and before what is
# said to each request alone (authentication, 7; cors, 6; secureheaders, 5; requestid, 0): that is said anew each time.
@dataclass
class Caching(Tool, order=90):
    """Keep whole answers to GET, and give them again without running the action (a shared cache of RFC 9111).

    An answer is kept for whom it was made: somebody with another user, other credentials or other cookies gets one
    of their own, unless it says ``public`` or ``s-maxage``. What says ``private``, ``no-store`` or ``no-cache``, sets a
    cookie, or was made of a session, a form's token or a nonce is never kept, nor is what comes in pieces. Of many who
    ask at once one has the action run, the others wait for it. A change by POST, PUT, PATCH or DELETE that succeeds
    drops all answers of its path, and those of the paths in its `Location` and `Content-Location`.
    """

    places: ClassVar[Mapping[str, float]] = {"after": 7.5}

    #: Seconds for which an answer is fresh that does not say it itself, by `Cache-Control` or `Expires`.
    seconds: int = 60
    #: Seconds after that for which the old answer is given while one request makes the new one, unless the answer says
    #: otherwise.
    stale_while_revalidate: int = 0
    #: Seconds after that for which the old answer is given instead of a 500, 502, 503 or 504, unless it says otherwise.
    stale_if_error: int = 0
    #: Cookies that may make another answer, by name; an asterisk stands for all. Those of ``tools.sessions`` and
    #: ``tools.csrf`` count only where an action takes what is in them.
    cookies: list[str] = field(default_factory=lambda: ["*"])
    #: Request headers that make another answer, besides those that the answers name in `Vary`.
    vary: list[str] = field(default_factory=list)
    #: Where answers are kept: in this process, or in Redis for all of them.
    store: Literal["memory", "redis"] = "memory"
    #: How many answers are kept in this process; those that were asked for least lately go first.
    entries: int = 10_000
    #: How much memory they may take together.
    memory: int | str = "64 MiB"
    #: The longest body that is kept.
    limit: int | str = "1 MiB"
    #: Seconds for which a request waits at most for the answer that another one makes.
    patience: float = 5.0
    #: Whether a client may ask for an answer made anew (`Cache-Control: no-cache`, `max-age`, `min-fresh`; `Pragma`).
    reload: bool = True
    #: Whether every answer says in `Cache-Status` where it came from (RFC 9211).
    tell: bool = True
    #: Address of the Redis server.
    url: str = "redis://127.0.0.1:6379/0"
    #: What the names of answers begin with in Redis.
    prefix: str = "kirsch:cache:"

    def prepare(self, setup: Setup) -> None:
        """Open the store, which all actions of the application share that have the same one.

        :raises UsageError: for times below zero, what is no size or no header, and where a package is missing.
        """
        for name in ("seconds", "stale_while_revalidate", "stale_if_error", "patience", "entries"):
            if (number := getattr(self, name)) < 0:
                raise UsageError(f"{name} must not be below zero, and is {number}.")
        if wrong := [name for name in self.vary if not is_token(name)]:
            raise UsageError(f"vary cannot hold {wrong[0]!r}; it is made of names of headers.")
        self._usual = self.seconds, self.stale_while_revalidate, self.stale_if_error
        self._headers = tuple(sorted(environ_key(name) for name in self.vary))
        self._cookies = frozenset(self.cookies)
        self._limit = size("limit", self.limit)
        place = self.store, self.entries, size("memory", self.memory), self.url, self.prefix
        self._all: dict[tuple[Any, ...], Answers] = setup.shared.setdefault(NAME, {})
        if place not in self._all:
            self._all[place] = Answers(open_store(*place))
        self._answers = self._all[place]

    def forget(self, url: str) -> None:
        """Drop every answer of an address: with any query string, of all hosts, visitors and variants.

        :param url: a path, or a whole address, whose path counts. Answers that are being made are not kept either.
        """
        self._forget(as_path(urlsplit(url).path))

    def clear(self) -> None:
        """Drop every answer of the application."""
        for answers in self._all.values():
            answers.store.clear()

    def held(self) -> Held:
        """How many answers this process keeps, and how many bytes they take."""
        held: Held = self._answers.store.held()
        return held

    def figures(self) -> Mapping[str, int | float | str]:
        return self.held()._asdict() if self.store == "memory" else {}

    def close(self) -> None:
        if hasattr(self, "_answers"):
            self._answers.store.close()

    def start(self, request: Request) -> Response | Ready | None:
        asked = asked_of(request, self._cookies, self._headers, self.reload)
        if asked is None:
            return None
        look = self._answers.look(asked)
        if look.found.entry is not None and look.state == "fresh":
            return self._given(request, look.found.entry)
        environ, wanted = asked.environ, asked.wanted
        if wanted.only_kept:
            return Response("Nothing that may be given is kept of this page.\n", 504, "text/plain")
        if wanted.no_store or "HTTP_RANGE" in environ or environ["REQUEST_METHOD"] != "GET":
            return None
        if wanted.anew or state(look.found.entry, NOTHING, time()) == "fresh":
            found: Entry | Turn = Turn(asked.own, look, "request")
        else:
            found = self._answers.join(asked, look, self.patience)
        return self._given(request, found) if isinstance(found, Entry) else begin(request, found)

    def after(self, request: Request, response: Response) -> None:
        turn: Turn | None = request.taken(NAME)
        if turn is not None:
            self._end(request, response, turn)
        elif request.environ["REQUEST_METHOD"] not in SAFE_METHODS and response.status[0] in "23":
            for path in paths_changed(request, response.headerlist):
                self._forget(path)

    def _forget(self, path: str) -> None:
        for answers in self._all.values():
            answers.store.forget(path)

    def _given(self, request: Request, entry: Entry) -> Response | Ready:
        """The answer that an entry stands for, to whatever conditions and ranges the request has."""
        environ, age = request.environ, entry.age(time())
        told = [("Age", str(age))]
        if self.tell:
            told.append(("Cache-Status", f"Kirsch; hit; ttl={entry.lifetime - age}"))
        ready = entry.status, [*entry.headers, *told], entry.body
        if not ("HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MODIFIED_SINCE" in environ or "HTTP_RANGE" in environ):
            return ready
        # They are looked at when the answer is sent: until then compression may have put them as the client did.
        response = Response.of(ready)
        response.conditional_response = True
        return response

    def _end(self, request: Request, response: Response, turn: Turn) -> None:
        """Keep the answer if that is allowed, let those who wait go on, and answer by the conditions."""
        environ, entry, names = request.environ, None, varied(response.headerlist)
        for name, value in turn.conditions.items():
            environ.setdefault(name, value)
        try:
            entry = self._entry(request, response) if names is not None else None
            if entry is not None and names is not None:
                key = turn.own._replace(visitor="") if entry.shared else turn.own
                kept = self._answers.store.keep(key, names, environ, entry, turn.look.found.stamp)
                entry = entry if kept else None
        finally:
            # Who waits for what was everybody's gets nothing that has become one visitor's.
            waiting = entry is not None and (entry.shared or turn.look.key == turn.own)
            self._answers.land(turn, entry if waiting else None, names, environ)
        old = turn.look.found.entry
        if old is not None and response.status[:3] in FAILED and can_rescue(old):
            self._rescue(request, response, old)
            return
        if self.tell:
            response.headerlist.append(("Cache-Status", f"Kirsch; fwd={turn.why}{'; stored' if entry else ''}"))
        if turn.conditions:
            response.conditional_response = True

    def _entry(self, request: Request, response: Response) -> Entry | None:
        """What is kept of an answer; None where nothing may be."""
        body, headers, watched = response.app_iter, response.headerlist, request.made
        if not isinstance(body, list | tuple) or not isinstance(watched, Watched) or not watched.harmless():
            return None
        data, now = b"".join(body), time()
        agreed, kept = terms(response.status[:3], headers, now, self._usual), lasting(headers)
        if agreed is None or kept is None or len(data) > self._limit:
            return None
        if response.content_length is None and data:
            kept.append(("Content-Length", str(len(data))))
        elif response.content_length not in (None, len(data)):
            return None
        shared = agreed.shared and request.taken("user") is None
        made = now - initial_age(headers)
        return Entry(
            response.status, kept, data, made, agreed.lifetime, agreed.stale, agreed.rescue, agreed.lenient, shared
        )

    def _rescue(self, request: Request, response: Response, entry: Entry) -> None:
        """Put an old answer in the place of an error."""
        close_body(response.app_iter)
        good = full(self._given(request, entry))
        response.status, response.headerlist, response.app_iter = good.status, good.headerlist, good.app_iter
        response.conditional_response = good.conditional_response


def begin(request: Request, turn: Turn) -> Response | None:
    """Let the action make the whole answer, and watch what it is made of: there is none yet."""
    environ = request.environ
    turn.conditions = {name: environ.pop(name) for name in READING if name in environ}
    request.made = Watched(request.made or {})
    request.made[NAME] = turn
    return None


def can_rescue(entry: Entry) -> bool:
    """Whether an old answer may stand for an error (RFC 5861, section 4)."""
    return entry.rescue > 0 and entry.age(time()) - entry.lifetime <= entry.rescue
