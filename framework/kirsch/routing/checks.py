"""What is wrong with a table of routes, found before the first request."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Protocol

from kirsch.routing.converters import CONVERTERS
from kirsch.routing.index import Index
from kirsch.routing.parts import Part
from kirsch.routing.route import Route
from kirsch.routing.segments import Segment


class Table(Protocol):
    """What is checked of a mapper."""

    routes: list[Route]
    matchlist: list[Route]


def find_mistakes(mapper: Table) -> Iterator[str]:
    """One sentence for each broken route and for each route that an earlier one hides."""
    for route in mapper.routes:
        targets = [route.target] if route.target else []
        for mistake in [*route.mistakes, *(text for target in targets for text in target.mistakes)]:
            yield f"{route.place}: the route {route.label}: {mistake}"
        if not (route.controller or route.static or route.redirect or route.mistakes):
            yield f"{route.place}: the route {route.label} names no controller; add controller=..."
    # Resources and submappers hand requirements to all of their routes, whose variables differ.
    variables = {name for route in mapper.routes for name in route.variables}
    for route in mapper.routes:
        for name in sorted(route.reqs.keys() - variables):
            if near := get_close_matches(name, route.variables, n=1):
                yield f"{route.place}: the route {route.label} has no variable {name!r}. Did you mean {near[0]!r}?"
    index = Index(mapper.matchlist)
    order = {id(route): number for number, route in enumerate(mapper.matchlist)}
    for route in mapper.matchlist:
        if route.mistakes:
            continue
        earlier = [
            other
            for other in index.covering(route)
            if order[id(other)] < order[id(route)] and not other.conditional and covers(other, route)
        ]
        if earlier and _answered(earlier, route):
            yield (
                f"{route.place}: the route {route.label} is never reached; "
                f"{earlier[0].label} ({earlier[0].place}) matches everything it could, and stands before it"
            )


def _answered(earlier: Sequence[Route], route: Route) -> bool:
    """Whether every method of *route* is taken by one of the *earlier* routes."""
    if any(other.answers is None for other in earlier):
        return True
    taken = {method for other in earlier for method in other.answers or ()}
    return route.methods is not None and route.methods <= taken


def covers(first: Route, second: Route) -> bool:
    """Whether every path that *second* matches is surely matched by *first*; False where that is not certain."""
    if first.mistakes:
        return False
    if not second.variables:
        return first.read("".join(part for part in second.parts if isinstance(part, str))) is not None
    mine, theirs = first.segments, second.segments
    for index, segment in enumerate(mine):
        if _takes_all(segment) and index == len(mine) - 1:
            return len(theirs) > index
        if index >= len(theirs) or not _segment_covers(segment, theirs[index]):
            return False
    return len(mine) == len(theirs)


def _takes_all(segment: Segment) -> bool:
    """Whether the segment is a variable that takes anything at all, slashes and nothing included."""
    return len(segment) == 1 and isinstance(segment[0], Part) and segment[0].converter.pattern in (".*", ".*?")


def _segment_covers(mine: Segment, theirs: Segment) -> bool:
    if _pattern(mine) == _pattern(theirs):
        return True
    if any(isinstance(part, Part) and part.converter.spans for part in (*mine, *theirs)):
        return False
    if not (len(mine) == 1 and isinstance(mine[0], Part) and mine[0].converter.pattern == "[^/]+?"):
        return False
    return bool(
        any(isinstance(part, str) for part in theirs)
        or (theirs and all(isinstance(part, Part) and part.converter.pattern in NEVER_EMPTY for part in theirs))
    )


NEVER_EMPTY = ("[0-9]+", *(converter.pattern for converter in CONVERTERS.values() if not converter.spans))


def _pattern(segment: Segment) -> list[tuple[str, str]]:
    return [("", part) if isinstance(part, str) else (part.kind, part.converter.pattern) for part in segment]
