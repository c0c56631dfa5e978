"""Commands as people type them, each in a process of its own."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]
KIRSCH = "import sys; from kirsch.cli import main; sys.exit(main())"


@pytest.fixture
def kirsch(tmp_path: Path) -> Run:
    """`kirsch WORDS...` in the test's folder, or in *cwd* below it."""

    def run(*words: str, cwd: str = ".", **options: Any) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-c", KIRSCH, *words]
        return subprocess.run(command, cwd=tmp_path / cwd, text=True, capture_output=True, check=False, **options)

    return run


@pytest.fixture
def manage(tmp_path: Path) -> Run:
    """`python manage.py WORDS...` in the project *cwd*."""

    def run(*words: str, cwd: str = "shop", **options: Any) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-W", "error::SyntaxWarning", "manage.py", *words]
        return subprocess.run(command, cwd=tmp_path / cwd, text=True, capture_output=True, check=False, **options)

    return run


@pytest.fixture
def shop(tmp_path: Path, kirsch: Run) -> Path:
    """A new project called shop."""
    answer = kirsch("new", "shop")
    assert answer.returncode == 0, answer.stderr
    return tmp_path / "shop"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below *folder* by its path, with what it holds; what Python leaves behind does not count."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture
def holding() -> Callable[[Path], dict[str, bytes]]:
    """What a folder holds, to compare it before and after."""
    return contents
