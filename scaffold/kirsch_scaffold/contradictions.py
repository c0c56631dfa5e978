"""What a field cannot be at once: unique and a yes or no, below its minimum, required and asked for by no form."""

from __future__ import annotations

from decimal import Decimal

from kirsch_scaffold.defaults import number
from kirsch_scaffold.fields import LINKS, NOT_INDEXED, NOT_UNIQUE, SEARCHABLE, Field


def contradictions(field: Field) -> list[str]:
    """What cannot be true at once."""
    checks = {
        "an enum needs its values, as in enum:draft,live": field.kind == "enum" and not field.choices,
        NOT_UNIQUE.get(field.kind, ""): field.unique and field.kind in NOT_UNIQUE,
        NOT_INDEXED.get(field.kind, ""): field.index and field.kind in NOT_INDEXED,
        f"search looks in texts, not in {field.kind}": field.search and field.kind not in SEARCHABLE,
        "setnull leaves the field empty, so it must be optional": field.on_delete == "SET NULL" and not field.optional,
        f"{field.kind} takes no default": bool(field.default) and field.kind in LINKS | {"password"},
        "a field that no form asks for (hidden, readonly) must be optional or have a default": _never_filled(field),
        "a password that no form asks for (hidden, readonly) could never be set": field.kind == "password"
        and (field.readonly or field.hidden),
        "unique and a default contradict each other: the second row would clash": field.unique
        and bool(field.default)
        and field.default not in ("random", "auto"),
        "many is optional anyway; leave the word out": field.kind == "many" and field.optional,
        f"max={field.maximum} is less than min={field.minimum}": _crossed(field),
        f"no number of {field.precision} digits, {field.scale} of them behind the point, is in reach of "
        f"min={field.minimum} max={field.maximum}": _out_of_reach(field),
    }
    return [sentence for sentence, wrong in checks.items() if wrong]


def _never_filled(field: Field) -> bool:
    filled = field.optional or field.default or field.slug_from or field.kind in ("many", "password")
    return (field.readonly or field.hidden) and not filled


def _crossed(field: Field) -> bool:
    low, high = number(field.minimum or "x"), number(field.maximum or "x")
    return low is not None and high is not None and low > high


def _out_of_reach(field: Field) -> bool:
    """Whether min lies above, or max below, every number that the digits can hold."""
    if field.precision is None:
        return False
    most = Decimal(10) ** (field.precision - (field.scale or 0))
    low, high = number(field.minimum or "x"), number(field.maximum or "x")
    return (low is not None and low >= most) or (high is not None and high <= -most)
