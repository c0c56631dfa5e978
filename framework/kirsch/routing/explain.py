"""Why a URL leads where it leads, or how far it gets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from kirsch.routing.index import Segment, segments_of
from kirsch.routing.mapper import Mapper
from kirsch.routing.parts import Part
from kirsch.routing.route import Route


def explain(mapper: Mapper, method: str, path: str, environ: Mapping[str, Any] | None = None) -> list[str]:
    """The route that answers *method* on *path* with its variables; or else the nearest route and what failed.

    The first line is the answer, the others are its details.
    """
    known = dict(environ or {})
    match = mapper.find(path, method, known)
    asked = f"{method} {path}"
    if match.route is not None:
        values = [f"  {name} = {value!r}" for name, value in match.urlvars.items()]
        return [f"{asked} is answered by {_target(match.route)}", f"  {_where(match.route)}", *values]
    if match.allowed:
        others = [f"  {_where(route)}" for route, _ in mapper.every(path)]
        return [f"{asked} is answered by no route; the path allows {', '.join(match.allowed)}", *others]
    refused = [route for route, _ in mapper.every(path) if route.conditional]
    if refused:
        names = " and ".join(name for name in ("sub_domain", "function") if name in refused[0].conditions)
        return [
            f"{asked} is answered by no route",
            f"  nearest: {_where(refused[0])}",
            f"  its {names} condition refused",
        ]
    return [f"{asked} is answered by no route", *_nearest(mapper, path)]


def _target(route: Route) -> str:
    if route.target is not None:
        return f"a redirect to {route.target.routepath}"
    return f"{route.controller}.{route.action}"


def _where(route: Route) -> str:
    return f"route {route.label}, {route.place}"


@dataclass(frozen=True)
class Attempt:
    """How far a path got in one route, and what stopped it."""

    route: Route
    score: float
    reason: str


def _nearest(mapper: Mapper, path: str) -> list[str]:
    attempts = [_attempt(route, path) for route in mapper.matchlist if not route.mistakes]
    if not attempts:
        return ["  there are no routes"]
    best = max(attempts, key=lambda attempt: attempt.score)
    return [f"  nearest: {_where(best.route)}", f"  {best.reason}"]


def _attempt(route: Route, path: str) -> Attempt:
    """Compare segment by segment; fixed words weigh more than variables, which take anything."""
    texts = path.split("/")[1:]
    score = 0.0
    for index, segment in enumerate(segments_of(route)):
        if index >= len(texts):
            return Attempt(route, score, f"the path ends where {_shown(segment)} should follow")
        if any(isinstance(part, Part) and part.converter.spans for part in segment):
            return Attempt(
                route, score, f"{'/'.join(texts[index:])!r} does not match {_shown(segment)} and what follows"
            )
        fixed = bool(_words(segment)) or not segment
        if reason := _mismatch(segment, texts[index]):
            near = SequenceMatcher(None, texts[index], _words(segment)).ratio() if fixed else 0.4
            return Attempt(route, score + near * 0.9, reason)
        score += 1.0 if fixed else 0.6
    extra = texts[len(segments_of(route)) :]
    if extra == [""]:
        return Attempt(route, score - 0.05, "the path has a slash too many at its end")
    return Attempt(route, score - 0.1 * len(extra), f"the path goes on with {'/'.join(extra)!r}")


def _words(segment: Segment) -> str:
    """The text of a segment without variables; a format does not count as one. Empty for other segments."""
    if any(isinstance(part, Part) and part.kind != "format" for part in segment):
        return ""
    return "".join(part for part in segment if isinstance(part, str))


def _shown(segment: Segment) -> str:
    return "".join(part if isinstance(part, str) else f"{{{part.name}:{part.requirement}}}" for part in segment)


def _mismatch(segment: Segment, text: str) -> str:
    """What is wrong with *text* for this segment; empty where nothing is."""
    regexp = "".join(part.expression if isinstance(part, Part) else re.escape(part) for part in segment)
    found = re.fullmatch(regexp, text)
    if found is None:
        words = _words(segment)
        if not segment or (words and not text.startswith(f"{words}.")):
            return f"{text!r} stands where {words!r} is expected"
        names = ", ".join(part.name for part in segment if isinstance(part, Part))
        return f"{text!r} does not match the requirement of {names}: {_shown(segment)}"
    for part in segment:
        if isinstance(part, Part) and part.converter.read and found[part.name] is not None:
            try:
                part.converter.read(found[part.name])
            except ValueError:
                return f"{found[part.name]!r} looks like {part.type}, but is no value of it (variable {part.name})"
    return ""
