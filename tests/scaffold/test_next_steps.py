"""What `kirsch new` says at its end: lines that can be typed as they stand."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.mark.slow
def test_the_next_steps_are_printed_and_work(tmp_path: Path, kirsch: Run) -> None:
    """Each line that is printed can be copied into the shell."""
    told = kirsch("new", "shop").stdout
    lines = [line.strip() for line in told.partition("Next:")[2].splitlines() if line.strip()]
    assert [line for line in lines if "serve" in line]

    script = 'set -e; python() { "$PYTHON" "$@"; }\n' + "\n".join(line for line in lines if "serve" not in line)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=os.environ | {"PYTHON": sys.executable},
        text=True,
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_next_steps_name_the_python_that_the_shell_does_not_know(tmp_path: Path, kirsch: Run) -> None:
    """Without its environment on the PATH, `python` would be another one or none."""
    (tmp_path / "bin").mkdir()

    told = kirsch("new", "shop", env=os.environ | {"PATH": str(tmp_path / "bin")}).stdout

    assert f"    {sys.executable} manage.py migrate\n" in told
    assert "    python manage.py" not in told


def test_the_steps_after_a_database_are_those_that_it_needs(tmp_path: Path, kirsch: Run) -> None:
    """Its baseline is noted by `migrate`; one without tables gets its first."""
    with closing(sqlite3.connect(tmp_path / "full.sqlite")) as full:
        full.execute("CREATE TABLE album (id INTEGER PRIMARY KEY, title TEXT)")
    (tmp_path / "empty.sqlite").touch()

    full_steps = kirsch("new", "music", "--from-db", "sqlite:///full.sqlite").stdout.partition("Next:")[2]
    empty_steps = kirsch("new", "void", "--from-db", "sqlite:///empty.sqlite").stdout.partition("Next:")[2]

    assert "manage.py migrate\n" in full_steps
    assert "generate resource" not in full_steps
    assert "generate resource" in empty_steps
