"""Why a URL leads where it leads, or how far it gets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from kirsch.routing.mapper import Mapper
from kirsch.routing.parts import Part
from kirsch.routing.route import Route
from kirsch.routing.segments import Segment, expression, spans


def explain(mapper: Mapper, method: str, path: str, environ: Mapping[str, Any] | None = None) -> list[str]:
    """The route that answers *method* on *path* with its variables; or else the nearest route and what failed.

    The first line is the answer, the others are its details.
    """
    known = dict(environ or {})
    found, values, allowed = mapper.find(path, method, known)
    asked = f"{method} {path}"
    if found is not None:
        shown = [f"  {name} = {value!r}" for name, value in values.items()]
        article = "a " if found.target else ""
        return [f"{asked} is answered by {article}{found.destination}", f"  {_where(found)}", *shown]
    if allowed:
        others = [f"  {_where(route)}" for route, _ in mapper.every(path)]
        if method == "OPTIONS":
            return [f"{asked} is answered with 204 and Allow: {', '.join(allowed)}", *others]
        return [f"{asked} is answered by no route; the path allows {', '.join(allowed)}", *others]
    attempt = nearest(mapper, method, path, known)
    if attempt is None:
        return [f"{asked} is answered by no route", "  there are no routes"]
    return [f"{asked} is answered by no route", f"  nearest: {_where(attempt.route)}", f"  {attempt.reason}"]


def _where(route: Route) -> str:
    return f"route {route.label}, {route.place}"


@dataclass(frozen=True)
class Attempt:
    """How far a path got in one route, and what stopped it: *at* is the number of segments that fitted."""

    route: Route
    score: float
    at: int
    reason: str


def nearest(mapper: Mapper, method: str, path: str, environ: Mapping[str, Any]) -> Attempt | None:
    """The route that came nearest to a *path* that none takes, and why it does not; None where there are no routes."""
    for route, _ in mapper.every(path):
        return Attempt(route, 1.0, len(route.segments), _refusal(mapper, route, environ))
    routes = [route for route in mapper.matchlist if not route.mistakes]
    answering = {route for route in routes if route.answers is None or method in route.answers}
    attempts = (_attempt(route, path) for route in routes)
    return max(attempts, key=lambda attempt: (attempt.score, attempt.route in answering), default=None)


def _refusal(mapper: Mapper, route: Route, environ: Mapping[str, Any]) -> str:
    """Why the conditions of a *route* whose path fits do not hold."""
    wanted = route.conditions.get("sub_domain")
    found = mapper.sub_domain(environ)
    if "sub_domain" in route.conditions and not route.accepts_sub_domain(found):
        named = ", ".join(wanted) if isinstance(wanted, (list, tuple, set, frozenset)) else wanted
        expected = "any sub-domain" if wanted is True else f"the sub-domain {named}" if wanted else "no sub-domain"
        host = environ.get("HTTP_HOST") or "no host"
        return f"its sub_domain condition refused: {host} has {found or 'none'}, and the route wants {expected}"
    return f"its function condition refused: {getattr(route.conditions['function'], '__name__', 'the function')}"


def _attempt(route: Route, path: str) -> Attempt:
    """Compare segment by segment; fixed words weigh more than variables, which take anything."""
    texts = path.split("/")[1:]
    score = 0.0
    for index, segment in enumerate(route.segments):
        if index >= len(texts):
            return Attempt(route, score, index, f"the path ends where {_shown(segment)} should follow")
        if spans(segment):
            reason = f"{'/'.join(texts[index:])!r} does not match {_shown(segment)} and what follows"
            return Attempt(route, score, index, reason)
        fixed = bool(_words(segment)) or not segment
        if reason := _mismatch(segment, texts[index]):
            near = SequenceMatcher(None, texts[index][:100], _words(segment)).ratio() if fixed else 0.4
            near = near if texts[index] else -0.1  # a slash at the end is more likely a slash too many
            later = zip(route.segments[index + 1 :], texts[index + 1 :], strict=False)
            fitting = sum(not spans(other) and not _mismatch(other, text) for other, text in later)
            missing = abs(len(route.segments) - len(texts))
            return Attempt(route, score + near * 0.9 + 0.3 * fitting - 0.05 * missing, index, reason)
        score += 1.0 if fixed else 0.6
    extra = texts[len(route.segments) :]
    if extra == [""]:
        return Attempt(route, score - 0.05, len(route.segments), "the path has a slash too many at its end")
    reason = f"the path goes on with {'/'.join(extra)!r}"
    return Attempt(route, score - 0.1 * len(extra), len(route.segments), reason)


def _words(segment: Segment) -> str:
    """The text of a segment without variables; a format does not count as one. Empty for other segments."""
    if any(isinstance(part, Part) and part.kind != "format" for part in segment):
        return ""
    return "".join(part for part in segment if isinstance(part, str))


def _shown(segment: Segment) -> str:
    return "".join(
        part if isinstance(part, str) else f"{{{'.' * (part.kind == 'format')}{part.name}:{part.wanted}}}"
        for part in segment
    )


def _mismatch(segment: Segment, text: str) -> str:
    """What is wrong with *text* for this segment; empty where nothing is."""
    found = re.fullmatch(expression(segment), text)
    if found is None:
        words = _words(segment)
        if not segment or (words and not text.startswith(f"{words}.")):
            return f"{repr(text) if text else 'nothing'} stands where {words!r} is expected"
        names = ", ".join(part.name for part in segment if isinstance(part, Part))
        return f"{text!r} does not match the requirement of {names}: {_shown(segment)}"
    for part in segment:
        if isinstance(part, Part) and part.converter.read and found[part.name] is not None:
            try:
                part.converter.read(found[part.name])
            except ValueError as error:
                reason = f": {error}" if str(error) else ""
                return f"{found[part.name]!r} is refused by {part.type}{reason} (variable {part.name})"
    return ""
