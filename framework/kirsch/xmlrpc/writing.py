"""Answers as XML."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar
from uuid import UUID
from xml.sax.saxutils import escape
from xmlrpc.client import Marshaller

from kirsch.conversion.plain import has_members, members_of

#: What XML 1.0 cannot carry (section 2.2).
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Write = Callable[[str], Any]


def answer_of(result: Any, allow_none: bool) -> str:
    """The answer to a call.

    :raises TypeError, ValueError, OverflowError: for a result that XML-RPC has no words for.
    """
    return _document("<params><param>", Writer(allow_none).value(plain(result)), "</param></params>")


def refusal_of(members: Mapping[str, int | str]) -> str:
    """The answer to a call that failed."""
    readable = {name: ILLEGAL.sub("�", value) if isinstance(value, str) else value for name, value in members.items()}
    return _document("<fault>", Writer(False).value(readable), "</fault>")


def _document(begin: str, value: str, end: str) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?>\n<methodResponse>{begin}{value}{end}</methodResponse>\n'


def plain(value: Any) -> Any:  # noqa: PLR0911  # one line for each kind
    """*value* as what XML-RPC knows: dates and decimals as texts, records as structs, sets as arrays.

    :raises TypeError: for a value of any other class.
    """
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, bool | int | float | bytes | datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) and value.tzinfo else value
    if isinstance(value, str | Decimal | UUID):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(member) for member in value]
    if has_members(value):
        return plain(members_of(value, plain))
    raise TypeError(f"{type(value).__name__} has no form in XML-RPC; return a dict, list, text, number or date")


class Writer(Marshaller):
    """The marshaller of the standard library, for numbers of 64 bits, and nothing that no reader would understand."""

    dispatch: ClassVar[dict[Any, Any]] = dict(Marshaller.dispatch)  # type: ignore[misc]

    def __init__(self, allow_none: bool) -> None:
        super().__init__("utf-8", allow_none)

    def value(self, value: Any) -> str:
        """*value* as an element."""
        pieces: list[str] = []
        self._Marshaller__dump(value, pieces.append)  # type: ignore[attr-defined]
        return "".join(pieces)

    def dump_int(self, value: int, write: Write) -> None:
        if not -(2**63) <= value < 2**63:
            raise OverflowError(f"{value} has more than 64 bits")
        kind = "int" if -(2**31) <= value < 2**31 else "i8"
        write(f"<value><{kind}>{value:d}</{kind}></value>\n")

    def dump_float(self, value: float, write: Write) -> None:
        if not math.isfinite(value):
            raise ValueError(f"XML-RPC has no {value}")
        write(f"<value><double>{value!r}</double></value>\n")

    def dump_text(self, value: str, write: Write) -> None:
        if ILLEGAL.search(value):
            raise ValueError(f"XML cannot carry the text {value[:100]!r}")
        write(f"<value><string>{escape(value, {chr(13): '&#13;'})}</string></value>\n")

    dispatch |= {int: dump_int, float: dump_float, str: dump_text}
