"""Matching and generation against the plain meaning of a table: random tables, 100,000 comparisons and more."""

import random
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as some

from kirsch.routing import Mapper, RouteError
from plain_routes import KINDS, PlainRoute, Variable, first_match, splits

WORDS = ["a", "b", "ab", "new", "x.y", "é", "12", "2026", ""]
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]
SAMPLES = {
    "any": ["a", "new", "x.y", "1", "a.json", "é", "a b", "%", "a.b.c", "-", "..."],
    "int": ["0", "12", "-7", "007", str(2**63 - 1), str(2**63), "1" * 30, "٣"],
    "date": ["2026-11-21", "2026-02-30", "2026-1-1"],
    "uuid": ["6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6BA7B810-9DAD-11D1-80B4-00C04FD430C8", "6ba7b810"],
    "lower": ["abc", "new", "x", "é", "aB"],
    "year": ["2026", "20261", "٢٠٢٦"],
    "word": ["new", "old", "newer"],
    "path": ["a", "a/b", "a\nb", "a/b/c.json", "/", "2026-11-21/new"],
}
TABLES, PATHS_PER_TABLE = 600, 200

variables = some.sampled_from(sorted(KINDS))
pieces = some.one_of(
    some.sampled_from(WORDS).map(lambda word: (word,)),
    variables.map(lambda kind: (kind, None)),
    some.tuples(some.sampled_from(["v", "x-", "a."]), variables.filter(lambda kind: kind != "path")),
)


@some.composite
def tables(draw):
    """Some routes that overlap in many ways."""
    table = []
    for number in range(draw(some.integers(1, 15))):
        parts, spanning = [], 0
        for position, piece in enumerate(draw(some.lists(pieces, max_size=4))):
            if piece[-1] == "path" or piece[0] == "path":
                spanning += 1
            if spanning > 1:
                break
            parts += ["/", *described(piece, position)]
        parts = parts or ["/"]
        parts += draw(some.sampled_from([[], [], [], ["/"], [Variable("format", "format")]]))
        methods = draw(some.sampled_from([None, ["GET"], ["POST"], ["PUT", "GET"]]))
        table.append(PlainRoute(number, tuple(parts), frozenset(methods) if methods else None))
    return table


def described(piece, position):
    """A segment's parts: a word, a variable, or a text followed by a variable."""
    if len(piece) == 1:
        return [piece[0]]
    if piece[1] is None:
        return [Variable(f"v{position}", piece[0])]
    return [piece[0], Variable(f"v{position}", piece[1])]


def mapper_of(table):
    """The real thing: route number 3 is called r3 and leads to the action a3."""
    mapper = Mapper()
    for route in table:
        conditions = {"method": sorted(route.methods)} if route.methods else {}
        mapper.connect(f"r{route.number}", route.path, controller="c", action=f"a{route.number}", conditions=conditions)
    return mapper


def likely_path(table, chance):
    """A path that one of the routes may match, now and then with something changed in it."""
    route = chance.choice(table)
    path = "".join(part if isinstance(part, str) else likely_text(part, chance) for part in route.parts)
    if chance.random() < 0.3:
        at = chance.randrange(len(path) + 1)
        path = path[:at] + chance.choice(["/", ".", "\n", "x", "1", "é", ".json", ""]) + path[at + 1 :]
    return path or "/"


def likely_text(variable, chance):
    if variable.kind == "format":
        return chance.choice(["", ".json", ".csv", ".xml"])
    kind = variable.kind if chance.random() < 0.85 else chance.choice(sorted(SAMPLES))
    return chance.choice(SAMPLES[kind])


def found_by(mapper, path, method):
    route, values, allowed = mapper.find(path, method)
    return (None if route is None else int(route.action[1:])), dict(values), tuple(allowed)


@settings(max_examples=TABLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(tables(), some.integers(0, 2**32 - 1))
def compare_tables(compared, table, start):
    chance = random.Random(start)
    mapper = mapper_of(table)
    for _ in range(PATHS_PER_TABLE):
        path, method = likely_path(table, chance), chance.choice(METHODS)
        expected = first_match(table, path, method)
        compared.append(expected[0] is not None)
        assert found_by(mapper, path, method) == expected, (path, method, [(r.path, r.methods) for r in table])


def test_every_path_finds_what_a_plain_loop_over_the_routes_finds(seed):
    """100,000 paths over random tables: the same route, the same values, the same allowed methods."""
    compared = []

    seeded(seed)(compare_tables)(compared)

    assert len(compared) >= 100_000
    assert 0.2 < sum(compared) / len(compared) < 0.95, "the paths are to hit and to miss"


@settings(max_examples=400, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(tables(), some.integers(0, 2**32 - 1))
def generate_and_return(outcomes, table, start):
    chance = random.Random(start)
    mapper = mapper_of(table)
    for route in table:
        for _ in range(10):
            texts = {part.name: likely_text(part, chance) for part in route.parts if isinstance(part, Variable)}
            if "format" in texts:
                texts["format"] = texts["format"].removeprefix(".") or None
            url, refusal = made(mapper, f"r{route.number}", texts)
            outcomes.append("refused" if refusal else "made")
            if refusal:
                assert climbs(texts) or not returns(route, texts), (route.path, texts, refusal)
                assert any(f"{name!r}" in refusal or f"{name}=" in refusal for name in texts), refusal
            else:
                assert unquote(url) == written(route, texts)
                assert returns(route, texts), (route.path, texts, url)


def made(mapper, name, texts):
    """The URL and no refusal, or no URL and the sentence that refuses it."""
    try:
        return mapper.url(name, **texts), ""
    except RouteError as error:
        return "", str(error)


def returns(route, texts):
    """Whether the path made of *texts* gives just these texts back."""
    values = next(splits(route.parts, written(route, texts)), None)
    return values == texts and route.read(written(route, texts)) is not None


def climbs(texts):
    """Whether a browser would take a part of one of *texts* for a way up."""
    return any(segment in (".", "..") for text in texts.values() for segment in (text or "").split("/"))


def written(route, texts):
    """The path of *route* with *texts* put in, as they are."""
    made = []
    for part in route.parts:
        if isinstance(part, str):
            made.append(part)
        elif part.kind == "format":
            made.append(f".{texts[part.name]}" if texts[part.name] else "")
        else:
            made.append(texts[part.name])
    return "".join(made)


def test_a_url_that_is_made_is_read_back_and_any_other_is_refused_by_name(seed):
    """What a route would not match again is refused, and the sentence names the variable."""
    outcomes = []

    seeded(seed)(generate_and_return)(outcomes)

    assert outcomes.count("made") > 500
    assert outcomes.count("refused") > 500


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_variable_is_both_matched_and_missed_by_the_samples(kind):
    """The samples of the comparison above are worth something."""
    taken = [KINDS[kind].takes(text) for text in [text for texts in SAMPLES.values() for text in texts]]

    assert any(taken)
    assert not all(taken)
