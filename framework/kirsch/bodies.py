"""What a request carries, read within bounds: query strings, forms, uploads, JSON.

Nothing of a client's makes this raise anything but an :class:`~kirsch.errors.HTTPError`.
"""

import json
from collections.abc import Iterable
from typing import Any, BinaryIO, TypeAlias
from urllib.parse import parse_qsl

from multipart import MultipartError, MultipartParser, MultipartPart, parse_options_header

from kirsch.errors import BadRequest, ContentTooLarge, HTTPError, UnsupportedMediaType

#: An uploaded file: ``filename``, ``content_type``, ``size``, ``file``, ``save_as(path)``.
Upload: TypeAlias = MultipartPart

#: Fields that one form or query string may hold.
FIELDS_LIMIT = 1000
#: Bytes of a form's text, uploads apart.
TEXT_LIMIT = 8 * 2**20
#: Bytes of a JSON body.
JSON_LIMIT = 16 * 2**20


def read_query(text: str) -> list[tuple[str, str]]:
    """The pairs of a query string, percent-decoded as UTF-8 (a WSGI string: bytes as latin-1).

    :raises BadRequest: for bytes that are no UTF-8 and for too many fields.
    """
    if not text:
        return []
    try:
        text = text.encode("latin-1").decode("utf-8")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=FIELDS_LIMIT)
    except UnicodeError:
        raise BadRequest("The query string is not UTF-8.") from None
    except ValueError:
        raise BadRequest(f"The query string holds more than {FIELDS_LIMIT} fields.") from None


def read_form(content_type: str, stream: BinaryIO, length: int | None) -> list[tuple[str, str | Upload]]:
    """The pairs of a form's body, in order; a file is an :data:`Upload`.

    :raises BadRequest: for a body that is cut short or is no form.
    :raises ContentTooLarge: for more fields or text than is taken.
    :raises UnsupportedMediaType: for a character set other than UTF-8.
    """
    kind, options = parse_options_header(content_type)
    if options.get("charset", "utf-8").lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise UnsupportedMediaType("Forms are read as UTF-8.")
    if kind == "multipart/form-data":
        return list(_read_multipart(stream, options.get("boundary", ""), length))
    if kind == "application/x-www-form-urlencoded":
        return list(_read_urlencoded(stream, length))
    return []


def _read_urlencoded(stream: BinaryIO, length: int | None) -> Iterable[tuple[str, str]]:
    body = read_within(stream, length, TEXT_LIMIT)
    try:
        return parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=FIELDS_LIMIT)
    except UnicodeError:
        raise BadRequest("The form is not UTF-8.") from None
    except ValueError:
        raise ContentTooLarge(f"The form holds more than {FIELDS_LIMIT} fields.") from None


def _read_multipart(stream: BinaryIO, boundary: str, length: int | None) -> Iterable[tuple[str, str | Upload]]:
    if not boundary:
        raise BadRequest("The multipart form names no boundary.")
    try:
        parser = MultipartParser(
            stream, boundary, content_length=-1 if length is None else length, part_limit=FIELDS_LIMIT,
            memory_limit=TEXT_LIMIT, spool_limit=64 * 2**10, strict=True,
        )  # fmt: skip
        return [(part.name, part if part.filename is not None else _text_of(part)) for part in parser]
    except MultipartError as error:
        raise _multipart_answer(error) from None
    except UnicodeError:
        raise BadRequest("The form is not UTF-8.") from None


def _text_of(part: MultipartPart) -> str:
    try:
        return str(part.value)
    finally:
        part.close()


def _multipart_answer(error: MultipartError) -> HTTPError:
    if error.http_status == 413:
        return ContentTooLarge(f"The form is larger than is taken here: {error}.")
    return BadRequest(f"The form cannot be read: {error}.")


def read_json(body: bytes) -> Any:
    """The value of a JSON text (RFC 8259), strictly: UTF-8, no NaN, bounded depth.

    :raises BadRequest: for anything else.
    """
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeError:
        raise BadRequest("The JSON body is not UTF-8.") from None
    except RecursionError:
        raise BadRequest("The JSON body is nested too deeply.") from None
    except ValueError as error:
        raise BadRequest(f"The body is not JSON: {error}.") from None


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is not a JSON value")


def read_within(stream: BinaryIO, length: int | None, limit: int) -> bytes:
    """The whole body, if it is complete and at most *limit* bytes long.

    *length* is what the client announced; None where the server ends the stream itself.

    :raises ContentTooLarge: when it is longer.
    :raises BadRequest: when it ends early.
    """
    if length is not None and length > limit:
        raise ContentTooLarge(f"The body is larger than {limit} bytes.")
    chunks, held = [], 0
    wanted = limit + 1 if length is None else length
    while held < wanted and (chunk := stream.read(min(wanted - held, 65536))):
        chunks.append(chunk)
        held += len(chunk)
    if length is not None and held < length:
        raise BadRequest("The body ended before its announced length.")
    if held > limit:
        raise ContentTooLarge(f"The body is larger than {limit} bytes.")
    return b"".join(chunks)
