"""Answers in Redis, for all processes of a site. While it is away nothing is kept, and everything is answered.

An answer is stored as one line of JSON and its body as it is; nothing that is read is ever executed. What is forgotten
is told by a new stamp for its path, which an answer must carry to be given: so nobody has to find all variants, and an
answer that was made from what is out of date is not given, whichever process made it.
"""

import json
import logging
from collections.abc import Callable, Mapping
from secrets import token_hex
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

import redis

from kirsch.tools._caches.entries import Entry, Found, Held, Key, digest
from kirsch.tools._caches.vary import values_of

log = logging.getLogger("kirsch.caching")

#: Seconds to wait for Redis, and for which nobody asks it again when it did not answer.
PATIENCE, AWAY = 0.5, 5.0
#: Seconds for which an answer is kept at most, and a stamp, which outlives them all.
LONGEST = 30 * 24 * 3600
STAMP = LONGEST + 24 * 3600
#: Paths to be forgotten that are remembered while Redis is away; beyond, all is forgotten when it is back.
MOST_MISSED = 1000
#: Drops a lock if it is still ours.
UNLOCK = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end"

Answer = TypeVar("Answer")


class Redis:
    """A store that processes share.

    :raises ValueError: for an address that is none.
    """

    def __init__(self, url: str, prefix: str) -> None:
        self.prefix = prefix
        self.client: Any = redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        self._lock = Lock()
        self._away_until = 0.0
        self._is_away = False
        self._missed: set[str] = set()
        self._missed_all = False

    def find(self, key: Key, environ: Mapping[str, Any]) -> Found:
        nothing = Found(None, (), None)
        return self._ask(lambda: self._find(key, environ), nothing)

    def keep(self, key: Key, names: tuple[str, ...], environ: Mapping[str, Any], entry: Entry, stamp: Any) -> bool:
        # Without a stamp Redis was away when the answer was begun: nobody knows what has been forgotten since.
        return stamp is not None and self._ask(lambda: self._keep(key, names, environ, entry, stamp), False)

    def forget(self, path: str) -> None:
        if not self._ask(lambda: self._forget([path]), False):
            with self._lock:
                self._missed.add(path)
                self._missed_all = self._missed_all or len(self._missed) > MOST_MISSED

    def clear(self) -> None:
        if not self._ask(lambda: bool(self.client.set(self.prefix + "all", token_hex(8), ex=STAMP)), False):
            self._missed_all = True

    def lock(self, name: object, seconds: float) -> str | None:
        token = token_hex(8)
        place = f"{self.prefix}lock:{digest(name)}"
        taken = self._ask(lambda: self.client.set(place, token, nx=True, px=max(1, int(seconds * 1000))), True)
        return token if taken else None

    def unlock(self, name: object, token: str) -> None:
        self._ask(lambda: self.client.eval(UNLOCK, 1, f"{self.prefix}lock:{digest(name)}", token), None)

    def is_locked(self, name: object) -> bool:
        return self._ask(lambda: bool(self.client.exists(f"{self.prefix}lock:{digest(name)}")), False)

    def held(self) -> Held:
        return Held(0, 0)

    def close(self) -> None:
        self.client.close()

    def _find(self, key: Key, environ: Mapping[str, Any]) -> Found:
        stamps = [self.prefix + "all", f"{self.prefix}path:{digest(key.path)}"]
        one, other, data = self.client.mget([*stamps, self._place(key)])
        stamp = f"{_text(one)}.{_text(other)}"
        head, body = _read(data)
        names = _names(head)
        values = values_of(names, environ)
        if names:
            head, body = _read(self.client.get(self._place(key, names, values)))
        return Found(_entry(head, body) if head.get("stamp") == stamp else None, values, stamp)

    def _keep(self, key: Key, names: tuple[str, ...], environ: Mapping[str, Any], entry: Entry, stamp: str) -> bool:
        names = tuple(sorted({*names, *_names(_read(self.client.get(self._place(key)))[0])}))
        milliseconds = int(min(entry.held + 1, LONGEST) * 1000)
        pipe = self.client.pipeline(transaction=False)
        if names:
            pipe.set(self._place(key), _write({"names": names}, b""), ex=LONGEST)
        place = self._place(key, names, values_of(names, environ)) if names else self._place(key)
        pipe.set(place, _packed(entry, stamp), px=milliseconds)
        pipe.execute()
        return True

    def _forget(self, paths: list[str]) -> bool:
        pipe = self.client.pipeline(transaction=False)
        for path in paths:
            pipe.set(f"{self.prefix}path:{digest(path)}", token_hex(8), ex=STAMP)
        pipe.execute()
        return True

    def _place(self, key: Key, *variant: object) -> str:
        return f"{self.prefix}page:{digest((*key, *variant))}"

    def _ask(self, question: Callable[[], Answer], otherwise: Answer) -> Answer:
        """What Redis answers; *otherwise* while it is away, which is told to the log once."""
        if self._is_away:
            with self._lock:
                if monotonic() < self._away_until:
                    return otherwise
                self._away_until = monotonic() + AWAY  # one request tries, the others go on without
        try:
            self._catch_up()
            found = question()
        except redis.RedisError as error:
            with self._lock:
                told, self._is_away, self._away_until = self._is_away, True, monotonic() + AWAY
            if not told:
                log.error("answers are not kept, since Redis cannot be used: %s", error)
            return otherwise
        if self._is_away:
            self._is_away = False
            log.warning("answers are kept again: Redis is back")
        return found

    def _catch_up(self) -> None:
        """Forget in Redis what was to be forgotten while it was away."""
        if not self._missed and not self._missed_all:
            return
        with self._lock:
            missed, everything = sorted(self._missed), self._missed_all
        if everything:
            self.client.set(self.prefix + "all", token_hex(8), ex=STAMP)
        else:
            self._forget(missed)
        with self._lock:
            self._missed.difference_update(missed)
            self._missed_all = self._missed_all and not everything


def _packed(entry: Entry, stamp: str) -> bytes:
    head = {
        "status": entry.status, "headers": entry.headers, "made": entry.made, "lifetime": entry.lifetime,
        "stale": entry.stale, "rescue": entry.rescue, "lenient": entry.lenient, "shared": entry.shared,
        "stamp": stamp,
    }  # fmt: skip
    return _write(head, entry.body)


def _entry(head: dict[str, Any], body: bytes) -> Entry | None:
    """The entry that was written; None for what is none."""
    try:
        headers = [(str(name), str(value)) for name, value in head["headers"]]
        lifetime, stale, rescue = (int(head[name]) for name in ("lifetime", "stale", "rescue"))
        lenient, shared = bool(head["lenient"]), bool(head["shared"])
        return Entry(str(head["status"]), headers, body, float(head["made"]), lifetime, stale, rescue, lenient, shared)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _names(head: dict[str, Any]) -> tuple[str, ...]:
    """The headers that the answers of an address depend on."""
    names = head.get("names")
    return tuple(map(str, names)) if isinstance(names, list) else ()


def _write(head: dict[str, Any], body: bytes) -> bytes:
    return json.dumps(head, separators=(",", ":")).encode() + b"\n" + body


def _read(data: bytes | None) -> tuple[dict[str, Any], bytes]:
    """The line of JSON and the body; empty for what is nothing of ours."""
    line, _, body = (data or b"").partition(b"\n")
    try:
        head = json.loads(line) if line else {}
    except ValueError:
        head = {}
    return (head, body) if isinstance(head, dict) else ({}, b"")


def _text(stamp: bytes | None) -> str:
    return stamp.decode("latin-1") if stamp else ""
