"""Where sessions are kept. A store loads by what the cookie says and tells what the cookie is to say next.

The stores behind optional packages are modules of their own, loaded by name.
"""

import json
import secrets
import time
import zlib
from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Protocol

from kirsch.errors import UsageError
from kirsch.signing import Signer
from kirsch.tools._stores.memory import Memory

#: Characters of a value; browsers keep cookies of 4096 bytes, name and attributes included (RFC 6265, section 6.1).
COOKIE_LIMIT = 3800
#: Bytes from which on a session's text is compressed in a cookie: what most sessions never reach.
LONG = 1024
#: A session that is used is dated anew when this part of its time is over.
PART = 10

# What holds itself is a RecursionError without the check as well, which costs every session a little.
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
decode = json.JSONDecoder().raw_decode


class Session(dict[str, Any]):
    """A visitor's values; saved after the request if they changed. Only what JSON can hold."""

    #: What the store knows the session by, or None for a new one.
    key: str | None = None
    #: The values as the store gave them, as JSON; empty for a new session.
    text = ""
    #: Whether the cookie is to be sent again, though nothing has changed, so that a session that is used goes on.
    ageing = False
    #: Whether the store is to give it a new key.
    renewed = False
    #: The messages that were waiting when the request began.
    waiting: Sequence[Any] = ()

    def renew(self) -> None:
        """Go on under a new key, as at sign-in: whoever knew the old one has nothing of what comes."""
        self.renewed = True

    def forget(self) -> None:
        """Forget everything and go on under a new key, as at sign-out."""
        self.clear()
        self.renew()


class Store(Protocol):
    """What :mod:`kirsch.tools.sessions` needs of a store."""

    def load(self, sent: str) -> Session:
        """The session that the cookie's value stands for; a new one where it is not ours or is too old."""
        ...

    def save(self, session: Session) -> str | None:
        """Keep the session. What the cookie is to hold now: None to leave it as it is, "" to delete it."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...


def open_store(kind: str, keys: Sequence[str], seconds: int, url: str, prefix: str) -> Store:
    """The store called *kind*; the first of *keys* signs, all are recognized.

    :raises UsageError: when the package it needs is missing.
    """
    if kind == "cookie":
        return CookieStore(keys, seconds)
    if kind == "memory":
        return KeyedStore(keys, seconds, Memory())
    try:
        redis = import_module("kirsch.tools._stores.redis")
    except ModuleNotFoundError as error:
        raise UsageError("store = 'redis' needs the package 'redis'. Run: pip install 'kirsch[redis]'") from error
    return KeyedStore(keys, seconds, redis.Redis(url, prefix))


class Dated:
    """Signed texts with the moment they were written, good for some seconds."""

    def __init__(self, keys: Sequence[str], purpose: str, seconds: int) -> None:
        self.signer = Signer(keys, purpose)
        self.seconds = seconds

    def write(self, text: str) -> str:
        """*text*, signed and dated now."""
        return self.signer.sign(f"{int(time.time()):x}.{text}")

    def read(self, sent: str) -> tuple[str, bool]:
        """The text, and whether it should be dated anew; an empty text where it is not ours or is too old."""
        stamp, _, text = (self.signer.unsign(sent) or "").partition(".")
        age = time.time() - int(stamp, 16) if text else self.seconds
        return (text, age * PART > self.seconds) if age < self.seconds else ("", False)


class CookieStore:
    """Sessions that travel in the cookie, signed and dated; nothing is kept on the server."""

    def __init__(self, keys: Sequence[str], seconds: int) -> None:
        self.dated = Dated(keys, "kirsch.session", seconds)

    def load(self, sent: str) -> Session:
        packed, ageing = self.dated.read(sent)
        if not packed:
            return Session()
        data = a2b_base64(packed)
        text = (data if data[:1] == b"{" else zlib.decompress(data)).decode("utf-8", "surrogatepass")
        return restored(text, ageing)

    def save(self, session: Session) -> str | None:
        if not session:
            return "" if session.text else None
        text = encode(session)
        if text == session.text and not session.ageing:
            return None  # A signed text needs no new key, so renewed makes no difference here.
        data = text.encode("utf-8", "surrogatepass")
        packed = b2a_base64(data if len(data) < LONG else zlib.compress(data), newline=False).decode()
        value = self.dated.write(packed)
        if len(value) > COOKIE_LIMIT:
            raise UsageError(
                f"The session has {len(value)} characters, and browsers drop cookies that long. "
                'Keep less in it, or set store = "redis" under [tools.sessions].'
            )
        return value

    def close(self) -> None:
        pass


class Backend(Protocol):
    """Texts by key, each for some seconds.

    What is put under a *known* key is dropped if the key is not there any more: a request that was still under way
    while the visitor signed out does not bring the session back.
    """

    def get(self, key: str) -> str | None: ...
    def put(self, key: str, text: str, seconds: int, known: bool) -> None: ...
    def drop(self, key: str) -> None: ...
    def close(self) -> None: ...


class KeyedStore:
    """Sessions kept on the server; the cookie holds their signed key. Unknown keys are never taken over."""

    def __init__(self, keys: Sequence[str], seconds: int, backend: Backend) -> None:
        self.seconds = seconds
        self.backend = backend
        self.dated = Dated(keys, "kirsch.session.key", seconds)

    def load(self, sent: str) -> Session:
        key, ageing = self.dated.read(sent)
        text = self.backend.get(key) if key else None
        if text is None:
            return Session()
        session = restored(text, ageing)
        session.key = key
        return session

    def save(self, session: Session) -> str | None:
        key = session.key
        if key and (session.renewed or not session):
            self.backend.drop(key)
        if not session:
            return "" if key else None
        kept = None if session.renewed else key
        text = encode(session)
        if kept and text == session.text and not session.ageing:
            return None
        fresh = kept or secrets.token_hex(20)
        self.backend.put(fresh, text, self.seconds, known=kept is not None)
        return None if kept and not session.ageing else self.dated.write(fresh)

    def close(self) -> None:
        self.backend.close()


def restored(text: str, ageing: bool) -> Session:
    """The session that *text* was written of."""
    session = Session(decode(text)[0])
    session.text = text
    session.ageing = ageing
    if "_flash" in session:
        session.waiting = session["_flash"]
    return session
