"""The index in front of the regular expressions: which routes a path could belong to, first connected first."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kirsch.routing.parts import Part
from kirsch.routing.route import Route

#: The key of each segment of a path: its text up to the first dot, so that `{.format}` does not hide it.
KEYS = re.compile(r"/([^/.]*)")


@dataclass(frozen=True)
class Shelf:
    """The routes that paths of one depth can belong to.

    *tests* holds, for each position that tells routes apart, a table from segment key to the set of routes that
    accept it and the set that accept any key. A set is an integer whose bit i stands for `routes[i]`, so the lowest
    bit of what is left after all tests is the route connected first.
    """

    routes: tuple[Route, ...]
    everything: int
    tests: tuple[tuple[int, dict[str, int], int], ...]


Segment = tuple[str | Part, ...]


def segments_of(route: Route) -> list[Segment]:
    """The parts of *route* between its slashes, from the first slash on."""
    segments: list[list[str | Part]] = [[]]
    for part in route.parts:
        if isinstance(part, Part):
            segments[-1].append(part)
            continue
        first, *others = part.split("/")
        segments[-1] += [first] if first else []
        segments += [[text] if text else [] for text in others]
    return [tuple(segment) for segment in segments[1:]]


def segment_keys(route: Route) -> tuple[list[str | None], bool]:
    """For each segment of *route* its key, or None where any will do; and whether further segments may follow."""
    segments = segments_of(route)
    keys = [_key(segment) for segment in segments]
    for index, segment in enumerate(segments):
        if any(isinstance(part, Part) and part.converter.spans for part in segment):
            keys[index:] = [None] * (len(keys) - index)
            return keys, True
    return keys, False


def _key(segment: Segment) -> str | None:
    if not segment:
        return ""
    first = segment[0]
    if isinstance(first, Part):
        # A segment that is nothing but an optional format may be empty: `/{.format}`.
        return "" if first.kind == "format" and len(segment) == 1 else None
    if "." in first or len(segment) == 1:
        return first.partition(".")[0]
    following = segment[1]
    return first if isinstance(following, Part) and following.kind == "format" and len(segment) == 2 else None


def build_shelves(routes: Sequence[Route]) -> list[Shelf]:
    """One shelf for each number of segments; the last one serves all deeper paths."""
    keyed = [(route, *segment_keys(route)) for route in routes]
    deepest = max((len(keys) for _, keys, _ in keyed), default=0) + 1
    shelves = []
    for depth in range(deepest + 1):
        fitting = [
            (route, keys)
            for route, keys, open_ended in keyed
            if len(keys) == depth or (open_ended and len(keys) < depth)
        ]
        shelves.append(_make_shelf(fitting, depth))
    return shelves


def _make_shelf(fitting: Sequence[tuple[Route, list[str | None]]], depth: int) -> Shelf:
    tests = []
    for position in range(depth):
        anything = 0
        accepting: dict[str, int] = {}
        for bit, (_, keys) in enumerate(fitting):
            key = keys[position] if position < len(keys) else None
            if key is None:
                anything |= 1 << bit
            else:
                accepting[key] = accepting.get(key, 0) | 1 << bit
        if accepting:
            tests.append((position, {key: bits | anything for key, bits in accepting.items()}, anything))
    return Shelf(tuple(route for route, _ in fitting), (1 << len(fitting)) - 1, tuple(tests))


def candidates(shelves: Sequence[Shelf], path: str) -> Iterator[Route]:
    """The routes that may match *path*, first connected first; the regular expression has the last word."""
    keys = KEYS.findall(path)
    shelf = shelves[min(len(keys), len(shelves) - 1)]
    left = shelf.everything
    for position, table, anything in shelf.tests:
        left &= table.get(keys[position], anything)
    while left:
        lowest = left & -left
        left ^= lowest
        yield shelf.routes[lowest.bit_length() - 1]


def covered(shelves: Sequence[Shelf], route: Route) -> Iterator[Route]:
    """The routes that could match every path that *route* matches, going by segment keys alone."""
    keys, open_ended = segment_keys(route)
    shelf = shelves[-1] if open_ended else shelves[len(keys)]
    left = shelf.everything
    for position, table, anything in shelf.tests:
        key = keys[position] if position < len(keys) else None
        left &= anything if key is None else table.get(key, anything)
    while left:
        lowest = left & -left
        left ^= lowest
        yield shelf.routes[lowest.bit_length() - 1]
