"""What stands between the slashes of a route's path: fixed words, variables, and texts that hold both."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from string import printable
from typing import Any

from kirsch.routing.parts import Part

Segment = tuple[str | Part, ...]

#: One step of reading a path: the variable, where its text stands among the segments (0 is the whole path), what the
#: text has to match (None: anything but nothing), and what makes the value of it, or raises ValueError. A step without
#: a name reads several variables at once, from the match.
Reader = tuple[str, int, Callable[[str], re.Match[str] | None] | None, Callable[[Any], Any] | None]

#: Two variables in one text that both take anything cost time with the square of its length; no longer text is tried.
LONGEST = 2000


def segments_of(parts: Sequence[str | Part]) -> list[Segment]:
    """The *parts* of a path between its slashes, from the first slash on."""
    segments: list[list[str | Part]] = [[]]
    for part in parts:
        if isinstance(part, Part):
            segments[-1].append(part)
            continue
        first, *others = part.split("/")
        segments[-1] += [first] if first else []
        segments += [[text] if text else [] for text in others]
    return [tuple(segment) for segment in segments[1:]]


def spans(segment: Segment) -> bool:
    """Whether a variable of the segment may hold slashes, and so take further ones."""
    return any(isinstance(part, Part) and part.converter.spans for part in segment)


def fixed_text(segment: Segment) -> str | None:
    """The text of a segment without variables, else None."""
    return None if any(isinstance(part, Part) for part in segment) else "".join(map(str, segment))


def separated(segment: Segment) -> bool:
    """Whether something that is no letter and no digit stands between its variables, so that words are read back."""
    touching = (before for before, after in pairwise(segment) if isinstance(after, Part) and after.kind != "format")
    if any(isinstance(before, Part) for before in touching):
        return False
    return not any(isinstance(part, str) and part.isalnum() for part in segment[1:-1])


def competing(segment: Segment) -> int:
    """How many of its variables can take text of any length, that which follows them or stands before them included.

    Where a text does not match, two of them are tried in as many ways as the square of its length says.
    """
    if sum(isinstance(part, Part) for part in segment) < 2:
        return 0
    return sum(_competes(segment, at) for at in range(len(segment)))


def _competes(segment: Segment, at: int) -> bool:
    part = segment[at]
    if isinstance(part, str) or _stops_early(segment, at):
        return False
    following = segment[at + 1] if at + 1 < len(segment) else ""
    between = following if isinstance(following, str) else "." if following.kind == "format" else ""
    before = segment[at - 1] if at else None
    return _goes_on(part.converter.pattern, between) or (
        # Where the one before may end anywhere, this one is read anew for each of its ends.
        before is not None and _goes_on(part.converter.pattern, before if isinstance(before, str) else "")
    )


@lru_cache(maxsize=1024)
def _goes_on(pattern: str, between: str) -> bool:
    """Whether *pattern* takes a text of any length in which *between* stands again and again."""
    matches = re.compile(pattern).fullmatch
    signs = ("a", "0", "/a", *printable, *pattern, *re.findall(r"\w\w+", pattern))
    return any(matches((sign + between) * 50 + sign) for sign in signs)


def _stops_early(segment: Segment, at: int) -> bool:
    """Whether a plain variable may stop where the text after it first comes, since a plain one follows and takes all.

    In `{a}-{b}-{c}` no way of reading is lost by that, and no text is looked at twice.
    """
    following = segment[at + 1 : at + 3]
    return (
        len(following) == 2
        and isinstance(following[0], str)
        and all(isinstance(part, Part) and part.is_plain for part in (segment[at], following[1]))
    )


def expression(segment: Segment) -> str:
    """The regular expression of a segment, or of a whole path that cannot be read segment by segment."""
    pieces = [_piece(segment, at) for at in range(len(segment))]
    if competing(segment) > 1:
        pieces.insert(0, f"(?!{'(?s:.)' if spans(segment) else '[^/]'}{{{LONGEST + 1}}})")
    return "".join(pieces)


def _piece(segment: Segment, at: int) -> str:
    part = segment[at]
    if isinstance(part, str):
        return re.escape(part)
    if not part.is_plain:
        return part.expression
    following = str(segment[at + 1])[:1] if at + 1 < len(segment) else "/"
    if following == "/":
        return f"(?P<{part.name}>[^/]+)"
    if _stops_early(segment, at):
        text = re.escape(str(segment[at + 1]))
        others = f"[^/{text}]" if len(str(segment[at + 1])) == 1 else f"(?:(?!{text})[^/])"
        return f"(?P<{part.name}>[^/]{others}*+)"
    return part.expression


def hint_of(segments: Sequence[Segment]) -> tuple[int, str] | None:
    """A text beside a variable, and the segment that has to hold it: cheaper to look for than the variable to read."""
    for at, segment in enumerate(segments, 1):
        texts = [part for part in segment if isinstance(part, str)]
        if spans(segment):
            break
        if texts and len(texts) < len(segment):
            return at, max(texts, key=len)
    return None


def readers_of(parts: Sequence[str | Part], segments: Sequence[Segment]) -> tuple[Reader, ...]:
    """How the variables of a path are read out of its segments; out of the whole path where one may span them."""
    if any(map(spans, segments)):
        return (_several(tuple(parts), 0),)
    return tuple(_reader(segment, at) for at, segment in enumerate(segments, 1) if fixed_text(segment) is None)


def _reader(segment: Segment, at: int) -> Reader:
    first = segment[0]
    if len(segment) > 1 or isinstance(first, str) or first.kind != "value":
        return _several(segment, at)
    if first.is_plain:
        return first.name, at, None, None
    return first.name, at, re.compile(first.converter.pattern).fullmatch, first.converter.read


def _several(segment: Segment, at: int) -> Reader:
    regexp = re.compile(expression(segment))
    variables = [(part.name, part.converter.read) for part in segment if isinstance(part, Part)]
    if len(variables) == regexp.groups and not any(read for _, read in variables):
        return "", at, regexp.fullmatch, re.Match.groupdict

    def read_all(found: re.Match[str]) -> dict[str, Any]:
        texts = ((name, found[name], read) for name, read in variables)
        return {name: text if read is None or text is None else read(text) for name, text, read in texts}

    return "", at, regexp.fullmatch, read_all
