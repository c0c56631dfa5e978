"""The index in front of the routes: which of them a path could belong to, first connected first."""

from collections.abc import Callable, Container, Iterator, Sequence
from functools import cache
from itertools import product
from operator import itemgetter

from kirsch.routing.parts import Part
from kirsch.routing.route import Route
from kirsch.routing.segments import Reader, Segment, fixed_text, spans

#: What has to be at hand for each candidate: its place in the order, the route, a text that has to be part of one
#: segment (None where nothing can be said so cheaply), and how its variables are read.
Entry = tuple[int, Route, tuple[int, str] | None, tuple[Reader, ...]]
#: The positions of the segments that are fixed, counted from 1, and whether only the text up to a dot is.
Mask = tuple[tuple[int, bool], ...]
Key = str | tuple[str, ...]
#: For each mask, the routes by their fixed segments.
Shelf = dict[Mask, dict[Key, list[Entry]]]
#: A shelf without its masks: functions that take a key out of the pieces of a path, with the table to look it up in.
Tables = list[tuple[Callable[[list[str]], Key], dict[Key, list[Entry]]]]


class Index:
    """The routes on shelves by the number of pieces that their paths split into.

    A site has few masks, so a path costs a look into few tables, however many routes there are. Routes that take
    slashes stand on every shelf they reach; the deep one is for paths longer than any route is written.
    """

    def __init__(self, routes: Sequence[Route]) -> None:
        deepest = max((len(route.segments) for route in routes), default=0) + 2
        self.deep: Shelf = {}
        self.shelves: dict[int, Shelf] = {pieces: {} for pieces in range(deepest + 1)}
        for order, route in enumerate(routes):
            if route.mistakes:
                continue
            entry = (order, route, route.hint, route.readers)
            mask, keys = _mask_and_keys(route)
            pieces = len(route.segments) + 1
            own = range(pieces, deepest + 1) if route.spans else (pieces,)
            for shelf in [*(self.shelves[at] for at in own), *([self.deep] if route.spans else [])]:
                table = shelf.setdefault(mask, {})
                for key in keys:
                    table.setdefault(key, []).append(entry)

    def tables(self, known: Container[Route]) -> tuple[dict[int, Tables], Tables]:
        """What finding looks into, by the number of pieces, and for more; without tables of *known* routes alone."""
        return {pieces: _tables(shelf, known) for pieces, shelf in self.shelves.items()}, _tables(self.deep, known)

    def candidates(self, path: str) -> Iterator[Route]:
        """The routes whose fixed segments *path* has, first connected first."""
        pieces = path.split("/")
        shelf = self.shelves.get(len(pieces), self.deep)
        found = [entry for mask, table in shelf.items() for entry in table.get(_key_reader(mask)(pieces), ())]
        return (route for _, route, _, _ in sorted(found, key=itemgetter(0)))

    def covering(self, route: Route) -> Iterator[Route]:
        """The routes that could match every path that *route* matches, going by fixed segments alone."""
        shelf = self.deep if route.spans else self.shelves[len(route.segments) + 1]
        fixed = dict(_fixed_segments(route))
        for mask, table in shelf.items():
            key = [_covered_key(*fixed[at], stem=stem) for at, stem in mask if at in fixed]
            if len(key) == len(mask) and None not in key:
                for _, other, _, _ in table.get(_as_key(key), ()):
                    yield other


def _tables(shelf: Shelf, known: Container[Route]) -> Tables:
    return [
        (_key_reader(mask), table)
        for mask, table in shelf.items()
        if any(route not in known for entries in table.values() for _, route, _, _ in entries)
    ]


@cache
def _key_reader(mask: Mask) -> Callable[[list[str]], Key]:
    positions = [at for at, _ in mask]
    if not positions:
        return lambda _: ()
    if not any(stem for _, stem in mask):
        return itemgetter(*positions)
    if len(mask) == 1:
        return lambda pieces: stem_of(pieces[positions[0]])
    return lambda pieces: tuple([stem_of(pieces[at]) if stem else pieces[at] for at, stem in mask])


def stem_of(text: str) -> str:
    """The text up to its first dot, which is what is fixed of a segment that ends with any `{.format}`."""
    return text.partition(".")[0]


def _mask_and_keys(route: Route) -> tuple[Mask, list[Key]]:
    """The mask of *route* and its keys: one, or one for each word of a format such as `{.format:json|csv}`."""
    fixed = list(_fixed_segments(route))
    mask = tuple((at, stem) for at, (_, stem) in fixed)
    return mask, [_as_key(texts) for texts in product(*(texts for _, (texts, _) in fixed))]


def _as_key(texts: Sequence[str | None]) -> Key:
    return str(texts[0]) if len(texts) == 1 else tuple(map(str, texts))


def _fixed_segments(route: Route) -> Iterator[tuple[int, tuple[list[str], bool]]]:
    """Position, possible texts and whether only the stem is fixed, up to a segment that takes slashes."""
    for at, segment in enumerate(route.segments, start=1):
        if spans(segment):
            return
        if fixed := _fixed(segment):
            yield at, fixed


def _fixed(segment: Segment) -> tuple[list[str], bool] | None:
    text = fixed_text(segment)
    if text is not None:
        return [text], False
    first = segment[0]
    stem, last = ("", first) if isinstance(first, Part) else (first, segment[1])
    if isinstance(last, Part) and last.kind == "format" and segment[-1] is last:
        return ([stem_of(stem)], True) if last.words is None else ([stem, *(f"{stem}.{w}" for w in last.words)], False)
    return ([stem_of(stem)], True) if "." in stem else None


def _covered_key(texts: list[str], whole_stem: bool, *, stem: bool) -> str | None:
    """The text that another route's table has to be asked for; None where that route wants more than this one has."""
    return stem_of(texts[0]) if stem else None if whole_stem else texts[0]
