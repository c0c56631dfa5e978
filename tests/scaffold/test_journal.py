"""A generator that is killed leaves nothing half-done for longer than until the next command."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kirsch_scaffold.journal import settle

Holding = Callable[[Path], dict[str, bytes]]
Run = Callable[..., Any]

# Python tells its audit hook of each file operation before it happens; the process kills itself before the last one.
DYING = """
import os, signal, sys
root, left = os.path.realpath(sys.argv[1]), int(sys.argv[2])
EVENTS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"}

def die(event, words):
    global left
    writing = event == "open" and isinstance(words[2], int) and words[2] & (os.O_WRONLY | os.O_RDWR)
    if not (event in EVENTS or writing) or not str(words[0]).startswith(root) or ".pyc" in str(words[0]):
        return
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)

sys.argv = ["manage.py"]
"""
WRITE = """
from pathlib import Path
from kirsch_scaffold.plan import Action, Plan, Step
from kirsch_scaffold.write import write_changes
steps = [("new/folder/page.py", Action.CREATE), ("routes.py", Action.CHANGE), (".kirsch/manifest.json", Action.CHANGE)]
plan = Plan(Path(root), tuple(Step(path, "after", action) for path, action in steps))
sys.addaudithook(die)
write_changes(plan)
"""
SETTLE = """
from pathlib import Path
from kirsch_scaffold.journal import settle
sys.addaudithook(die)
settle(Path(root))
"""
GENERATE = """
from kirsch.cli import main
sys.addaudithook(die)
main(["generate", "resource", "book", "title:str"], project="shop")
"""


def dying(code: str, root: Path, operations: int) -> int:
    """The exit code of *code*, killed before that many file operations below *root*."""
    command = [sys.executable, "-c", DYING + code, root, str(operations)]
    return subprocess.run(command, cwd=root, capture_output=True, check=False).returncode


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with two files that a plan changes."""
    (tmp_path / ".kirsch").mkdir()
    (tmp_path / "routes.py").write_text("before")
    (tmp_path / ".kirsch" / "manifest.json").write_text("before")
    return tmp_path


@pytest.mark.slow
def test_a_generator_killed_between_any_two_operations_is_taken_back(place: Path, holding: Holding) -> None:
    """All is as it was, folders too; and one that is not killed leaves no trace of its journal."""
    before, folders = holding(place), sorted(path.name for path in place.rglob("*") if path.is_dir())
    told, operations = [], 1

    while dying(WRITE, place, operations) == -9:
        told.append(settle(place))
        assert holding(place) == before, f"killed before operation {operations}"
        assert sorted(path.name for path in place.rglob("*") if path.is_dir()) == folders
        operations += 1

    assert operations > 12
    assert told[-1].startswith("The last generate was stopped on its way; everything is as it was before it.")
    assert set(holding(place).values()) == {b"after"}
    assert len(holding(place)) == 3


@pytest.mark.slow
def test_taking_back_can_be_killed_as_well(place: Path, holding: Holding) -> None:
    """Whoever comes next goes on with it."""
    before = holding(place)
    last = 1
    while dying(WRITE, place, last + 1) == -9:
        settle(place)
        last += 1
    for path, data in before.items():
        (place / path).write_bytes(data)
    shutil.rmtree(place / "new")
    operations = 1

    while dying(WRITE, place, last) == -9 and dying(SETTLE, place, operations) == -9:
        settle(place)
        assert holding(place) == before, f"killed before operation {operations}"
        operations += 1

    assert operations > 5
    assert holding(place) == before


def test_what_somebody_has_changed_since_stays(place: Path) -> None:
    """It is named, and the rest is taken back."""
    dying(WRITE, place, 14)
    assert (place / "new" / "folder" / "page.py").is_file()
    (place / "new" / "folder" / "page.py").write_text("mine")

    told = settle(place)

    assert "but for new/folder/page.py, changed by somebody since" in told
    assert (place / "new" / "folder" / "page.py").read_text() == "mine"
    assert (place / "routes.py").read_text() == "before"


def test_the_next_command_takes_back_and_says_so(shop: Path, manage: Run, holding: Holding) -> None:
    """Whichever command it is; and the same resource can be generated then."""
    before = holding(shop)
    assert dying(GENERATE, shop, 16) == -9
    assert holding(shop) != before

    routes = manage("routes")
    again = manage("generate", "resource", "book", "title:str")

    assert routes.returncode == 0, routes.stderr
    assert routes.stderr.startswith("kirsch: The last generate was stopped on its way; everything is as it was")
    assert "books" not in routes.stdout
    assert (again.returncode, again.stderr) == (0, "")
