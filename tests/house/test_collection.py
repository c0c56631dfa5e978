"""The tests themselves: every worker must find the same ones."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_names_of_tests_do_not_depend_on_chance_or_time():
    """Two processes that begin at different seconds, and hash differently, collect the same tests in the same order."""
    first, second = (collected(seed) for seed in ("1", "2"))

    assert len(first) > 1000
    assert first == second


def collected(seed):
    """The names of all tests, as a process with the hash seed *seed* sees them; it takes seconds."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-p",
        "no:xdist",
        "-p",
        "no:cacheprovider",
        "tests",
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    answer = subprocess.run(
        command, cwd=ROOT, env={**environment, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
    )
    return [line for line in answer.stdout.splitlines() if "::" in line]
