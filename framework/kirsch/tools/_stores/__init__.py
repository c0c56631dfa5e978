"""Where sessions are kept. A store loads by what the cookie says and tells what the cookie is to say next.

The stores behind optional packages are modules of their own, loaded by name.
"""

import json
import secrets
import threading
import time
from importlib import import_module
from typing import Any, Protocol

from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer

from kirsch.errors import UsageError

#: Characters of a value; browsers keep cookies of 4096 bytes, name and attributes included (RFC 6265, section 6.1).
COOKIE_LIMIT = 3800


class Store(Protocol):
    """What :mod:`kirsch.tools.sessions` needs of a store."""

    def load(self, sent: str) -> tuple[str | None, dict[str, Any]]:
        """The session's key and values for what the cookie holds; a new session where it is not ours or is too old."""
        ...

    def save(self, key: str | None, values: dict[str, Any], renewed: bool) -> str | None:
        """Keep the values, under a new key if *renewed*.

        What the cookie is to hold now: None to leave it as it is, "" to delete it.
        """
        ...

    def close(self) -> None:
        """Give back connections."""
        ...


def open_store(kind: str, secret: str, seconds: int, url: str, prefix: str) -> Store:
    """The store called *kind*.

    :raises UsageError: when the package it needs is missing.
    """
    if kind == "cookie":
        return CookieStore(secret, seconds)
    if kind == "memory":
        return KeyedStore(secret, seconds, Memory())
    try:
        redis = import_module("kirsch.tools._stores.redis")
    except ModuleNotFoundError as error:
        raise UsageError("store = 'redis' needs the package 'redis'. Run: pip install 'kirsch[redis]'") from error
    return KeyedStore(secret, seconds, redis.Redis(url, prefix))


class CookieStore:
    """Sessions that travel in the cookie, signed and dated; nothing is kept on the server."""

    def __init__(self, secret: str, seconds: int) -> None:
        self.seconds = seconds
        self.serializer = URLSafeTimedSerializer(secret, salt="kirsch.session")

    def load(self, sent: str) -> tuple[str | None, dict[str, Any]]:
        try:
            values = self.serializer.loads(sent, max_age=self.seconds) if sent else None
        except BadSignature:
            values = None
        if not isinstance(values, dict):
            return None, {}
        return json.dumps(values, sort_keys=True), values

    def save(self, key: str | None, values: dict[str, Any], renewed: bool) -> str | None:
        if key == json.dumps(values, sort_keys=True) or (key is None and not values):
            return None  # A signed text needs no new name, so renewed makes no difference here.
        value = str(self.serializer.dumps(values)) if values else ""
        if len(value) > COOKIE_LIMIT:
            raise UsageError(
                f"The session has {len(value)} characters, and browsers drop cookies that long. "
                'Keep less in it, or set store = "redis" under [tools.sessions].'
            )
        return value

    def close(self) -> None:
        pass


class Backend(Protocol):
    """Texts by key, each for some seconds."""

    def get(self, key: str) -> str | None: ...
    def put(self, key: str, text: str, seconds: int) -> None: ...
    def drop(self, key: str) -> None: ...
    def close(self) -> None: ...


class KeyedStore:
    """Sessions kept on the server; the cookie holds their signed key. Unknown keys are never taken over."""

    def __init__(self, secret: str, seconds: int, backend: Backend) -> None:
        self.seconds = seconds
        self.backend = backend
        self.signer = TimestampSigner(secret, salt="kirsch.session.key")

    def load(self, sent: str) -> tuple[str | None, dict[str, Any]]:
        try:
            key = self.signer.unsign(sent).decode() if sent else None
        except BadSignature:
            key = None
        text = self.backend.get(key) if key else None
        return (key, json.loads(text)) if text is not None else (None, {})

    def save(self, key: str | None, values: dict[str, Any], renewed: bool) -> str | None:
        if key and (renewed or not values):
            self.backend.drop(key)
        if not values:
            return "" if key else None
        kept = None if renewed else key
        fresh = kept or secrets.token_hex(20)
        self.backend.put(fresh, json.dumps(values), self.seconds)
        return None if kept else self.signer.sign(fresh).decode()

    def close(self) -> None:
        self.backend.close()


class Memory:
    """Texts in this process, forgotten when their time is over."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[float, str]] = {}
        self.lock = threading.Lock()

    def get(self, key: str) -> str | None:
        ends, text = self.kept.get(key, (0.0, ""))
        return text if ends > time.time() else None

    def put(self, key: str, text: str, seconds: int) -> None:
        now = time.time()
        with self.lock:
            if len(self.kept) % 1000 == 999:
                self.kept = {name: item for name, item in self.kept.items() if item[0] > now}
            self.kept[key] = (now + seconds, text)

    def drop(self, key: str) -> None:
        with self.lock:
            self.kept.pop(key, None)

    def close(self) -> None:
        self.kept.clear()
