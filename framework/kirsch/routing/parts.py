"""The pieces of a route's path: text, `{variables}`, `{.format}` and `*rest`, and how values are read and written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import Any

from kirsch.routing.converters import ANYTHING, Converter, RouteError, converter_of

#: What a format without a list of words takes.
FORMAT = "[^/.]+?"


@dataclass(frozen=True)
class Part:
    """One variable of a path.

    *kind* is "value", "format" (comes with its dot, may be absent) or "rest"; *type* names the converter.
    """

    name: str
    kind: str
    type: str
    converter: Converter

    @property
    def expression(self) -> str:
        """The regular expression of this part, as a group of its name."""
        group = f"(?P<{self.name}>{self.converter.pattern})"
        return rf"(?:\.{group})??" if self.kind == "format" else group

    @property
    def wanted(self) -> str:
        """What it takes, in the words of its route: the type, or the regular expression."""
        return self.converter.pattern if self.type == "str" or self.kind == "rest" else self.type

    @property
    def is_plain(self) -> bool:
        """Whether it takes any text up to the next slash or the text that follows it."""
        return self.converter.pattern == ANYTHING and self.converter.read is None and self.kind == "value"

    @property
    def is_own(self) -> bool:
        """Whether its regular expression was written in the route."""
        return self.type == "str" and self.converter.pattern not in (ANYTHING, FORMAT)

    @property
    def words(self) -> tuple[str, ...] | None:
        """The values, where the pattern is a plain list of words such as `json|csv`."""
        return tuple(self.converter.pattern.split("|")) if _WORDS.fullmatch(self.converter.pattern) else None

    def write(self, value: Any) -> str:
        """*value* as text, not yet quoted."""
        return self.converter.write(value.value if isinstance(value, Enum) else value)


def read_path(
    path: str,
    requirements: Mapping[str, object],
    converters: Mapping[str, object],
    static: bool = False,
) -> tuple[str | Part, ...]:
    """The parts of *path* in order.

    Understands what Routes does (`{x}`, `{x:regex}`, `:x`, `:(x)`, `*rest`, `{.format}`, backslash escapes), and in
    a regex braces, classes and groups. *static* paths know braces only.

    :raises RouteError: for a path that is broken, with what is wrong in it.
    """
    parts: list[str | Part] = []
    literal = ""
    position = 0
    while position < len(path):
        if escaped := _ESCAPED.match(path, position):
            literal, position = literal + escaped[1], escaped.end()
            continue
        kind, name, pattern, end = _read_variable(path, position, static)
        if not kind:
            literal, position = literal + path[position], position + 1
            continue
        if literal:
            parts.append(literal)
        literal, position = "", end
        parts.append(_make_part(kind, name, requirements.get(name, pattern), converters))
    if literal:
        parts.append(literal)
    names = [part.name for part in parts if isinstance(part, Part)]
    if twice := {name for name in names if names.count(name) > 1}:
        raise RouteError(f"the variable {min(twice)!r} stands twice in it; give each its own name")
    return tuple(parts)


_ESCAPED = re.compile(r"\\([:{}*\\])")
_OLD_STYLE = re.compile(r"([:*])(?:\(([^\W\d]\w*)\)|([^\W\d]\w*))")
_WORDS = re.compile(r"\w+(?:\|\w+)*", re.ASCII)


def _read_variable(path: str, position: int, static: bool) -> tuple[str, str, str, int]:
    """Kind, name, pattern and end of the variable at *position*; an empty kind where there is none."""
    if path[position] == "{":
        end = _closing_brace(path, position)
        name, _, pattern = path[position + 1 : end].partition(":")
        return ("format", name[1:], pattern, end + 1) if name.startswith(".") else ("value", name, pattern, end + 1)
    if path[position] == "*" and not static and not _OLD_STYLE.match(path, position):
        raise RouteError(r"a '*' needs a name, as in '*rest'; write '\*' for a literal one")
    if static or not (found := _OLD_STYLE.match(path, position)):
        return "", "", "", position
    return "rest" if found[1] == "*" else "value", found[2] or found[3], "", found.end()


def _closing_brace(path: str, start: int) -> int:
    """Where the brace at *start* is closed, past braces, classes and escapes inside a regex."""
    depth, in_class, position = 0, False, start
    while position < len(path):
        character = path[position]
        if character == "\\":
            position += 1
        elif in_class:
            in_class = character != "]" or path[position - 1] == "["
        elif character == "[":
            in_class = True
        elif character in "{}":
            depth += 1 if character == "{" else -1
            if depth == 0:
                return position
        position += 1
    raise RouteError(f"the brace in {path[start:]!r} is never closed")


def _make_part(kind: str, name: str, pattern: object, converters: Mapping[str, object]) -> Part:
    if not name.isidentifier():
        raise RouteError(f"{name!r} is no name for a variable; use letters, digits and underscores")
    if not isinstance(pattern, str):
        return Part(name, kind, str(getattr(pattern, "__name__", name)), converter_of(pattern))
    if kind == "format" and not pattern:
        return Part(name, kind, "str", Converter(FORMAT))
    if kind == "rest" and not pattern:
        return Part(name, kind, "path", Converter(".+?", spans=True))
    if not pattern or pattern in converters:
        return Part(name, kind, pattern or "str", converter_of(converters[pattern or "str"]))
    if pattern.isalpha() and len(pattern) > 2 and (near := get_close_matches(pattern, converters, n=1, cutoff=0.6)):
        raise RouteError(
            f"{{{name}:{pattern}}} names no known type. Did you mean {near[0]!r}? "
            f"(For exactly that word as a regex write {{{name}:({pattern})}}.)"
        )
    pattern = _ascii_digits(pattern)
    try:
        re.compile(pattern)
    except re.error as error:
        raise RouteError(f"the regex {pattern!r} of {name!r} is broken: {error}") from None
    return Part(name, kind, "str", Converter(pattern, spans=not _stays_in_segment(pattern)))


_DIGIT_OR_CLASS = re.compile(r"\\[dD]|\\.|\[\^?\]?|\]", re.DOTALL)


def _ascii_digits(pattern: str) -> str:
    """*pattern* with digits meaning 0 to 9 only; other scripts have some that `int` reads and a database does not."""
    in_class = False

    def replace(found: re.Match[str]) -> str:
        nonlocal in_class
        token = found[0]
        if token.startswith("[") and not in_class:
            in_class = True
        elif token == "]":
            in_class = False
        elif token == r"\d":
            return "0-9" if in_class else "[0-9]"
        elif token == r"\D" and not in_class:
            return "[^0-9]"
        return token

    return _DIGIT_OR_CLASS.sub(replace, pattern)


#: A regex made of these tokens alone cannot match a slash. Any other is taken to span segments: slower, never wrong.
_SEGMENT_BOUND = re.compile(
    r"(?:\w|-|\\[wds.\-+]|\(\?:|[()|?*+]|\{[0-9,]+\}"  # words, escapes, groups, repeats
    r"|\[(?:a-z|A-Z|0-9|a-f|A-F|\w(?!-)|\\[wds.\-]|\.)+-?\]"  # [a-z0-9_-]
    r"|\[\^[^\]\\]*/[^\]\\]*\])*",  # [^/.]
    re.ASCII,
)


def _stays_in_segment(pattern: str) -> bool:
    return _SEGMENT_BOUND.fullmatch(pattern) is not None
