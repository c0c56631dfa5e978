"""What configuration says for a path and everything below it: ``[paths."/admin".tools.basicauth]``."""

from collections.abc import Iterable, Iterator, Mapping
from copy import copy

from kirsch.config import Config
from kirsch.errors import did_you_mean
from kirsch.finding import Find
from kirsch.routing import Part, Route
from kirsch.routing.segments import Segment, fixed_text, spans


class Paths:
    """The prefixes that configuration names. A prefix covers whole segments: ``/admin`` not ``/administration``."""

    def __init__(self, *configs: Config) -> None:
        self.configs = configs
        written = dict.fromkeys(name for config in configs for name in config.names("paths"))
        #: The segments of each prefix, shorter ones first.
        self.prefixes: dict[str, tuple[str, ...]] = {
            name: tuple(name.split("/")[1:]) if name != "/" else ()
            for name in sorted(written, key=lambda name: (len(name.rstrip("/").split("/")), name))
        }
        self._by_path = {"/".join(("", *segments)): name for name, segments in self.prefixes.items()}
        self._longest = max(map(len, self.prefixes.values()), default=0) + 1

    def chain(self, prefix: str | None) -> list[str]:
        """*prefix* and the shorter ones that it lies under, which come first."""
        if prefix is None:
            return []
        segments = self.prefixes[prefix]
        return [name for name, own in self.prefixes.items() if segments[: len(own)] == own]

    def nearest(self, path: str) -> str | None:
        """The longest prefix that covers *path*."""
        if not path.startswith("/"):
            return None
        # No more of it than can matter: a path may be long, and this is asked for paths that lead nowhere.
        place = "/".join(path.split("/", self._longest)[: self._longest])
        while place and place not in self._by_path:
            place = place[: place.rindex("/")]
        return self._by_path.get(place)

    def around(self, route: Route) -> str | None:
        """The longest prefix that covers every path of *route*."""
        texts = list(fixed_texts(route))
        return next(
            (name for name in reversed(self.prefixes) if list(self.prefixes[name]) == texts[: self._size(name)]), None
        )

    def crossed(self, route: Route) -> list[str]:
        """The prefixes that cover some paths of *route*, since a variable stands where they have text."""
        texts = list(fixed_texts(route))
        if len(texts) == len(route.segments):
            return []
        return [
            name for name, own in self.prefixes.items()
            if len(own) > len(texts) and list(own[: len(texts)]) == texts
            and (len(own) <= len(route.segments) or any(map(spans, route.segments)))
        ]  # fmt: skip

    def mistakes(self, routes: Iterable[Route]) -> Iterator[str]:
        """What is said of prefixes that are none, or cover no route."""
        found = [route for route in routes if not route.static]
        used = {name for route in found for name in (*self.chain(self.around(route)), *self.crossed(route))}
        known = {
            "/".join(("", *texts[:size]))
            for route in found
            for texts in [list(fixed_texts(route))]
            for size in range(1, len(texts) + 1)
        }
        for config in self.configs:
            for name, setting in config.names("paths").items():
                plain = name.startswith("/") and not name[1:].endswith("/") and not {"{", "*"} & set(name)
                if not plain:
                    mend = 'Write whole segments, as in [paths."/admin/users".tools.csrf].'
                    yield f"{setting.origin}: {name!r} is no path. {mend}"
                elif name not in used:
                    yield f"{setting.origin}: no route lies under {name!r}. {did_you_mean(name, known)}"

    def _size(self, name: str) -> int:
        return len(self.prefixes[name])


def fixed_texts(route: Route) -> Iterator[str]:
    """The segments of a route up to its first variable; a format at the end of one does not count."""
    for segment in route.segments:
        text = fixed_text(without_format(segment))
        if text is None:
            return
        yield text


def without_format(segment: Segment) -> Segment:
    last = segment[-1] if segment else ""
    return segment[:-1] if isinstance(last, Part) and last.kind == "format" and segment[1:] else segment


def copies(paths: Paths, routes: Iterable[Route]) -> dict[Route, dict[str, Route]]:
    """For each route that prefixes cross, a route like it for each of them, which has tools of its own."""
    return {route: {name: copy(route) for name in crossed} for route in routes if (crossed := paths.crossed(route))}


def find_below(find: Find, paths: Paths, crossing: Mapping[Route, Mapping[str, Route]]) -> Find:
    """*find*, where a request below a prefix that crosses its route finds the route for that; itself if none does."""
    if not crossing:
        return find

    def find_nearest(path: str, method: str, environ: dict[str, object]) -> object:
        found = find(path, method, environ)
        if (
            found[0] is not None
            and found[0] in crossing
            and (near := crossing[found[0]].get(paths.nearest(path) or ""))
        ):
            return (near, *found[1:])
        return found

    return find_nearest  # type: ignore[return-value]
