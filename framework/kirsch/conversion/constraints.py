"""Bounds that an annotation sets, as in ``Annotated[int, msgspec.Meta(ge=1)]``, whichever library the note is of."""

import re
from collections.abc import Callable
from typing import Any

from kirsch.conversion.texts import Convert

Check = Callable[[Any], bool]


def constrained(read: Convert, notes: tuple[Any, ...]) -> Convert:
    """*read*, followed by the checks that *notes* ask for; *read* itself where they ask for none.

    A note is any object with attributes of these names: ``ge``, ``gt``, ``le``, ``lt``, ``multiple_of``,
    ``min_length``, ``max_length``, ``pattern`` (found anywhere in the text, as in JSON Schema).
    """
    checks = tuple(check for note in notes for check in _checks(note))
    if not checks:
        return read

    def read_checked(value: Any) -> Any:
        found = read(value)
        if found is not None:
            for holds, sentence in checks:
                if not _holds(holds, found):
                    raise ValueError(sentence)
        return found

    return read_checked


def _holds(check: Check, value: Any) -> bool:
    try:
        return check(value)
    except (TypeError, ArithmeticError):  # a moment with a zone beside one without; a remainder of too many digits
        return False


def _checks(note: Any) -> list[tuple[Check, str]]:
    inner = getattr(note, "metadata", ())
    checks = [check for one in inner if isinstance(inner, list | tuple) for check in _checks(one)]
    for name, make in CHECKS.items():
        if (bound := getattr(note, name, None)) is not None and not callable(bound):
            checks.append(make(bound))
    return checks


CHECKS: dict[str, Callable[[Any], tuple[Check, str]]] = {
    "ge": lambda bound: (lambda value: value >= bound, f"is less than {bound}"),
    "gt": lambda bound: (lambda value: value > bound, f"is not more than {bound}"),
    "le": lambda bound: (lambda value: value <= bound, f"is more than {bound}"),
    "lt": lambda bound: (lambda value: value < bound, f"is not less than {bound}"),
    "multiple_of": lambda bound: (lambda value: value % bound == 0, f"is no multiple of {bound}"),
    "min_length": lambda bound: (lambda value: len(value) >= bound, f"is shorter than {bound}"),
    "max_length": lambda bound: (lambda value: len(value) <= bound, f"is longer than {bound}"),
    "pattern": lambda bound: (lambda value: re.search(bound, value) is not None, f"does not look like {bound}"),
}
