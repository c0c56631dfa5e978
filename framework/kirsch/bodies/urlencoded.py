"""Pairs of names and values as browsers write them into query strings and forms.

Source: WHATWG URL, section 5.1; the outcome is that of ``urllib.parse.parse_qsl`` with blank values kept.
"""

import re
from codecs import escape_decode
from typing import Any

from kirsch.bodies.limits import BodyLimits, too_large, too_many
from kirsch.errors import BadRequest

#: A percent sign that begins no escape.
STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")


def read_query(text: str, limits: BodyLimits) -> list[tuple[str, str]]:
    """The pairs of a query string (as WSGI has it: bytes as latin-1).

    :raises BadRequest: for bytes that are no UTF-8 and for too many fields.
    """
    if not text:
        return []
    if text.count("&") >= limits.fields:
        raise BadRequest(f"The query string holds more than {limits.fields} fields.")
    try:
        return pairs(text if text.isascii() else text.encode("latin-1").decode())
    except UnicodeError:
        raise BadRequest("The query string is not UTF-8.") from None


def read_fields(body: bytes, limits: BodyLimits) -> list[tuple[str, str]]:
    """The pairs of a form's body.

    :raises BadRequest: for bytes that are no UTF-8.
    :raises ContentTooLarge: for too many fields, and one that is too large.
    """
    if not body:
        return []
    if body.count(b"&") >= limits.fields:
        raise too_many("fields", limits.fields)
    if len(body) > limits.field and max(map(len, body.split(b"&"))) > limits.field:
        raise too_large("A field of the form", limits.field)
    try:
        return pairs(body.decode())
    except UnicodeError:
        raise BadRequest("The form is not UTF-8.") from None


def pairs(text: str) -> list[tuple[str, str]]:
    """The pairs of *text*.

    :raises UnicodeError: where escapes stand for bytes that are no UTF-8.
    """
    if "+" in text:
        text = text.replace("+", " ")
    found = []
    for pair in text.split("&"):
        if pair:
            name, _, value = pair.partition("=")
            if "%" in name:
                name = decoded(name)
            if "%" in value:
                value = decoded(value)
            found.append((name, value))
    return found


def decoded(text: str) -> str:
    """*text* without its escapes; what only looks like one stays.

    :raises UnicodeError: where they stand for bytes that are no UTF-8.
    """
    # An escape of a URL is one of Python's, otherwise written; those are decoded by compiled code.
    escaped = text.replace("\\", "\\\\").replace("%", "\\x")
    try:
        plain: Any = escape_decode(escaped)[0]
    except ValueError:
        return decoded(STRAY.sub("%25", text))
    return str(plain, "utf-8")
