"""The cookies a client keeps, by name and path, until they expire."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.cookies import CookieError, Morsel, SimpleCookie

from kirsch.testing.errors import TestingError


@dataclass(frozen=True)
class Cookie:
    """One cookie with the attributes it was set with."""

    name: str
    value: str
    path: str
    expires: float | None
    secure: bool
    httponly: bool
    samesite: str

    def belongs_to(self, path: str) -> bool:
        """Whether it is sent for *path* (RFC 6265, section 5.1.4)."""
        return path == self.path or path.startswith(self.path.rstrip("/") + "/")


class CookieJar(dict[tuple[str, str], Cookie]):
    """All cookies by (name, path)."""

    def keep(self, headers: Iterable[str]) -> None:
        """Take over what Set-Cookie *headers* say; expired ones are dropped.

        :raises TestingError: for a header that no browser would understand.
        """
        for header in headers:
            try:
                morsels = SimpleCookie(header)
            except CookieError as error:
                raise TestingError(f"Set-Cookie: {header!r} is broken: {error}") from None
            if not morsels:
                raise TestingError(f"Set-Cookie: {header!r} holds no cookie")
            for morsel in morsels.values():
                self._take(morsel)

    def _take(self, morsel: "Morsel[str]") -> None:
        cookie = Cookie(
            name=morsel.key,
            value=morsel.coded_value,
            path=morsel["path"] or "/",
            expires=_expires(morsel),
            secure=bool(morsel["secure"]),
            httponly=bool(morsel["httponly"]),
            samesite=morsel["samesite"],
        )
        if cookie.expires is not None and cookie.expires <= time.time():
            self.pop((cookie.name, cookie.path), None)
        else:
            self[cookie.name, cookie.path] = cookie

    def header(self, path: str, secure: bool) -> str:
        """The Cookie header for a request of *path*, longer paths first; *secure* lets secure ones travel."""
        now = time.time()
        sent = [
            cookie
            for cookie in self.values()
            if cookie.belongs_to(path)
            and (secure or not cookie.secure)
            and (cookie.expires is None or cookie.expires > now)
        ]
        sent.sort(key=lambda cookie: -len(cookie.path))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in sent)

    def value(self, name: str) -> str | None:
        """The value of the cookie called *name*, or None."""
        return next((cookie.value for cookie in self.values() if cookie.name == name), None)


def _expires(morsel: "Morsel[str]") -> float | None:
    if morsel["max-age"] != "":
        return time.time() + int(morsel["max-age"])
    if morsel["expires"]:
        return parsedate_to_datetime(morsel["expires"]).timestamp()
    return None
