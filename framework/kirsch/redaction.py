"""Secrets left out of what is logged or shown: header fields, query strings, addresses, forms and settings."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote_plus

__all__ = ["HIDDEN", "is_secret", "is_secret_setting", "redacted_headers", "redacted_query", "redacted_url"]

#: What stands where a secret was.
HIDDEN = "(hidden)"
#: Parts of the names of fields, headers and variables that hold secrets.
SPEAKING = re.compile(
    r"passw|passphrase|passcode|secret|token|csrf|xsrf|credential|cookie|session|authoriz|authentication"
    r"|(api|access|private|auth|secret).?(key|code)|signature|verifier",
    re.IGNORECASE,
)
#: Names and words of names that hold them, though longer words with the same letters do not.
WORDS = frozenset({
    "assertion", "auth", "card", "cvc", "cvv", "jwt", "key", "otp", "pass", "pin", "pwd", "saml", "sid", "sig", "totp",
})  # fmt: skip
#: Names that hold them only where nothing stands beside: ``code`` of OAuth 2, not ``country_code``.
NAMES = frozenset({"code", "device_code", "ticket", "id_token_hint"})
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
SETTING = re.compile(r"secret|password|passwd|token|(^|_)key$", re.IGNORECASE)
#: A signed token (RFC 7515), under whatever name it comes.
SIGNED = re.compile(r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]+\.[\w-]*")
#: The user name and the password of an address.
SIGN_IN = re.compile(r"(?<=://)([^/@:]*):([^/@]*)@")
#: Headers whose value is an address.
ADDRESSES = frozenset({"Referer", "Location", "Content-Location", "X-Original-Url", "Hx-Current-Url", "Hx-Redirect"})
#: Addresses within addresses that are looked into.
DEPTH = 3


def is_secret(name: str) -> bool:
    """Whether what a field, header or variable called *name* holds is nobody's business."""
    if SPEAKING.search(name) or name.lower() in NAMES:
        return True
    return any(word.lower() in WORDS for word in PART.findall(name))


def is_secret_setting(name: str) -> bool:
    """Whether the setting with this dotted name is secret, or lies in a table of secrets."""
    return any(map(SETTING.search, name.split(".")))


def redacted_headers(headers: Mapping[str, Any] | Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The header fields, ``User-Agent`` and the like, without their secrets.

    :param headers: the environ of a request (sorted by name then), or pairs of names and values.
    """
    if isinstance(headers, Mapping):
        headers = [(header_name(name), str(value)) for name, value in sorted(headers.items()) if is_header(name)]
    return [(name, redacted_value(name, value)) for name, value in headers]


def redacted_value(name: str, value: str) -> str:
    """What a field or header called *name* holds, or what is left of it."""
    if is_secret(name):
        return HIDDEN if value else value
    return redacted_url(value) if name.title() in ADDRESSES or "://" in value else SIGNED.sub(HIDDEN, value)


def redacted_query(text: str, depth: int = DEPTH) -> str:
    """A query string or a form's body, as it was sent but for the secrets in it."""
    if not text:
        return text
    return "".join(
        part if part in ("&", ";") else _redacted_part(part, depth) for part in re.split("([&;])", text)
    )  # fmt: skip


def redacted_url(text: str, depth: int = DEPTH) -> str:
    """An address without the password, the secret parameters and the secrets of the fragment (RFC 6749, 4.2.2)."""
    if not ("=" in text or "@" in text or "eyJ" in text):  # most addresses, at each line of a log
        return text
    text = SIGN_IN.sub(rf"\1:{HIDDEN}@", text)
    rest, sharp, fragment = text.partition("#")
    path, mark, query = rest.partition("?")
    path = SIGNED.sub(HIDDEN, path)
    return f"{path}{mark}{redacted_query(query, depth)}{sharp}{redacted_query(fragment, depth)}"


def is_header(name: str) -> bool:
    """Whether *name* in an environ stands for a header field."""
    return name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH")


def header_name(name: str) -> str:
    """``HTTP_USER_AGENT`` → ``User-Agent``."""
    return name.removeprefix("HTTP_").replace("_", "-").title()


def _redacted_part(part: str, depth: int) -> str:
    name, equals, value = part.partition("=")
    if not value:
        return SIGNED.sub(HIDDEN, part)
    if is_secret(unquote_plus(name)):
        return name + equals + HIDDEN
    inner = unquote_plus(value)
    if not ("=" in inner or "://" in inner or SIGNED.search(inner)):
        return part
    # An address to go on to may hold secrets as well; what is nested too deeply is hidden as a whole.
    cleaned = redacted_url(inner, depth - 1) if depth else HIDDEN
    return part if cleaned == inner else name + equals + quote(cleaned, safe="/()")
