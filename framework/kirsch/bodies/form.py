"""Forms, whichever way they are sent."""

from collections.abc import Iterable, Iterator

from multipart import parse_options_header

from kirsch.bodies.limits import too_large
from kirsch.bodies.multipart import UTF8, Multipart
from kirsch.bodies.stream import Body
from kirsch.bodies.upload import Upload
from kirsch.errors import UnsupportedMediaType

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


def form_type(content_type: str) -> tuple[str, str]:
    """The media type of a form and its boundary, which is empty where there is none.

    :raises UnsupportedMediaType: for a form in a character set other than UTF-8.
    """
    kind, options = parse_options_header(content_type)
    if kind in (URLENCODED, MULTIPART) and options.get("charset", "utf-8").lower() not in UTF8:
        raise UnsupportedMediaType("Forms are read as UTF-8; this one is sent as something else.")
    return kind, options.get("boundary", "")


def read_multipart(body: Body, boundary: str) -> list[tuple[str, str | Upload]]:
    """The pairs of a multipart form, in order; a file is an :class:`Upload`, one that was not chosen an empty text.

    :raises HTTPError: whatever is wrong with the form; no file is left open then.
    """
    pairs: list[tuple[str, str | Upload]] = []
    memory = body.limits.memory
    try:
        for part in Multipart(body, boundary, body.limits):
            if part.filename is None:
                pairs.append((part.name, part.text()))
                memory -= part.size
                if memory < 0:
                    body.fail(too_large(body.what, body.limits.memory))
            else:
                upload = Upload.received(part)
                chosen = upload.filename or upload.size
                pairs.append((part.name, upload if chosen else ""))
    except BaseException:
        close_uploads(pairs)
        raise
    return pairs


def spooled(pairs: Iterable[tuple[str, str | Upload]]) -> Iterator[Upload]:
    """The fields and files of a form that was read before, in the shape of its parts."""
    for name, value in pairs:
        yield value if isinstance(value, Upload) else Upload.of_text(name, value)


def close_uploads(pairs: list[tuple[str, str | Upload]]) -> None:
    """Close the files among *pairs*."""
    for _, value in pairs:
        if isinstance(value, Upload):
            value.close()
