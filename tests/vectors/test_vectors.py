"""Behaviour as data: every story of the TOML files, in this process and over a socket."""

import json
import re
from importlib import import_module

import pytest

from kirsch.testing.cookies import CookieJar
from vectors.asking import WAYS, Answer, with_cookies
from vectors.reading import Vector, listed, stories

STORIES = stories()
#: Each story in each way that it can be told; over a socket it takes longer.
CASES = [
    pytest.param(story, way, id=f"{story}-{way}", marks=[pytest.mark.slow] if story.is_slow(way) else [])
    for story in STORIES
    for way in WAYS
    if story.told(way)
]


@pytest.mark.parametrize(("story", "way"), CASES)
def test_a_story_is_true(story, way, tmp_path, monkeypatch):
    """Each request of it is answered as the file says."""
    monkeypatch.chdir(tmp_path)
    application = import_module(f"vectors.sites.{story.site}").make(**story.options)
    jar, kept = CookieJar(), {}

    try:
        with WAYS[way](application) as ask:
            visit = with_cookies(ask, jar)
            for number, vector in enumerate(story.told(way), 1):
                for _ in range(vector.times):
                    answer = (visit if vector.cookies else ask)(vector.request(kept))
                    assert mistakes(vector, answer) == [], f"request {number}: {vector.method} {vector.target}"
                kept |= found(vector, answer)
    finally:
        getattr(application, "close", lambda: None)()


def test_more_is_asked_than_our_neighbour_asks_of_itself():
    """CherryPy's own suite makes 638 requests."""
    assert sum(len(story.vectors) for story in STORIES) > 638


def mistakes(vector: Vector, answer: Answer) -> list[str]:
    """What about *answer* is not as *vector* says."""
    text = answer.body.decode("utf-8", "replace")
    wrong = [] if answer.status == vector.status else [f"status {answer.status}, not {vector.status}: {text[:500]}"]
    for line in vector.expect:
        name, regex = split(line)
        if not any(re.fullmatch(regex, value, re.DOTALL) for value in answer.values(name)):
            wrong.append(f"{name}: {answer.values(name)}, not {regex}")
    for line in vector.forbid:
        name, regex = split(line)
        if any(re.search(regex, value, re.DOTALL) for value in answer.values(name)):
            wrong.append(f"{name}: {answer.values(name)} is there")
    if vector.text is not None and text != vector.text:
        wrong.append(f"the body is {text[:2000]!r}, not {vector.text!r}")
    wrong += [f"no {regex!r} in {text[:2000]!r}" for regex in listed(vector.text_match) if not search(regex, text)]
    wrong += [f"{regex!r} is in {text[:2000]!r}" for regex in listed(vector.text_miss) if search(regex, text)]
    if vector.equals is not None and json.loads(text) != vector.equals:
        wrong.append(f"the body is {text[:2000]}, not {vector.equals}")
    if vector.size is not None and len(answer.body) != vector.size:
        wrong.append(f"the body has {len(answer.body)} bytes, not {vector.size}")
    return wrong


def found(vector: Vector, answer: Answer) -> dict[str, str]:
    """What *vector* wants to keep of *answer*."""
    kept = {}
    for word, line in vector.keep.items():
        name, regex = split(line)
        texts = [answer.body.decode("utf-8", "replace")] if name == "body" else answer.values(name)
        matches = [match for text in texts if (match := search(regex, text))]
        assert matches, f"{line!r} is not in {texts}"
        kept[word] = matches[0][1]
    return kept


def split(line: str) -> tuple[str, str]:
    """Name and regex of a line such as "Name: regex"."""
    name, _, regex = line.partition(":")
    return name.strip(), regex.strip()


def search(regex: str, text: str) -> "re.Match[str] | None":
    return re.search(regex, text, re.DOTALL)
