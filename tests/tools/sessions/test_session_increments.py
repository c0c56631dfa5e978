"""One session in two processes at once: nothing that is counted is lost."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import racing
from racing import Visitor, racing_app

PROGRAM = Path(__file__).with_name("increments.py")
TESTS = str(Path(racing.__file__).parent)


def in_two_processes(options, path, times, threads):
    """What the session holds after *times* requests in each of two processes, and how they were answered."""
    app = racing_app(**options)
    visitor = Visitor(app)
    visitor.ask("/start")
    given = {"options": options, "cookie": visitor.cookie, "path": path, "times": times, "threads": threads}
    paths = os.pathsep.join([TESTS, *filter(None, [os.environ.get("PYTHONPATH")])])
    words = [sys.executable, PROGRAM, json.dumps(given)]
    processes = [
        subprocess.Popen(words, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": paths}) for _ in range(2)
    ]
    answers = [json.loads(process.communicate(timeout=240)[0]) for process in processes]
    values = visitor.values
    app.close()
    return values, answers


@pytest.mark.slow
@pytest.mark.parametrize("name", ["redis", "postgres", "file"])
def test_ten_thousand_increments_lose_none(name, options_for):
    """Two processes add one 5000 times each, and nobody waits for a lock."""
    values, answers = in_two_processes(options_for(name), "/add?name=n", 5000, 1)

    assert answers == [{"200": 5000}] * 2
    assert values == {"n": 10_000}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["redis", "postgres", "file"])
def test_increments_under_a_lock_lose_none(name, options_for):
    """The same, four hundred times, where each request adds one to what it has read."""
    values, answers = in_two_processes({**options_for(name), "lock": 30.0}, "/count", 200, 2)

    assert answers == [{"200": 200}] * 2
    assert values == {"n": 400}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["redis", "postgres", "file"])
def test_values_of_different_names_are_all_kept(name, options_for):
    """Two processes write into one session without a lock, each request a value of its own."""
    values, answers = in_two_processes(options_for(name), "/keep?value=1&name={name}", 90, 3)

    assert answers == [{"200": 90}] * 2
    assert len(values) == 1 + 180
