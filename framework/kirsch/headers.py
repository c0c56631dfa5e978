"""What may stand in the head of a message: status, names, values, and the address of a redirect."""

import re
from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import quote

from kirsch.errors import KirschError, UsageError, title_of

STATUS_LINES: dict[int | str, str] = {int(status): f"{int(status)} {title_of(int(status))}" for status in HTTPStatus}
CLASSES = ("", "Information", "Success", "Redirection", "Client Error", "Server Error")
#: Control characters never stand in a header (RFC 9110, section 5.5); a tab may. Nor does what has no byte.
FORBIDDEN = re.compile(r"[^\t\x20-\x7e\x80-\xff]")
TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
STATUS = re.compile(r"[1-5][0-9]{2} [\t\x20-\x7e\x80-\xff]*")
#: What stays as it is in an address (RFC 3986, section 2.2), and `%`: it is encoded already.
ADDRESS = "!#$%&'()*+,/:;=?@[]"
#: For pages of Kirsch's own that hold their style and no script: a stricter policy of the site would leave them bare.
ONE_PAGE = (
    "Content-Security-Policy",
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'; base-uri 'none'",
)


class BadHeader(KirschError):
    """A header or the status of a response cannot be sent, since it would split the response or has no bytes."""


def status_line(status: int | str) -> str:
    """*status*, a number or "404 Not Found", as it is sent.

    :raises UsageError: for a number that is no HTTP status (RFC 9110, section 15).
    """
    if isinstance(status, str) and not status.strip().isdecimal():
        return status
    number = int(status)
    if not 100 <= number <= 599:
        raise UsageError(f"{number} is no HTTP status; take 100 to 599.")
    return STATUS_LINES.get(number) or f"{number} {CLASSES[number // 100]}"


@lru_cache(maxsize=1024)
def is_token(name: str) -> bool:
    """Whether *name* is a token: what headers, cookies and methods may be called (RFC 9110, section 5.6.2)."""
    return isinstance(name, str) and TOKEN.fullmatch(name) is not None


def varies_by(headers: Iterable[tuple[str, str]]) -> set[str]:
    """The names in `Vary`, in small letters, by which an answer is another one; perhaps ``*``."""
    return {word.strip().lower() for name, value in headers if name.lower() == "vary" for word in value.split(",")}


def environ_key(name: str) -> str:
    """Where the request header called *name* stands in an environ (PEP 3333)."""
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def attachment(name: str) -> str:
    """The `Content-Disposition` that has a browser keep a body in a file called *name* (RFC 6266).

    A folder in it is left out, and control characters are. What old clients cannot read is ``_`` for them.
    """
    name = re.sub(r"[\x00-\x1f\x7f]", "", re.split(r"[/\\]", name)[-1]).strip(" .") or "file"
    plain = re.sub(r'[^\x20-\x7e]|["%]', "_", name)
    if plain == name:
        return f'attachment; filename="{name}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"


@lru_cache(maxsize=256)
def is_status(line: str) -> bool:
    """Whether *line* may be the status of a response (RFC 9112, section 4)."""
    return STATUS.fullmatch(line) is not None


def check_header(name: str, value: str) -> None:
    """Refuse what could split a response (RFC 9112, section 11.1), or cannot be sent at all.

    :raises BadHeader: with the name of the header.
    """
    if not is_token(name):
        raise BadHeader(f"{name!r} cannot be the name of a response header.")
    if not isinstance(value, str):
        raise BadHeader(f"The response header {name!r} is {type(value).__name__}, not text: {value!r}")
    if FORBIDDEN.search(value):
        raise BadHeader(f"The response header {name!r} holds a control character or one beyond Latin-1: {value!r}")


def local_location(location: str, local: bool = False) -> str:
    """The address a redirect goes to, with what browsers take for another host made a path of this one.

    An absolute ``http:`` or ``https:`` URL is kept, since whoever wrote it meant it, unless all is to stay *local*.
    What cannot stand in an address is percent-encoded as UTF-8 (RFC 3987, section 3.1).
    """
    location = re.sub(r"[\x00-\x1f\x7f]", "", location).strip(" ")
    absolute = not local and re.match(r"https?://[^/\\]", location, re.IGNORECASE)
    # Browsers read a backslash as a slash, but not behind a question mark or a hash.
    path, *rest = re.split(r"(?=[?#])", location, maxsplit=1)
    path = path.replace("\\", "/")
    if not absolute:
        scheme = re.match(r"[a-z][a-z0-9+.-]*:", path, re.IGNORECASE)
        path = "/" + path if scheme else re.sub(r"\A/{2,}", "/", path)
    return quote("".join([path, *rest]), safe=ADDRESS, errors="backslashreplace")
