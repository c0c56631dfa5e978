"""Sessions kept on the server: the cookie holds a signed key, a backend the values."""

import logging
import random
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from kirsch.errors import ServiceUnavailable
from kirsch.tools._stores.dated import Dated
from kirsch.tools._stores.session import Session, encode, merged, restored

log = logging.getLogger("kirsch.sessions")

#: The names of sessions; nothing else is taken for one, so that no path or statement can be made of a cookie.
KEY = re.compile(r"[0-9a-f]{40}", re.ASCII)
#: Seconds that a request tries to save its changes while others save theirs.
PATIENCE = 5.0
#: Seconds after which a lock counts as left behind, in stores that cannot see that its holder is dead.
LEASE = 60
#: Seconds between two looks whether a lock is free: more from look to look.
SHORTEST_PAUSE, LONGEST_PAUSE = 0.001, 0.05
#: How many sessions begin until some that have ended are removed, and how many of these at most.
ROUND, SWEPT = 100, 200


class Kept(NamedTuple):
    """What a backend keeps under a key."""

    #: 1 for what was kept first, and one more each time it was replaced.
    version: int
    text: str


@dataclass(frozen=True)
class Place:
    """Where a backend keeps texts: of these options of ``tools.sessions`` it takes what it needs."""

    root: Path = Path()
    url: str = ""
    prefix: str = ""
    folder: Path = Path("sessions")
    table: str = "sessions"
    most: int = 100_000


class Backend(Protocol):
    """Texts by key, each for some seconds. A class is made with its :class:`Place`, at start.

    Keys are 40 hexadecimal digits, made here and never used again. Whatever cannot be done now, because a server is
    away or a disk full, is a :class:`~kirsch.errors.ServiceUnavailable`.
    """

    def get(self, key: str) -> Kept | None:
        """What is kept under *key*; None where there is nothing, or its seconds are over."""
        ...

    def put(self, key: str, text: str, seconds: int, version: int) -> bool:
        """Keep *text* in place of *version*, as one step; 0 for what is new.

        Whether it was done: not where another version is kept, or none any more.
        """
        ...

    def drop(self, key: str, version: int | None = None) -> bool:
        """Keep nothing under *key* from now on; whether it was done, as for :meth:`put`. None: whatever is kept."""
        ...

    def hold(self, key: str, token: str, seconds: int) -> bool:
        """Lock *key* under the name *token*, without waiting; False where another name holds it.

        A lock ends after *seconds*, or as soon as the process of its holder does. What is not kept needs none.
        """
        ...

    def release(self, key: str, token: str) -> None:
        """Give the lock back if it is still held under this name."""
        ...

    def clean(self, most: int | None = None) -> int:
        """Remove what has ended, looking at *most* entries or at all; how many were removed."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...


class KeyedStore:
    """Sessions kept on the server; the cookie holds their signed key. Unknown keys are never taken over.

    What two requests change at the same time is merged. Where there is a *lock*, a request waits that many seconds for
    others of the same session to end.
    """

    def __init__(
        self, keys: Sequence[str], backend: Backend, seconds: int, longest: int | None = None, lock: float = 0
    ) -> None:
        self.backend = backend
        self.dated = Dated(keys, "kirsch.session.key", seconds, longest)
        self.lock = lock
        self._begun = random.randrange(ROUND)

    def load(self, sent: str) -> Session:
        key, ageing, began = self.dated.read(sent)
        if not KEY.fullmatch(key):
            return Session()
        token = self._hold(key) if self.lock else ""
        session = None
        try:
            session = self._found(key, ageing, began)
        finally:
            if session is None and token:
                self.backend.release(key, token)
        if session is None:
            return Session()
        session.token = token
        return session

    def save(self, session: Session) -> str | None:
        try:
            return self._save(session)
        finally:
            self.release(session)

    def release(self, session: Session) -> None:
        token, session.token = session.token, ""
        if token and session.key:
            self.backend.release(session.key, token)

    def clean(self) -> int:
        return self.backend.clean()

    def close(self) -> None:
        self.backend.close()

    def _hold(self, key: str) -> str:
        token, until, pause = secrets.token_hex(16), time.monotonic() + self.lock, SHORTEST_PAUSE
        while not self.backend.hold(key, token, LEASE):
            if time.monotonic() >= until:
                sentence = "Another request of yours is still under way. Try again in a moment."
                raise ServiceUnavailable(sentence, headers=[("Retry-After", "1")])
            time.sleep(random.uniform(SHORTEST_PAUSE, pause))
            pause = min(2 * pause, LONGEST_PAUSE)
        return token

    def _found(self, key: str, ageing: bool, began: int) -> Session | None:
        try:
            kept = self.backend.get(key)
            if kept is None:
                return None
            session = restored(kept.text, ageing, began)
        except (ValueError, TypeError) as error:
            log.warning("a stored session cannot be read and is dropped: %s", error)
            self.backend.drop(key)
            return None
        session.key, session.version = key, kept.version
        return session

    def _save(self, session: Session) -> str | None:
        key, text = session.key, encode(session) if session else ""
        if key is None:
            return self._begin(text) if text else None
        if session.forgotten:
            self.backend.drop(key)
            return self._begin(text) if text else ""
        if text == session.text and not (session.renewed or session.ageing):
            return None
        return self._replace(session, key, text)

    def _replace(self, session: Session, key: str, text: str) -> str | None:
        """Keep *text* in place of what the request has loaded; what others have kept since is merged with it."""
        version, until = session.version, time.monotonic() + PATIENCE
        while not self._exchanged(key, version, "" if session.renewed else text, session.began):
            if time.monotonic() >= until:
                sentence = "Too many requests change this session. Try again in a moment."
                raise ServiceUnavailable(sentence, headers=[("Retry-After", "1")])
            kept = self.backend.get(key)
            if kept is None and not session.renewed:
                return None  # The visitor has signed out elsewhere; this request does not bring the session back.
            text = merged(session, kept.text if kept else "")
            if kept is None:
                break
            version = kept.version
        if session.renewed and text:
            return self._begin(text)
        if not text:
            return ""
        return self.dated.write(key, session.began) if session.ageing else None

    def _exchanged(self, key: str, version: int, text: str, began: int) -> bool:
        if not text:
            return self.backend.drop(key, version)
        return self.backend.put(key, text, self.dated.left(began), version)

    def _begin(self, text: str) -> str:
        """Keep *text* under a new key. Every hundredth time some sessions that have ended are removed first."""
        self._begun += 1
        if self._begun % ROUND == 0:
            self.backend.clean(SWEPT)
        key = secrets.token_hex(20)
        self.backend.put(key, text, self.dated.left(0), 0)
        return self.dated.write(key)


def away(error: object) -> ServiceUnavailable:
    """The answer while a store cannot be used; *error* goes to the log."""
    log.error("sessions cannot be reached: %s", error)
    return ServiceUnavailable("Sessions cannot be reached at the moment.", headers=[("Retry-After", "5")])
