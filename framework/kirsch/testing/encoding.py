"""Forms as browsers send them."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

URLENCODED = "application/x-www-form-urlencoded"


def encode_form(data: Mapping[str, Any] | Iterable[tuple[str, Any]], multipart: bool = False) -> tuple[bytes, str]:
    """The body and content type of a form; multipart if asked for or a value is a file (name, bytes[, type])."""
    pairs = list(_pairs(data.items() if isinstance(data, Mapping) else data))
    if multipart or any(isinstance(value, tuple) for _, value in pairs):
        return _encode_multipart(pairs)
    return urlencode([(name, str(value)) for name, value in pairs]).encode(), URLENCODED


def _pairs(items: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, Any]]:
    for name, value in items:
        for item in value if isinstance(value, list) else [value]:
            if item is not None:
                yield name, item


def _encode_multipart(pairs: Iterable[tuple[str, Any]]) -> tuple[bytes, str]:
    boundary = f"kirsch{secrets.token_hex(16)}"
    chunks = []
    for name, value in pairs:
        disposition = f'form-data; name="{_escaped(name)}"'
        content = str(value).encode() if not isinstance(value, tuple) else value[1]
        head = f"--{boundary}\r\nContent-Disposition: {disposition}"
        if isinstance(value, tuple):
            kind = value[2] if len(value) > 2 else "application/octet-stream"
            head += f'; filename="{_escaped(value[0])}"\r\nContent-Type: {kind}'
        chunks.append(head.encode() + b"\r\n\r\n" + content + b"\r\n")
    return b"".join(chunks) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _escaped(text: str) -> str:
    """As the HTML standard asks for in multipart names."""
    return text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
