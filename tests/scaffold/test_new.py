"""`kirsch new`: a project that runs, written whole or not at all."""

import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kirsch_scaffold.project import Answers, project_plan
from kirsch_scaffold.write import WriteError, write_project

Run = Callable[..., Any]
SECOND = 1.0


@pytest.mark.slow
def test_a_new_project_passes_its_tests_at_once(shop: Path) -> None:
    """Nobody begins with a red suite, nor with a warning."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=shop,
        text=True,
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_a_new_project_needs_neither_formatter_nor_linter_nor_type_checker(shop: Path) -> None:
    """What is generated is as clean as what people write."""
    checks = (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"])

    done = [
        subprocess.run([sys.executable, "-m", *words], cwd=shop, capture_output=True, text=True, check=False)
        for words in checks
    ]

    assert [one.returncode for one in done] == [0, 0, 0], "".join(one.stdout for one in done)


def test_ctrl_c_is_quiet_while_python_still_imports(shop: Path, manage: Run, tmp_path: Path) -> None:
    """A command that is stopped in its first moment ends with 130 and no traceback."""
    interrupting = """
import os, signal, sys
def stop(event, words):
    if event == "import" and words[0] == "kirsch.routing":
        os.kill(os.getpid(), signal.SIGINT)

sys.addaudithook(stop)
"""
    (tmp_path / "early").mkdir()
    (tmp_path / "early" / "sitecustomize.py").write_text(interrupting)

    stopped = manage("routes", env=os.environ | {"PYTHONPATH": str(tmp_path / "early")})

    assert (stopped.returncode, stopped.stdout, stopped.stderr) == (130, "", "")


def test_the_secret_is_for_its_owner_only(shop: Path) -> None:
    """The key is fresh, unreadable for others and not in git."""
    secrets = shop / "config" / "secrets.toml"

    assert secrets.stat().st_mode & 0o777 == 0o600
    assert len(tomllib.loads(secrets.read_text())["site"]["secret_key"]) == 64
    assert "config/secrets.toml" in (shop / ".gitignore").read_text()
    assert "secrets" not in (shop / ".kirsch" / "manifest.json").read_text()


def test_a_password_in_the_url_stays_out_of_git(tmp_path: Path, kirsch: Run) -> None:
    """A URL with a password is a secret; one without is a setting."""
    kirsch("new", "shop", "--db", "postgresql://me:hush@localhost/shop")
    shop = tmp_path / "shop"

    open_files = [path.read_text() for path in shop.rglob("*") if path.is_file() and path.name != "secrets.toml"]

    assert "hush" in (shop / "config" / "secrets.toml").read_text()
    assert not any("hush" in text for text in open_files)


def test_a_new_project_takes_less_than_a_second_and_no_network(kirsch: Run) -> None:
    """Python's own start included; counted in processor time, so that a busy machine does not count."""
    before = os.times()

    assert kirsch("new", "shop").returncode == 0

    after = os.times()
    assert after.children_user + after.children_system - before.children_user - before.children_system <= SECOND


def test_making_a_project_loads_no_database_library() -> None:
    """SQLAlchemy costs more time than everything else together."""
    code = "import sys, kirsch_scaffold.commands; print('sqlalchemy' in sys.modules, 'kirsch' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True)

    assert done.stdout.split() == ["False", "False"]


def test_pretending_shows_the_plan_and_writes_nothing(tmp_path: Path, kirsch: Run) -> None:
    """The tree is what would be written."""
    answer = kirsch("new", "shop", "--pretend")

    assert answer.returncode == 0
    assert re.search(r"create\s+routes\.py", answer.stdout)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["json"], "already the name of a Python module"),
        (
            ["my-shop"],
            "my-shop is no Python name: use letters, digits and underscores, beginning with a letter, as in my_shop.",
        ),
        ([""], "'' is no Python name"),
        (["click"], "is the name of a library the project uses"),
        (["shop", "--into", "/dev/null"], "/dev/null is no folder; choose another folder with --into"),
        (["shop", "--into", "/dev/null/deeper"], "/dev/null is no folder; choose another folder with --into"),
        (["shop", "--db", ""], "'' is no database URL"),
        (["shop", "--db", "sqlite://"], "sqlite:// keeps nothing: name a file"),
        (["shop", "--from-db", "sqlite:///:memory:"], "keeps nothing: name a file"),
        (["shop", "--db", "sqlite://shop.sqlite"], "lacks a slash: write sqlite:///shop.sqlite"),
        (["shop", "--db", "postgresql://localhost"], "names no database"),
        (
            ["shop", "--db", "postgresql://u:hush@localhost:99999/shop"],
            "u:***@localhost:99999/shop has no host and port",
        ),
        (["shop", "--db", "postgresql://[::1/shop"], "has no host and port that can be read"),
        (["shop", "--db", "mongodb://x"], "begins with mongodb, which Kirsch does not know"),
        (["shop", "--db", "what"], "is no database URL"),
        (["shop", "--db", "sqlite:///a", "--from-db", "sqlite:///b"], "contradict each other"),
        (["shop", "--templates", "django"], "mako"),
        (["shop", "--from-db", "sqlite:///not_there.sqlite"], "not_there.sqlite"),
    ],
)
def test_a_wrong_word_is_one_sentence(tmp_path: Path, kirsch: Run, words: list[str], sentence: str) -> None:
    """Exit code 2, what is wrong and what to do, nothing written."""
    answer = kirsch("new", *words)

    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1), answer.stderr
    assert sentence in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_project_without_its_settings_says_so(shop: Path, manage: Run) -> None:
    """Defaults would be a site that looks right and is not."""
    (shop / "config" / "site.toml").unlink()

    answer = manage("check")

    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1), answer.stderr
    assert "site.toml" in answer.stderr


@pytest.mark.slow
def test_tests_leave_the_real_database_alone(shop: Path, manage: Run) -> None:
    """Even where the environment names it, and whatever a model is called."""
    manage("generate", "resource", "test_result", "name:str:80")
    manage("generate", "resource", "testimonial", "text:str:80")
    real = shop / "real.sqlite"

    done = manage("test", "-q", env=os.environ | {"KIRSCH__TOOLS__SQLALCHEMY__URL": f"sqlite:///{real}"})

    assert done.returncode == 0, done.stdout
    assert not real.exists()


def test_a_folder_that_exists_is_left_alone(tmp_path: Path, kirsch: Run) -> None:
    """Not even an empty one is taken."""
    (tmp_path / "shop").mkdir()

    answer = kirsch("new", "shop")

    assert answer.returncode == 2
    assert "shop exists already" in answer.stderr
    assert list((tmp_path / "shop").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, kirsch: Run) -> None:
    """A failure at run time has the exit code 1; nobody, not even root, can make a folder in /proc."""
    answer = kirsch("new", "shop", "--into", "/proc")

    assert answer.returncode == 1
    assert re.fullmatch(r"kirsch: .* cannot be written \(.*\); nothing was changed\.\n", answer.stderr)


@pytest.mark.parametrize("into", [".", "new", "closed/new"])
def test_a_folder_of_somebody_else_is_refused_before_the_plan(tmp_path: Path, into: str) -> None:
    """Exit code 2 and another way to go, whether it may not be written or not even be looked into."""
    (tmp_path / "closed").mkdir(mode=0o700)
    (tmp_path / "closed" / "new").mkdir()
    code = (
        "import os, sys; from kirsch.cli import main; from kirsch_scaffold import commands; "
        "os.getuid() or (os.setgroups([]), os.setgid(65534), os.setuid(65534)); sys.exit(main())"
    )
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o555 if folder == tmp_path else 0o755)

    done = subprocess.run(
        [sys.executable, "-c", code, "new", "shop", "--into", into],
        cwd=tmp_path,
        text=True,
        capture_output=True,
        check=False,
    )

    tmp_path.chmod(0o755)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"kirsch: .* cannot be written to; choose another folder with --into DIR\.\n", done.stderr)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, kirsch: Run) -> None:
    """A limit on the size of files stands for the full disk: the first file beyond it stops everything."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))"
    code = f"{limit}; import sys; sys.dont_write_bytecode = True; from kirsch.cli import main; sys.exit(main())"

    done = subprocess.run(
        [sys.executable, "-c", code, "new", "shop"], cwd=tmp_path, text=True, capture_output=True, check=False
    )

    assert (done.returncode, list(tmp_path.iterdir())) == (1, []), done.stderr
    assert "nothing was changed" in done.stderr


@pytest.mark.slow
def test_a_process_that_is_killed_leaves_no_half_project(
    tmp_path: Path, holding: Callable[[Path], dict[str, bytes]]
) -> None:
    """Killed after any number of files there is no project, and the next attempt clears up and succeeds."""
    plan = project_plan(tmp_path / "shop", Answers("shop"))
    for files in range(0, len(plan.steps) + 1, 3):
        assert _killed_after(files, tmp_path) == -signal.SIGKILL
        assert not (tmp_path / "shop").exists()

    write_project(plan)

    assert sorted(holding(tmp_path / "shop")) == sorted(step.path for step in plan.steps)
    assert [path.name for path in tmp_path.iterdir()] == ["shop"]


KILLED = """
import os, signal, sys
from pathlib import Path
from typing import Any
from kirsch_scaffold import write
from kirsch_scaffold.project import Answers, project_plan
left, real = int(sys.argv[1]), write._write
def dying(path, step):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    real(path, step)
write._write = dying
Path.rename = lambda *paths: os.kill(os.getpid(), signal.SIGKILL)
write.write_project(project_plan(Path("shop").absolute(), Answers("shop")))
"""


def _killed_after(files: int, folder: Path) -> int:
    return subprocess.run([sys.executable, "-c", KILLED, str(files)], cwd=folder, check=False).returncode


def test_somebody_who_is_faster_keeps_the_folder(tmp_path: Path) -> None:
    """A folder that appears while the project is written is not replaced."""
    plan = project_plan(tmp_path / "shop", Answers("shop"))
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "mine.txt").write_text("mine")

    with pytest.raises(WriteError, match="nothing was changed"):
        write_project(plan)

    assert [path.name for path in tmp_path.rglob("*")] == ["shop", "mine.txt"]
