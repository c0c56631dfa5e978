"""The field grammar: `title:str:200:unique price:decimal:10,2=0 author:ref tags:many`, every mistake found at once.

field := name ":" kind (":" argument)* ["=" default]
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from kirsch_scaffold import names
from kirsch_scaffold.contradictions import contradictions
from kirsch_scaffold.damage import expanded_arguments, expanded_braces, odd_character, split_by_space
from kirsch_scaffold.defaults import DefaultFault, default_source, number
from kirsch_scaffold.fields import (
    FIELD_KINDS,
    KIND_ALIASES,
    LATER,
    LENGTHS,
    LINKS,
    MODIFIER_ALIASES,
    MODIFIERS,
    NUMBERS,
    ON_DELETE,
    TEXTS,
    Field,
)

TAKEN = {
    "id": "every model has an id already; leave it out",
    "row_version": "every model counts its versions under this name already; choose another",
    "csrf_token": "forms carry their token under this name; choose another",
}


class FieldErrors(ValueError):
    """The field specs hold mistakes: one sentence each in `mistakes`; `fields` are those that are right."""

    def __init__(self, mistakes: Sequence[str], fields: Sequence[Field] = ()) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)
        self.fields = tuple(fields)


class _Fault(ValueError):
    pass


def parse(specs: Sequence[str], class_name: str) -> list[Field]:
    """The fields that the specs of the model *class_name* describe.

    :raises FieldErrors: with every mistake of every field.
    """
    mistakes, fields = [], list[Field]()
    explained = set[str]()
    for find in (expanded_braces, expanded_arguments, split_by_space):
        sentences, specs_seen = find([spec for spec in specs if spec not in explained])
        mistakes += sentences
        explained |= specs_seen
    for spec in specs:
        if spec in explained:
            continue
        field, faults = _field(spec, class_name)
        mistakes += [f"{spec}: {fault}" for fault in faults]
        fields += [field] if field else []
    mistakes += _together(fields)
    if mistakes:
        raise FieldErrors(mistakes, fields)
    return [_complete(field) for field in fields]


def _field(spec: str, class_name: str) -> tuple[Field | None, list[str]]:
    name, colon, rest = spec.partition(":")
    if fault := odd_character(spec) or ("" if colon else _no_kind(name)):
        return None, [fault]
    faults = [fault] if (fault := name_fault(name)) else []
    kind, arguments, default = _pieces(rest)
    kind = KIND_ALIASES.get(kind.lower(), kind.lower())
    if kind not in FIELD_KINDS:
        unknown = f"there is no kind {kind!r}. {near(kind, [*FIELD_KINDS, *KIND_ALIASES], FIELD_KINDS)}"
        return None, [*faults, LATER.get(kind, unknown)]
    field, wrong = _with_arguments(Field(names.snake(name), kind, spec, default=default or ""), arguments)
    faults += wrong
    if default == "":
        faults.append("the default is empty: leave out '=', or quote the field if your shell took a $variable away")
    field = _with_kind_defaults(field, class_name)
    faults = faults or contradictions(field)
    if faults or default is None:
        return field, faults
    return _with_default(field, arguments)


def _with_arguments(field: Field, arguments: Sequence[str]) -> tuple[Field, list[str]]:
    faults = []
    for argument in arguments:
        try:
            field = _take(field, argument)
        except _Fault as fault:
            faults.append(str(fault))
    return field, faults


def _with_default(field: Field, arguments: Sequence[str]) -> tuple[Field, list[str]]:
    try:
        return replace(field, default_source=default_source(field)), []
    except DefaultFault as fault:
        return field, [f"the default {fault}{_order_hint(field, arguments)}"]


def _no_kind(name: str) -> str:
    if not name:
        return "an empty field; leave it out"
    return f"a field needs a kind, as in {names.snake(name) or 'title'}:str"


def _pieces(rest: str) -> tuple[str, list[str], str | None]:
    """Kind, arguments and default. `min=0` and `max=9` are arguments; any other "=" begins the default."""
    if braces := re.fullmatch(r"(\w+)\{([^}]*)\}(.*)", rest):
        rest = f"{braces[1]}:{braces[2]}{braces[3]}"
    pieces: list[str] = []
    while rest:
        piece = re.match(r"(?:(min|max)=[^:=]*|[^:=]*)", rest)
        text = piece[0] if piece else ""
        pieces.append(text)
        rest = rest[len(text) :]
        if rest.startswith("="):
            return pieces[0], pieces[1:], rest[1:]
        if rest == ":":
            pieces.append("")
        rest = rest[1:]
    return (pieces or [""])[0], pieces[1:], None


def _take(field: Field, argument: str) -> Field:
    """The field with one more argument."""
    word = MODIFIER_ALIASES.get(argument.lower(), argument.lower())
    if not argument:
        raise _Fault("there is nothing between two colons, or after the last one")
    if word.startswith(("min=", "max=")):
        return _bound(field, word)
    if field.kind == "enum" and not field.choices:
        return replace(field, choices=_choices(argument))
    if word in MODIFIERS:
        return _modified(field, word)
    return _link(field, argument, word) if field.kind in LINKS else _sized(field, argument, word)


def _modified(field: Field, word: str) -> Field:
    changes: dict[str, Any] = {} if word == "required" else {word: True}
    return replace(field, **changes)


def _sized(field: Field, argument: str, word: str) -> Field:
    if field.kind in ("str", "password") and argument.isdigit() and field.length is None:
        return replace(field, length=_length(int(argument)))
    if field.kind == "decimal" and field.precision is None and re.fullmatch(r"[\d,. ]+", argument):
        precision, scale = _digits(argument)
        return replace(field, precision=precision, scale=scale)
    if field.kind == "slug" and not field.slug_from and re.fullmatch(r"[a-zA-Z_]\w*", argument):
        return replace(field, slug_from=names.snake(argument))
    there_is = near(word, [*MODIFIERS, *MODIFIER_ALIASES], _arguments_of(field))
    raise _Fault(f"{field.kind} takes no {argument!r}. {there_is}")


def _arguments_of(field: Field) -> Sequence[str]:
    own = {"str": ["a length"], "decimal": ["digits,decimals"], "enum": ["values"], "slug": ["a field"]}
    return [*own.get(field.kind, []), *MODIFIERS[:-1], *(["min=N", "max=N"] if field.kind in NUMBERS else [])]


def _bound(field: Field, word: str) -> Field:
    side, _, value = word.partition("=")
    if field.kind not in NUMBERS:
        hint = "; a length is written str:80" if field.kind in TEXTS else ""
        raise _Fault(f"{side} is for numbers, not for {field.kind}{hint}")
    limit = number(value)
    if limit is None or (field.kind not in ("float", "decimal", "money") and limit != int(limit)):
        raise _Fault(f"{side}={value} is no {'number' if limit is None else 'whole number'}")
    return replace(field, minimum=value) if side == "min" else replace(field, maximum=value)


def _length(length: int) -> int:
    if not 1 <= length <= 4000:
        raise _Fault(f"a length of {length} does not work in every database: use 1 to 4000, or text")
    return length


def _digits(argument: str) -> tuple[int, int]:
    parts = re.findall(r"\d+", argument)
    precision, scale = (int(part) for part in (*parts, "0")[:2])
    if len(parts) > 2 or not 1 <= precision <= 38 or scale > precision:
        raise _Fault(f"{argument} is no size of a decimal: write 10,2 for ten digits, two of them behind the point")
    return precision, scale


def _choices(argument: str) -> tuple[str, ...]:
    values = tuple(value.strip() for value in argument.split(","))
    if len(values) < 2 or not all(values):
        raise _Fault("an enum needs two values or more, as in enum:draft,live")
    if twice := sorted({value for value in values if values.count(value) > 1}):
        raise _Fault(f"the enum names {', '.join(twice)} twice")
    if long := [value for value in values if len(value) > 60]:
        raise _Fault(f"the enum value {long[0]!r} is longer than 60 characters")
    return values


def _link(field: Field, argument: str, word: str) -> Field:
    if word in ON_DELETE and field.kind != "many" and not field.on_delete:
        return replace(field, on_delete=ON_DELETE[word])
    if re.fullmatch(r"[A-Za-z_]\w*", argument) and field.kind != "self" and not field.target:
        return replace(field, target=names.class_name(argument))
    known = [*(ON_DELETE if field.kind != "many" else []), *MODIFIERS[:-1]]
    raise _Fault(f"{field.kind} takes no {argument!r}. {near(word, known)}")


def _with_kind_defaults(field: Field, class_name: str) -> Field:
    if field.kind in LENGTHS and field.length is None:
        field = replace(field, length=LENGTHS[field.kind])
    if field.kind == "money":
        field = replace(field, precision=12, scale=2)
    if field.kind == "decimal" and field.precision is None:
        field = replace(field, precision=10, scale=2)
    if field.kind in ("ref", "many") and not field.target:
        field = replace(field, target=names.class_name(field.name.removesuffix("_id")))
    if field.kind == "self":
        field = replace(field, target=class_name, optional=True)
    return field


def _order_hint(field: Field, arguments: Sequence[str]) -> str:
    value, colon, rest = field.default.partition(":")
    words = [MODIFIER_ALIASES.get(word, word).partition("=")[0] for word in rest.split(":")]
    if not colon or not all(word in (*MODIFIERS, "min", "max") for word in words):
        return ""
    return f"; the default comes last: write {':'.join([field.name, field.kind, *arguments, rest])}={value}"


def _together(fields: Sequence[Field]) -> list[str]:
    """Mistakes that only show when the fields are seen side by side."""
    mistakes, seen = [], dict[str, Field]()
    columns: dict[str, Field] = {}
    for field in fields:
        column = f"{field.name}_id" if field.kind in ("ref", "self") else field.name
        other = seen.get(field.name) or columns.get(field.name) or seen.get(column) or columns.get(column)
        if other is not None:
            mistakes.append(f"{field.spec}: the name is taken by {other.spec}; choose another")
        seen[field.name] = columns[column] = field
    for field in fields:
        origin = seen.get(field.slug_from)
        if field.slug_from and (origin is None or origin.kind not in ("str", "text", "email") or origin is field):
            texts = [one.name for one in fields if one.kind in ("str", "text")]
            mistakes.append(f"{field.spec}: there is no text field {field.slug_from!r}. {near(field.slug_from, texts)}")
    return mistakes


def _complete(field: Field) -> Field:
    return replace(field, index=field.index and not field.unique)


def name_fault(name: str) -> str:
    """Why a field cannot have this name; empty when it can. `publishedOn` can: it becomes `published_on`."""
    word = names.snake(name)
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", name) or not word or not word[0].isalpha():
        return f"{name!r} is no name: begin with a letter and use letters, digits and underscores"
    if keyword.iskeyword(word):
        return f"{word} is a word of the Python language; call it {word}_name or {word}_value"
    if word in names.ATTRIBUTE_WORDS or word.startswith("model_config"):
        return f"{word} means something else in a model; call it {word}_value"
    return TAKEN.get(word, "") or (f"{word} is longer than 50 characters" if len(word) > 50 else "")


def near(word: str, known: Sequence[str], shown: Sequence[str] = ()) -> str:
    """`Did you mean 'str'?`, or the words there are."""
    if close := get_close_matches(word, known, n=1):
        return f"Did you mean {close[0]!r}?"
    words = list(shown or known)
    return f"There is: {', '.join(words)}." if words else "There is none."
