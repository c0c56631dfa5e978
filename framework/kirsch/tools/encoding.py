"""Character sets other than UTF-8, for clients and sites that are older than it."""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from encodings import normalize_encoding
from encodings.aliases import aliases
from urllib.parse import unquote_to_bytes, urlencode

from kirsch.errors import UsageError
from kirsch.request import Request, media_type
from kirsch.response import Response, close_body
from kirsch.tool import Setup, Tool

#: Character sets in which ASCII is what it is, as Python calls them. In others, such as UTF-7, a text that is harmless
#: in UTF-8 may be a script.
KNOWN = re.compile(r"iso8859-\d+|cp(?:874|932|949|125\d)|koi8-[ru]|gb\w+|big5(?:hkscs)?|shift_jis|euc_(?:jp|kr)|ascii")
URLENCODED = "application/x-www-form-urlencoded"
#: Characters of the name of a character set.
LONGEST_NAME = 60
CHARSET = re.compile(r';\s*charset="?([^\s";]+)"?', re.IGNORECASE)
#: What is told of the bytes as they are.
ABOUT_THE_BYTES = {"content-encoding", "content-range", "accept-ranges", "content-digest", "repr-digest", "digest"}
BODILESS = frozenset({"GET", "HEAD"})


# On the way back after the action and before the entity tag is made (etags, 12); on the way there before forms are
# looked into (csrf, 45).
@dataclass
class Encoding(Tool, order=16):
    """Send texts, and read forms, in another character set than UTF-8, for clients that know no other.

    The request is not asked: `Accept-Charset` is obsolete and no browser sends it (RFC 9110, section 12.5.2). JSON and
    events are always UTF-8, as their standards say.
    """

    #: What texts are sent in: "iso-8859-1". A character that it does not have becomes a reference in HTML, as in
    #: "&#8364;"; other texts that have one are sent as UTF-8.
    charset: str = ""
    #: What forms may be sent in besides UTF-8, the likeliest first. What a form announces, in its type or its field
    #: ``_charset_``, holds if it is one of them; one that announces nothing and is no UTF-8 is read as the first that
    #: fits.
    forms: list[str] = field(default_factory=list)

    def prepare(self, setup: Setup) -> None:
        """Check the character sets.

        :raises UsageError: for those that are unknown, or in which ASCII is something else.
        """
        self._out = checked("charset", self.charset) if self.charset else ""
        self._in = [checked("forms", name) for name in self.forms]

    def before(self, request: Request) -> None:
        """Have the form read as what it is."""
        environ = request.environ
        if not self._in or environ["REQUEST_METHOD"] in BODILESS or media_type(environ) != URLENCODED:
            return
        if environ.get("HTTP_CONTENT_ENCODING"):
            return
        body = request.body
        if body.count(b"&") >= request.limits.fields:
            return
        found = CHARSET.search(environ["CONTENT_TYPE"])
        pairs = self._read(body, found[1] if found else announced(body))
        if pairs is not None:
            request.body = urlencode(pairs).encode()
            environ["CONTENT_TYPE"] = URLENCODED

    def after(self, request: Request, response: Response) -> None:
        """Write the text as it is wanted."""
        kind = response.headers.get("Content-Type", "")
        if not self._out or not kind.startswith("text/") or not kind.lower().endswith("; charset=utf-8"):
            return
        if {name.lower() for name, _ in response.headerlist} & ABOUT_THE_BYTES or kind.startswith("text/event-stream"):
            return
        html, body = kind.startswith("text/html"), response.app_iter
        if isinstance(body, list | tuple):
            try:
                data = b"".join(body).decode().encode(self._out, "xmlcharrefreplace" if html else "strict")
            except UnicodeError:
                return
            # An action may answer HEAD by itself, without the body whose length it says.
            if data:
                response.body = data
            else:
                response.headers.pop("Content-Length", None)
        elif html:
            response.headers.pop("Content-Length", None)
            response.wrap(lambda body: Encoded(body, self._out))
        else:
            return
        response.headers["Content-Type"] = kind[: -len("utf-8")] + self.charset.lower()

    def _read(self, body: bytes, charset: str | None) -> list[tuple[str, str]] | None:
        """The pairs of a form in another character set; None where it is left as it is."""
        if charset is not None:
            known = [name for name in self._in if canonical(name) == canonical(charset[:LONGEST_NAME])]
            return pairs(body, known[0]) if known else None
        if pairs(body, "utf-8") is not None:
            return None
        return next((found for name in self._in if (found := pairs(body, name)) is not None), None)


class Encoded(Iterable[bytes]):
    """A page that is written in *charset* while it is sent; *body* is closed with it."""

    def __init__(self, body: Iterable[bytes], charset: str) -> None:
        self.body = body
        self.charset = charset

    def __iter__(self) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        for piece in self.body:
            if text := decoder.decode(piece):
                yield text.encode(self.charset, "xmlcharrefreplace")
        if text := decoder.decode(b"", final=True):
            yield text.encode(self.charset, "xmlcharrefreplace")

    def close(self) -> None:
        """Close the body."""
        close_body(self.body)


def checked(option: str, name: str) -> str:
    """What Python calls the character set *name*.

    :raises UsageError: when it is unknown, or one in which ASCII is something else.
    """
    try:
        found = codecs.lookup(name).name
    except LookupError:
        found = ""
    if not KNOWN.fullmatch(found):
        raise UsageError(f'{option} has {name!r}, which is none that can be taken. Write one such as "iso-8859-1".')
    return found


def canonical(name: str) -> str:
    """The one name of a character set that has several; whether there is such a set is not asked.

    Python keeps for good what it did not find, so a client's word is never looked up.
    """
    name = normalize_encoding(name).lower()
    return aliases.get(name, name)


def announced(body: bytes) -> str | None:
    """What the field ``_charset_`` says, which browsers fill in (HTML standard, section 4.10.19.1)."""
    said = [pair.partition(b"=")[2] for pair in body.split(b"&") if pair.startswith(b"_charset_=")]
    return said[0].decode("latin-1") or None if said else None


def pairs(body: bytes, charset: str) -> list[tuple[str, str]] | None:
    """The pairs of a form in *charset*; None where it is none in that."""
    try:
        return [
            (unquote_to_bytes(name).decode(charset), unquote_to_bytes(value).decode(charset))
            for pair in body.replace(b"+", b" ").split(b"&")
            if pair
            for name, _, value in [pair.partition(b"=")]
        ]
    except UnicodeError:
        return None
