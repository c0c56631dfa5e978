"""Calls as XML: read by Expat, without a document type and with bounds on depth and number."""

import math
import re
from decimal import Decimal
from typing import Any, ClassVar
from xml.parsers import expat
from xmlrpc.client import Error, Unmarshaller

from kirsch.xmlrpc.faults import INVALID, UNREADABLE, Fault

#: Elements one in the other; a value inside an array takes three.
DEEPEST = 256
#: Elements of one call.
MOST = 200_000
INTEGER = re.compile(r"\s*[+-]?[0-9]{1,19}\s*", re.ASCII)


def read_call(body: bytes) -> tuple[str, tuple[Any, ...]]:
    """The name of the procedure and its arguments.

    :raises Fault: for what is no call.
    """
    reader = Reader()
    try:
        reader.parser.Parse(body, True)
    except expat.ExpatError as error:
        raise Fault(UNREADABLE, f"This is no XML: {error}.") from None
    except Fault:
        raise
    except (Error, ValueError, TypeError, LookupError, AttributeError, ArithmeticError):
        raise Fault(INVALID, "The XML holds a value, or has an encoding, that is none.") from None
    return reader.result()


class Reader:
    """A parser that hands what it finds to the unmarshaller of the standard library."""

    def __init__(self) -> None:
        self.depth = self.number = 0
        self.root = ""
        self.values = Values(use_builtin_types=True)
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.values.data
        # Entities are declared in a document type alone: without it nothing expands and nothing is fetched.
        self.parser.StartDoctypeDeclHandler = refuse_type
        self.values.xml(None, None)  # type: ignore[arg-type]  # texts, not bytes

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.root = self.root or tag
        self.depth += 1
        self.number += 1
        if self.depth > DEEPEST or self.number > MOST:
            raise Fault(INVALID, "The call holds too many values, or one too deep in others.")
        self.values.start(tag, attributes)

    def end(self, tag: str) -> None:
        self.depth -= 1
        self.values.end(tag)

    def result(self) -> tuple[str, tuple[Any, ...]]:
        """The call.

        :raises Fault: when it is something else.
        """
        try:
            arguments = self.values.close()
        except (Error, ValueError, TypeError, LookupError):
            raise Fault(INVALID, "The XML is no call.") from None
        name = self.values.getmethodname()
        if self.root != "methodCall" or not name:
            raise Fault(INVALID, "The XML is no call.")
        return name, tuple(arguments)


class Values(Unmarshaller):
    """The unmarshaller of the standard library, for the numbers alone that could be sent back."""

    dispatch: ClassVar[dict[str, Any]] = dict(Unmarshaller.dispatch)  # type: ignore[misc]

    def end_int(self, text: str) -> None:
        number = int(text) if INTEGER.fullmatch(text) else None
        if number is None or not -(2**63) <= number < 2**63:
            raise ValueError(f"{text[:40]!r} is no integer of 64 bits")
        self._keep(number)

    def end_double(self, text: str) -> None:
        number = float(text) if text.isascii() and "_" not in text else math.nan
        if not math.isfinite(number):
            raise ValueError(f"{text[:40]!r} is no number")
        self._keep(number)

    def end_bigdecimal(self, text: str) -> None:
        number = Decimal(text)
        if not number.is_finite():
            raise ValueError(f"{text[:40]!r} is no number")
        self._keep(number)

    def _keep(self, number: float | Decimal) -> None:
        self.append(number)
        self._value = False  # what a value without a type would be told by

    dispatch |= dict.fromkeys(("i1", "i2", "i4", "i8", "int", "biginteger"), end_int)
    dispatch |= dict.fromkeys(("double", "float"), end_double) | {"bigdecimal": end_bigdecimal}


def refuse_type(*_: Any) -> None:
    """What is said to a document type, which no call has."""
    raise Fault(UNREADABLE, "A call has no document type.")
