"""Attempts to sign in, counted so that passwords cannot be guessed and nobody can be locked out for good."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from importlib import import_module

from kirsch.cookies import SetCookie
from kirsch.errors import UsageError
from kirsch.request import Request
from kirsch.response import Response
from kirsch.signing import Signer
from kirsch.tools._networks import customer
from kirsch.tools._throttle import Counter, Memory

#: The cookie of a browser that somebody has signed in with; it is worth nothing but attempts of its own.
COOKIE = "signed_in_before"
YEAR = 365 * 24 * 3600
#: How many more attempts there are from one address for all names, and for one name from all addresses.
PER_ADDRESS, PER_NAME = 4, 20
#: What the tool puts into the environ where the browser is to be known from now on.
PENDING = "kirsch.login.device"


@dataclass(frozen=True)
class Attempt:
    """One attempt, and what it was counted for."""

    keys: tuple[str, ...]
    #: Seconds to wait, if it is one too many.
    wait: int
    person: str


class Attempts:
    """Counts wrong passwords by name and address.

    Attempts are counted before they are judged, so that many at once are no way around it, and taken back when they
    were right. Those that are refused do not make the wait longer. A browser that has been signed in with as somebody
    is counted by itself: others who guess that name cannot keep its owner out.
    """

    def __init__(self, counter: Counter, keys: Sequence[str], attempts: int, window: int) -> None:
        self._counter = counter
        self._signer = Signer(keys, "kirsch.login.device")
        self._salt = blake2b("".join(keys[:1]).encode(), person=b"kirsch.login").digest()
        self._attempts = attempts
        self._window = window
        self._cookie = SetCookie(COOKIE, max_age=YEAR)

    def begin(self, request: Request, name: str) -> Attempt:
        """Count an attempt for *name*."""
        person = self._digest(name)
        device = self._device(request, person)
        if device:
            limits = {f"device:{device}": self._attempts * 2}
        else:
            address = customer(request.client_addr or "")
            limits = {
                f"pair:{person}:{address}": self._attempts,
                f"address:{address}": self._attempts * PER_ADDRESS,
                f"name:{person}": self._attempts * PER_NAME,
            }
        waits = [0]
        for key, limit in limits.items():
            count, seconds = self._counter.add(key, 1, self._window)
            if count > limit:
                waits.append(seconds)
        return Attempt(tuple(limits), max(waits), person)

    def passed(self, request: Request, attempt: Attempt) -> None:
        """Take back an attempt that was right; those before it are forgotten where they were for the same name."""
        for number, key in enumerate(attempt.keys):
            if number == 0:
                self._counter.drop(key)
            else:
                self._counter.add(key, -1, self._window)
        request.environ[PENDING] = attempt.person

    def remember(self, request: Request, response: Response) -> None:
        """Have the browser that was just signed in with known from now on."""
        person = request.environ.get(PENDING)
        if person is not None and self._device(request, person) is None:
            https = request.environ["wsgi.url_scheme"] == "https"
            value = self._signer.sign(f"{person}.{secrets.token_hex(12)}")
            response.headerlist.append(self._cookie.header(value, https))

    def close(self) -> None:
        """Close the counter."""
        self._counter.close()

    def _device(self, request: Request, person: str) -> str | None:
        """The number of a browser that *person* has signed in with before."""
        known, _, number = (self._signer.unsign(request.cookie(COOKIE) or "") or "").partition(".")
        return number if known == person else None

    def _digest(self, name: str) -> str:
        """A name of any length as a key that does not tell it; one key however it is written."""
        return blake2b(
            name.strip().casefold().encode("utf-8", "surrogatepass"), key=self._salt, digest_size=12
        ).hexdigest()


def open_counter(store: str, url: str, prefix: str) -> Counter:
    """The counter called *store*.

    :raises UsageError: when the package it needs is missing.
    """
    if store == "memory":
        return Memory()
    try:
        module = import_module("kirsch.tools._throttle_redis")
    except ModuleNotFoundError as error:
        mend = "Run: pip install 'kirsch[limits,redis]'"
        raise UsageError(f"store = 'redis' needs the packages 'limits' and 'redis'. {mend}") from error
    counter: Counter = module.Redis(url, prefix)
    return counter
