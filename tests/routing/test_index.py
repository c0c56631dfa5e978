"""The index in front of the regular expressions answers as a loop over all routes would."""

import random

import pytest

from kirsch.routing import Mapper

WORDS = ["a", "b", "ab", "new", "x.y", "é"]
VARIABLES = [
    "{%s}",
    "{%s:int}",
    r"{%s:\d+}",
    "{%s:[a-z]+}",
    "{%s:.*}",
    "{%s:path}",
    "{%s:[^.]+}",
    "{%s:a|b/c}",
    "v{%s}",
    "{%s}.y",
]
METHODS = [None, ["GET"], ["POST"], ["PUT", "GET"]]


def first_match(mapper, path, method):
    """What the definition says: the first route whose regex and method fit."""
    allowed = set()
    for route in mapper.matchlist:
        values = route.read(path)
        if values is None:
            continue
        if route.answers is None or method in route.answers:
            return route, values, ()
        allowed |= route.answers
    return None, {}, tuple(sorted(allowed | {"OPTIONS"})) if allowed else ()


def random_table(chance):
    """A mapper of some routes that overlap in many ways."""
    mapper = Mapper()
    for number in range(chance.randint(1, 25)):
        segments = []
        for position in range(chance.randint(0, 4)):
            variable = chance.choice(VARIABLES) % f"v{position}"
            segments.append(chance.choice(WORDS) if chance.random() < 0.6 else variable)
        ending = chance.choice(["", "", "", "/", "{.format}", "{.format:json|csv}"])
        path = "/" + "/".join(segments) + ending
        conditions = {"method": chance.choice(METHODS)}
        mapper.connect(path, controller="c", action=f"a{number}", conditions=conditions)
    return mapper


def random_path(chance):
    """A path that has a fair chance to match."""
    pieces = [*WORDS, "1", "12", "va", "q.y", "", "a.json", "new.csv", "a.b.c", "\n"]
    return "/" + "/".join(chance.choice(pieces) for _ in range(chance.randint(0, 6)))


@pytest.mark.parametrize("round_", range(60))
def test_the_index_and_a_plain_loop_agree(round_):
    """For random tables and paths both find the same route, values and allowed methods."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    mapper = random_table(chance)

    for _ in range(120):
        path, method = random_path(chance), chance.choice(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
        assert mapper.find(path, method) == first_match(mapper, path, method), (seed, path, method, str(mapper))


def test_a_route_said_to_be_hidden_is_never_found():
    """Whatever `mistakes` calls unreachable is not reached by thousands of random requests."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)

    for _ in range(40):
        mapper = random_table(chance)
        hidden = [
            route
            for route in mapper.matchlist
            if any(f"the route {route.label} is never" in m for m in mapper.mistakes())
        ]
        labels = [route.label for route in mapper.matchlist]
        hidden = [route for route in hidden if labels.count(route.label) == 1]
        for _ in range(300):
            # A dot takes no newline, which hides a route well enough to be called a mistake.
            found = mapper.find(
                random_path(chance).replace("\n", ""), chance.choice(["GET", "HEAD", "POST", "PUT", "DELETE"])
            )
            assert found[0] not in hidden, (seed, found, str(mapper))


def test_a_thousand_routes_are_told_apart_before_any_regex():
    """Of 1,000 resources below one variable, a path leaves one candidate."""
    from kirsch.routing.index import Index

    mapper = Mapper()
    for number in range(1000):
        mapper.connect(f"/{{org}}/r{number}/{{id}}", controller="c")
    index = Index(mapper.matchlist)

    assert [route.routepath for route in index.candidates("/acme/r77/1")] == ["/{org}/r77/{id}"]
