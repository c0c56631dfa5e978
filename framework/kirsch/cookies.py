"""Cookies: what a browser sent, and the lines that tell it what to keep (RFC 6265, and its successor's prefixes)."""

import re
from collections.abc import Iterator, MutableMapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from kirsch.errors import UsageError
from kirsch.headers import is_token

#: What a value may hold as it is: cookie-octets (RFC 6265, section 4.1.1).
PLAIN = re.compile(r"[!#-+\--:<-\[\]-~]*")
#: The attribute that says which path a cookie is sent for.
PATH = re.compile(r"(; *path=)(/[^;]*)", re.IGNORECASE)
#: What a path or domain may hold: no control characters, no semicolon.
ATTRIBUTE = re.compile(r"[ -:<-~]+")
ESCAPED = re.compile(rb"\\([0-3][0-7]{2}|.)", re.DOTALL)
#: The header of an answer that depends on cookies, so that no cache gives it to another visitor.
VARY = ("Vary", "Cookie")
#: What the offers of tools begin with that alone read a cookie; its name follows.
OWN = "cookie."
SAME_SITES = {"lax": "Lax", "strict": "Strict", "none": "None"}


def cookie_of(header: str, name: str) -> str | None:
    """The value of the cookie *name* in a Cookie header, or None.

    The first where there are several: browsers send the one with the longest path first (RFC 6265, section 5.4).
    """
    if name in header:
        for pair in header.split(";"):
            found, equals, value = pair.partition("=")
            if equals and found.strip() == name:
                return decoded(value.strip())
    return None


def cookies_of(header: str) -> dict[str, str]:
    """The cookies of a Cookie header by name; whatever makes no sense in it is passed over, never an error."""
    cookies: dict[str, str] = {}
    for pair in header.split(";"):
        name, equals, value = pair.partition("=")
        name = name.strip()
        if equals and name and name not in cookies:
            cookies[name] = decoded(value.strip())
    return cookies


class Cookies(MutableMapping[str, str]):
    """The cookies of a request by name; what is set or deleted changes the header of the request."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self._environ = environ
        self._read: tuple[str, dict[str, str]] = "", {}

    @property
    def _values(self) -> dict[str, str]:
        header = self._environ.get("HTTP_COOKIE", "")
        if header != self._read[0]:
            self._read = header, cookies_of(header)
        return self._read[1]

    def _write(self, values: dict[str, str]) -> None:
        self._environ["HTTP_COOKIE"] = "; ".join(f"{name}={encoded(value)}" for name, value in values.items())

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __setitem__(self, name: str, value: str) -> None:
        self._write({**self._values, name: value})

    def __delitem__(self, name: str) -> None:
        values = self._values.copy()
        del values[name]
        self._write(values)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def decoded(value: str) -> str:
    """A cookie's value as the text it stands for: without quotes and the escapes in them, as UTF-8."""
    quoted = len(value) > 1 and value[0] == value[-1] == '"'
    if not quoted and value.isascii():
        return value
    data = value.encode("latin-1", "replace")
    if quoted:
        data = ESCAPED.sub(lambda found: bytes([int(found[1], 8)]) if len(found[1]) > 1 else found[1], data[1:-1])
    return data.decode("utf-8", "replace")


def encoded(value: str) -> str:
    """*value* as a cookie carries it: in quotes, with octal escapes, where it holds more than cookie-octets.

    No value can end the cookie or the header early, so whatever a client sent may be put into one.
    """
    if PLAIN.fullmatch(value):
        return value
    octets = (chr(octet) for octet in value.encode("utf-8", "replace"))
    return '"' + "".join(octet if PLAIN.fullmatch(octet) else f"\\{ord(octet):03o}" for octet in octets) + '"'


class SetCookie:
    """A Set-Cookie line that lacks only its value: whatever else it says is checked and joined once.

    :param max_age: seconds until the cookie ends; None for the end of the browser's session.
    :param secure: whether it is sent over https only; None: where the answer that sets it goes over https.
    :param samesite: "Lax", "Strict", "None" (which needs https), or None for whatever the browser takes as default.
    :raises UsageError: when browsers would refuse the cookie, or attributes would run into each other.
    """

    def __init__(
        self,
        name: str,
        *,
        path: str | None = "/",
        domain: str | None = None,
        max_age: int | timedelta | None = None,
        secure: bool | None = None,
        httponly: bool = True,
        samesite: str | None = "Lax",
    ) -> None:
        if not is_token(name):
            raise UsageError(f"{name!r} cannot be the name of a cookie. Use letters, digits, hyphens and underscores.")
        for word, given in (("path", path), ("domain", domain)):
            if given is not None and not ATTRIBUTE.fullmatch(given):
                raise UsageError(f"cookie {name}: {word} {given!r} is empty or has a semicolon or no ASCII.")
        if samesite is not None and samesite.lower() not in SAME_SITES:
            raise UsageError(f"cookie {name}: samesite is {samesite!r}. Use 'Lax', 'Strict' or 'None'.")
        samesite = samesite and SAME_SITES[samesite.lower()]
        if needed := why_secure(name, path, domain, samesite):
            if secure is False:
                raise UsageError(f"cookie {name}: {needed} needs https. Leave secure out, or set it to True.")
            secure = True
        seconds = int(max_age.total_seconds()) if isinstance(max_age, timedelta) else max_age
        self.name = name
        #: Whether the line is another one over plain http.
        self.adapts = secure is None
        self._tail = "".join([
            f"; Domain={domain}" if domain is not None else "",
            f"; Path={path}" if path is not None else "",
            "; HttpOnly" if httponly else "",
            f"; SameSite={samesite}" if samesite else "",
            "; Secure" if secure else "",
        ])  # fmt: skip
        self._lasting = "" if seconds is None else f"; Max-Age={int(seconds)}"

    def header(self, value: str, https: bool) -> tuple[str, str]:
        """The header that has the browser keep *value*."""
        return "Set-Cookie", f"{self.name}={encoded(value)}{self._tail}{self._lasting}{self._security(https)}"

    def removal(self, https: bool) -> tuple[str, str]:
        """The header that has the browser drop the cookie; its attributes must be those it was set with."""
        return "Set-Cookie", f"{self.name}={self._tail}; Max-Age=0{self._security(https)}"

    def _security(self, https: bool) -> str:
        return "; Secure" if self.adapts and https else ""


def cookies_below(headers: list[tuple[str, str]], script_name: str) -> list[tuple[str, str]]:
    """*headers* with the paths of cookies below *script_name*, where the application that sets them is mounted.

    Two applications of one host then keep their cookies apart. One that begins with `__Host-` has no other path.
    """
    prefix = quote(script_name.encode("latin-1")).rstrip("/")

    def moved(found: re.Match[str]) -> str:
        path = found[2].rstrip("/")
        return found[1] + (path if f"{path}/".startswith(f"{prefix}/") else prefix + path)

    return [
        (name, PATH.sub(moved, value, count=1))
        if name.lower() == "set-cookie" and not value.startswith("__Host-")
        else (name, value)
        for name, value in headers
    ]


def why_secure(name: str, path: str | None, domain: str | None, samesite: str | None) -> str:
    """What about a cookie makes browsers refuse it without Secure; empty where nothing does.

    Source: draft-ietf-httpbis-rfc6265bis, section 4.1.3 (prefixes) and 5.7 (SameSite=None).

    :raises UsageError: when a prefix promises what the attributes do not keep.
    """
    if name.lower().startswith("__host-"):
        if domain is not None or path != "/":
            raise UsageError(f"cookie {name}: the prefix __Host- wants path '/' and no domain.")
        return "the prefix __Host-"
    if name.lower().startswith("__secure-"):
        return "the prefix __Secure-"
    return "SameSite=None" if samesite == "None" else ""


def seconds_until(moment: datetime | timedelta) -> int:
    """Seconds from now until *moment*; a datetime without a zone is UTC."""
    if isinstance(moment, datetime):
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime.now(UTC)
    return int(moment.total_seconds())
