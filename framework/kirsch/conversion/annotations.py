"""What an annotation takes, and how: read once at start, and then two functions, one for texts and one for JSON."""

import types
import typing
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import is_dataclass, replace
from enum import Enum
from typing import Annotated, Any, Literal, Union

from kirsch.bodies import Upload
from kirsch.conversion.constraints import constrained
from kirsch.conversion.members import MEMBERS, as_enum, as_literal
from kirsch.conversion.models import is_model, is_struct, model_record, struct_record
from kirsch.conversion.records import is_typed_dict, read_dataclass, read_typed_dict
from kirsch.conversion.shape import Record, Shape, or_none
from kirsch.conversion.texts import CONVERTERS, Convert, to_enum, to_literal
from kirsch.conversion.unfit import Mistakes, Unfit

GATHERERS: dict[Any, Callable[[list[Any]], Any]] = {
    list: list, tuple: tuple, set: set, frozenset: frozenset,
    Sequence: list, Collection: list, Iterable: list, Set: set,
}  # fmt: skip
#: What may stand around a member's type and says nothing about it; ``ReadOnly`` is new in Python 3.13.
QUALIFIERS = [
    getattr(typing, name) for name in ("Required", "NotRequired", "ReadOnly", "Final") if hasattr(typing, name)
]


def shape_of(hint: Any, known: dict[Any, Record] | None = None) -> Shape | None:
    """What the annotation *hint* takes, or None where nothing that a client can send becomes such a value.

    *known* are the records being read, which may contain themselves.

    :raises TypeError, NameError: for a record with an annotation that cannot be read.
    """
    known = {} if known is None else known
    hint = _bare(hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        shape = shape_of(arguments[0], known)
        return shape and _constrained(shape, arguments[1:])
    if origin in (Union, types.UnionType):
        return _union(arguments, known)
    if origin is Literal:
        return Shape(to_literal(arguments), as_literal(arguments), blank="" in arguments)
    if (gather := GATHERERS.get(origin or hint)) is not None:
        return _several(gather, arguments or (Any,), known)
    if (origin or hint) in (dict, Mapping):
        return _mapping(arguments or (str, Any), known)
    return _scalar(hint) or (_record(hint, known) if isinstance(hint, type) else None)


def _bare(hint: Any) -> Any:
    """*hint* without its qualifiers and other names: ``Required``, ``NewType``, a ``type`` statement."""
    while True:
        if typing.get_origin(hint) in QUALIFIERS:
            hint = typing.get_args(hint)[0]
        elif (meant := getattr(hint, "__supertype__", None) or getattr(hint, "__value__", None)) is not None:
            hint = meant
        else:
            return hint


def _scalar(hint: Any) -> Shape | None:
    if hint not in CONVERTERS:
        return None
    return Shape(CONVERTERS[hint], MEMBERS[hint], blank=hint in (str, Any), file=hint is Any)


def _record(kind: type, known: dict[Any, Record]) -> Shape | None:
    if issubclass(kind, Enum):
        return Shape(to_enum(kind), as_enum(kind), blank="" in [member.value for member in kind])
    if kind is Upload:
        return Shape(_upload, _not_an_upload, file=True)
    readers = (
        (is_struct, struct_record), (is_model, model_record),
        (is_dataclass, read_dataclass), (is_typed_dict, read_typed_dict),
    )  # fmt: skip
    for matches, read in readers:
        if kind in known or matches(kind):
            record = known[kind] if kind in known else read(kind, known, shape_of)
            return Shape(record.text, record.json, record=record)
    return None


def _upload(value: Any) -> Any:
    if value == "":  # what a browser sends for an input that was left empty
        raise ValueError("is missing")
    return value if isinstance(value, Upload) else _not_an_upload(value)


def _not_an_upload(_value: Any) -> Any:
    raise ValueError("is not a file")


def _constrained(shape: Shape, notes: tuple[Any, ...]) -> Shape:
    text, json = constrained(shape.text, notes), constrained(shape.json, notes)
    return shape if text is shape.text else replace(shape, text=text, json=json)


def _union(members: tuple[Any, ...], known: dict[Any, Record]) -> Shape | None:
    optional = types.NoneType in members
    shapes = [shape_of(member, known) for member in members if member is not types.NoneType]
    if None in shapes:
        return None
    found = [shape for shape in shapes if shape is not None]
    if len(found) > 1:
        if any(shape.many or shape.record for shape in found):
            return None  # which one was meant would be a guess
        text, json = (_first_of([getattr(shape, way) for shape in found]) for way in ("leaf", "json"))
        whole = Shape(text, json, blank=any(one.blank for one in found), file=any(one.file for one in found))
    else:
        whole = found[0]
    return replace(whole, json=or_none(whole.json), optional=True) if optional else whole


def _first_of(reads: list[Convert]) -> Convert:
    def read(value: Any) -> Any:
        said = []
        for one in reads:
            try:
                return one(value)
            except ValueError as error:
                said.append(str(error))
        raise ValueError(" and ".join(said))

    return read


def _several(gather: Callable[[list[Any]], Any], kinds: tuple[Any, ...], known: dict[Any, Record]) -> Shape | None:
    fixed = gather is tuple and len(kinds) > 0 and kinds[-1] is not ... and kinds != (Any,)
    shapes = [shape_of(kind, known) for kind in kinds if kind is not ...]
    inner = [shape for shape in shapes if shape is not None]
    if len(inner) < len(shapes) or any(shape.many for shape in inner) or (fixed and any(one.record for one in inner)):
        return None
    if fixed:
        text, json = _each_of([one.leaf for one in inner]), _each_of([one.json for one in inner])
    else:
        text, json = _all(inner[0].leaf, gather), _all(inner[0].json, gather)
    blank = all(one.blank for one in inner)
    return Shape(text, json, True, inner[0].record, blank=blank, file=any(one.file for one in inner))


def _all(read: Convert, gather: Callable[[list[Any]], Any]) -> Convert:
    """The reader of a list of any length."""

    def read_all(values: Any) -> Any:
        if not isinstance(values, list):
            raise ValueError("is not a list")
        found, mistakes = [], Mistakes()
        for index, value in enumerate(values):
            try:
                found.append(read(value))
            except ValueError as error:
                mistakes.add(f"[{index}]", error)
                if mistakes.enough:
                    break
        if mistakes:
            raise Unfit(mistakes)
        try:
            return found if gather is list else gather(found)
        except TypeError:  # a list in a set
            raise ValueError("holds what cannot stand in a set") from None

    return read_all


def _each_of(reads: list[Convert]) -> Convert:
    """The reader of a list with one value for each of *reads*."""

    def read_each(values: Any) -> Any:
        if not isinstance(values, list) or len(values) != len(reads):
            raise ValueError(f"is not a list of {len(reads)}")
        found, mistakes = [], Mistakes()
        for index, (read, value) in enumerate(zip(reads, values, strict=True)):
            try:
                found.append(read(value))
            except ValueError as error:
                mistakes.add(f"[{index}]", error)
        if mistakes:
            raise Unfit(mistakes)
        return tuple(found)

    return read_each


def _mapping(kinds: tuple[Any, Any], known: dict[Any, Record]) -> Shape | None:
    """A JSON object whose members all are of one kind; a form has none."""
    inner = shape_of(kinds[1], known)
    if kinds[0] is not str or inner is None:
        return None

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise ValueError("is not an object")
        found, mistakes = {}, Mistakes()
        for name, member in value.items():
            try:
                found[MEMBERS[str](name)] = inner.json(member)
            except ValueError as error:
                mistakes.add(f".{name[:80]}", error)
                if mistakes.enough:
                    break
        if mistakes:
            raise Unfit(mistakes)
        return found

    return Shape(_only_json, read)


def _only_json(_value: Any) -> Any:
    raise ValueError("is not an object; send it as JSON")
