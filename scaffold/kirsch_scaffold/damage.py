"""What a shell does to a field before it arrives here, and how to write the field so that no shell touches it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from kirsch_scaffold.fields import FIELD_KINDS, KIND_ALIASES

_KINDS = "|".join(sorted({*FIELD_KINDS, *KIND_ALIASES}, key=len, reverse=True))
_LISTS = "|".join(kind for kind in (*FIELD_KINDS, *KIND_ALIASES) if KIND_ALIASES.get(kind, kind) in ("enum", "decimal"))
_LISTED = re.compile(rf"(?P<name>[^:]+):(?P<kind>{_LISTS}):(?P<value>[^:=,]*)(?P<tail>.*)")
_GLUED = re.compile(rf"(?P<name>[^:]+):(?P<kind>{_KINDS})(?P<rest>[^:=]+)(?P<tail>.*)")


def expanded_braces(specs: Sequence[str]) -> tuple[list[str], set[str]]:
    """Sentences about fields that a shell made of one `{a,b}`, and the specs that they explain.

    `price:decimal{10,2}` arrives as `price:decimal10 price:decimal2`, and `status:enum{a,b}` likewise.
    """
    groups: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for spec in specs:
        glued = _GLUED.fullmatch(spec)
        if glued and _is_kind(spec) is False:
            parts = (glued["name"], glued["kind"], glued["tail"])
            groups.setdefault(parts, []).append((spec, glued["rest"].strip()))
    sentences, explained = [], set[str]()
    for (name, kind, tail), pieces in groups.items():
        if len(pieces) < 2:
            continue
        seen = " ".join(spec for spec, _ in pieces)
        arguments = ",".join(rest for _, rest in pieces)
        sentences.append(f"{seen}: your shell expanded the braces; write {name}:{kind}:{arguments}{tail}")
        explained |= {spec for spec, _ in pieces}
    return sentences, explained


def expanded_arguments(specs: Sequence[str]) -> tuple[list[str], set[str]]:
    """Sentences about fields that differ only in a list of values, which the shell took apart, and those fields.

    `status:enum:{a,b}=a` arrives as `status:enum:a=a status:enum:b=a`.
    """
    groups: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for spec in specs:
        if listed := _LISTED.fullmatch(spec):
            groups.setdefault((listed["name"], listed["kind"], listed["tail"]), []).append((spec, listed["value"]))
    sentences, explained = [], set[str]()
    for (name, kind, tail), pieces in groups.items():
        if len({value for _, value in pieces}) < 2:
            continue
        seen = " ".join(spec for spec, _ in pieces)
        values = ",".join(value for _, value in pieces)
        sentences.append(f"{seen}: your shell expanded the braces; write {name}:{kind}:{values}{tail}")
        explained |= {spec for spec, _ in pieces}
    return sentences, explained


def split_by_space(specs: Sequence[str]) -> tuple[list[str], set[str]]:
    """Sentences about pieces without a colon that a space cut off the field before them, and the specs they explain."""
    sentences, explained = [], set[str]()
    for before, after in pairwise(specs):
        if ":" in before and ":" not in after and before[-1:] in ",:={(":
            sentences.append(f"{before} {after}: a space cut the field in two; write {before}{after}")
            explained |= {before, after}
    return sentences, explained


def odd_character(spec: str) -> str:
    """What to write instead of characters that only some shells pass on; empty when there are none."""
    name, _, rest = spec.partition(":")
    bare, _, _ = rest.partition("=")
    if match := re.fullmatch(r"(?P<kind>\w+)[\[({](?P<inside>[^\])}]*)[\])}](?P<more>.*)", rest):
        if match["kind"] and rest[len(match["kind"])] == "{":
            return ""  # quoted braces arrive whole and are understood
        return f"brackets mean something to your shell; write {name}:{match['kind']}:{match['inside']}{match['more']}"
    if "!" in name + bare:
        return f"fields are required anyway; write {spec.replace('!', '')}"
    if "?" in name + bare:
        return f"write {name.replace('?', '')}:{bare.replace('?', '')}:optional"
    if re.search(r"[*$`;&|<>()\[\]{}'\"\\]", bare):
        return "it holds a character that shells treat specially; use letters, digits and : , . = _ / + @ %"
    return ""


def _is_kind(spec: str) -> bool:
    kind = spec.split(":")[1].split("=", maxsplit=1)[0].lower()
    return kind in FIELD_KINDS or kind in KIND_ALIASES
