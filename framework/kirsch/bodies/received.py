"""The body of one request: read once, in the way that is asked for first."""

from collections.abc import Iterator, Mapping
from encodings import normalize_encoding
from encodings.aliases import aliases
from io import BytesIO
from typing import Any

from kirsch.bodies.form import MULTIPART, URLENCODED, form_type, read_multipart, spooled
from kirsch.bodies.json import read_json
from kirsch.bodies.limits import BodyLimits
from kirsch.bodies.multipart import Multipart, Part
from kirsch.bodies.stream import Body
from kirsch.bodies.upload import Upload
from kirsch.bodies.urlencoded import read_fields
from kirsch.errors import BadRequest, ContentTooLarge, HTTPError, UnsupportedMediaType, UsageError

#: Digits of a Content-Length; more are no size.
LONGEST_LENGTH = 18
NOTHING: Any = object()
#: The character sets that bodies come in. Python knows others, punycode say, that take the square of the body's length
#: to read, and it keeps for good what it did not find.
CHARSETS = frozenset({*aliases, *aliases.values()})
#: Characters of the name of a character set.
LONGEST_NAME = 60


class Received:
    """What came with the head of a request that *environ* describes, within *limits*.

    What is held in memory is kept and can be looked at again, as bytes, text, fields or JSON; a stream or parts cannot.
    """

    #: The stream that was opened, and the use it was opened for.
    body: Body | None = None
    use = ""
    #: What was read of it: all its bytes, the pairs of a form, the value of a JSON text.
    data: bytes | None = None
    pairs: list[tuple[str, Any]] | None = None
    value: Any = NOTHING
    #: The files of the form.
    uploads: tuple[Upload, ...] = ()

    def __init__(self, environ: Mapping[str, Any], limits: BodyLimits) -> None:
        self.environ = environ
        self.limits = limits

    def open(self, use: str) -> Body:
        """The body as a stream of blocks, for one use of it, which mistakes call *use*."""
        if self.body is None:
            self.body, self.use = Body(self.environ["wsgi.input"], length_of(self.environ), self.limits), use
        elif use == self.use != "request.parts()":
            pass
        elif use == "request.stream" and self.data is not None:  # a form or JSON that arguments were looked for in
            self.body, self.use = Body(BytesIO(self.data), len(self.data), self.limits), use
        elif self.pairs is not None:  # it was for the client to send no form
            raise UnsupportedMediaType("This address takes a body as it is, and no form with files.")
        else:
            raise UsageError(f"{use} comes after {self.use}: a body is read once, in one way.")
        return self.body

    def whole(self) -> bytes:
        """All of it, held in memory."""
        if self.data is None:
            self.data = self.open("request.body").whole()
        return self.data

    def text(self, charset: str) -> str:
        """All of it as text in *charset*."""
        name = normalize_encoding(charset[:LONGEST_NAME]).lower()
        try:
            if name not in CHARSETS:
                raise LookupError(name)
            return self.whole().decode(name)
        except LookupError:  # Python's table holds encodings that make no text, too
            raise UnsupportedMediaType(f"The body is sent in an unknown character set, {name!r}.") from None
        except UnicodeError:
            raise BadRequest(f"The body is not {name}.") from None

    def form(self) -> list[tuple[str, Any]]:
        """The fields and files of a form, in order; none for any other body."""
        if self.pairs is not None:
            return self.pairs
        kind, boundary = self.environ.get("CONTENT_TYPE", ""), ""
        if kind != URLENCODED:
            kind, boundary = form_type(kind)
        if kind == URLENCODED:
            self.check_coding()
            self.pairs = read_fields(self.whole(), self.limits)
        elif kind == MULTIPART:
            self.check_coding()
            self.pairs = read_multipart(self.open("request.POST"), boundary)
            self.uploads = tuple(value for _, value in self.pairs if isinstance(value, Upload))
        else:
            self.pairs = []
        return self.pairs

    def parts(self) -> Iterator[Part | Upload]:
        """The parts of a multipart form while they arrive, in memory that does not grow with the form.

        Each is used before the next is asked for: ``for block in part``, ``part.read(size)``, ``part.text()``,
        ``part.save_as(path)``; what is not used is dropped. Where the form has been read already, by a tool that looks
        into forms, its fields and files are gone through.

        :raises UnsupportedMediaType: when the body is no multipart form.
        :raises UsageError: when the body has been read in any other way.
        """
        if self.pairs is not None:
            return spooled(self.pairs)
        kind, boundary = form_type(self.environ.get("CONTENT_TYPE", ""))
        if kind != MULTIPART:
            raise UnsupportedMediaType(f"This address takes forms with files, {MULTIPART}.")
        self.check_coding()
        return iter(Multipart(self.open("request.parts()"), boundary, self.limits))

    def json(self) -> Any:
        """The value of a JSON text."""
        if self.value is NOTHING:
            if not is_json(self.environ):
                raise UnsupportedMediaType("This address takes JSON, announced as application/json.")
            self.check_coding()
            self.value = read_json(self.whole(), self.limits)
        return self.value

    def check_coding(self) -> None:
        """Refuse a compressed body (RFC 9110, section 15.5.16).

        :raises UnsupportedMediaType: with what is taken instead.
        """
        coding = self.environ.get("HTTP_CONTENT_ENCODING")
        if coding and coding.lower() != "identity":
            sentence = "The body is sent compressed. Send it as it is."
            raise UnsupportedMediaType(sentence, headers=[("Accept-Encoding", "identity")])


def is_json(environ: Mapping[str, Any]) -> bool:
    """Whether the body is announced as JSON (RFC 8259, or any ``+json`` type of RFC 6839)."""
    kind = media_type(environ)
    return kind == "application/json" or kind.endswith("+json")


def is_form(environ: Mapping[str, Any]) -> bool:
    """Whether the body is announced as a form, be it an empty one."""
    return media_type(environ) in (URLENCODED, MULTIPART)


def media_type(environ: Mapping[str, Any]) -> str:
    """What the body is announced as, in small letters and without parameters (RFC 9110, section 8.3.1)."""
    kind: str = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    return kind


def length_of(environ: Mapping[str, Any]) -> int | None:
    """The announced length of the body in bytes; None where the server ends the stream itself.

    :raises BadRequest: for a Content-Length that is no number (RFC 9110, section 8.6).
    :raises ContentTooLarge: for one that no body has.
    :raises HTTPError: 411 for a body without a length that the server does not end.
    """
    announced = environ.get("CONTENT_LENGTH")
    if not announced:
        if environ.get("wsgi.input_terminated"):
            return None
        if "HTTP_TRANSFER_ENCODING" in environ:
            raise HTTPError("This server takes only bodies that announce their Content-Length.", status=411)
        return 0
    if not (announced.isascii() and announced.isdigit()):
        raise BadRequest("The Content-Length is not a number.")
    if len(announced) > LONGEST_LENGTH:
        raise ContentTooLarge("The Content-Length is larger than any body.")
    return int(announced)
