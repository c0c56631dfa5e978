"""The repository's one command: bad input is one sentence, and its environment survives interruptions."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# A checkout that installs in a moment: its build backend is its own, and its `kirsch` makes a project of one file.
FILES = {
    "pyproject.toml": """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "tiny"
version = "1"
[dependency-groups]
demo = []
dev = []
""",
    "backend.py": """
import zipfile
def build_editable(folder, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(f"{folder}/tiny-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny.py", open("tiny.py").read())
        wheel.writestr("tiny-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\n")
        wheel.writestr("tiny-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("tiny-1.dist-info/entry_points.txt", "[console_scripts]\\nkirsch = tiny:main\\n")
        wheel.writestr("tiny-1.dist-info/RECORD", "")
    return "tiny-1-py3-none-any.whl"
""",
    "tiny.py": """
import os, pathlib, sys
def main():
    words = sys.argv
    world = pathlib.Path(words[words.index("--into") + 1], "world")
    world.mkdir()
    (world / "manage.py").write_text("import sys; print(sys.argv[1:])")
    print("Next: cd", world, "with", os.environ["PATH"])
""",
    "docs/examples/world/load.py": "import pathlib, sys; pathlib.Path(sys.argv[1]).touch()",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small checkout with our manage.py."""
    folder = tmp_path / "checkout"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    shutil.copy(ROOT / "manage.py", folder)
    return folder


def start(folder: Path, *arguments: str | Path, **variables: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, folder / "manage.py", *arguments],
        cwd=folder,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def manage(folder: Path, *arguments: str | Path, **variables: str) -> tuple[int, str]:
    """The exit code of a command, and what it said."""
    with start(folder, *arguments, **variables) as process:
        said, _ = process.communicate(timeout=200)
        return process.returncode, said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["demo", "--port", "http"], "--port takes a number from 1 to 65535, not 'http'."),
        (["demo", "--port", "70000"], "--port takes a number from 1 to 65535, not '70000'."),
        (["demo", "--dir", ROOT / "README.md"], "is a file; name a folder that is new or empty."),
        (["demo", "--dir", ROOT / "docs"], "holds other things; name a folder that is new or empty."),
        (["demo", "--dir", ROOT / "README.md" / "demo"], "is a file; name a folder that is new or empty."),
        (["demo", "--prot", "80"], "unknown argument '--prot'. See: python3 manage.py --help"),
        (["dmeo"], "invalid choice: 'dmeo'"),
        ([], "the following arguments are required: COMMAND"),
    ],
)
def test_bad_input_is_one_sentence(arguments, sentence):
    """Before anything is written, with exit code 2."""
    code, said = manage(ROOT, *arguments)

    assert code == 2
    assert sentence in said
    assert said.count("\n") == 1


def test_a_port_that_is_in_use_is_said_at_once():
    """Not after a minute of installing."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, said = manage(ROOT, "demo", "--port", str(port))

    assert code == 2
    assert said == f"manage.py: Port {port} is in use; stop what listens there or take another: --port 8080\n"


def test_help_names_the_commands():
    """Each with what it does."""
    code, said = manage(ROOT, "--help")

    assert code == 0
    assert all(f"    {command} " in said for command in ("demo", "test", "check", "bench", "build"))


@pytest.mark.slow
def test_two_runs_at_once_set_up_once_and_a_third_reuses_all(checkout):
    """The second waits for the first; environment, database and site are made once."""
    with start(checkout, "demo", "--port", "18080") as first, start(checkout, "demo", "--no-serve") as second:
        words = [process.communicate(timeout=200)[0] for process in (first, second)]
    code, said = manage(checkout, "demo", "--port", "18080")

    assert sum("Waiting for another manage.py" in said for said in words) == 1, words
    assert sum("Making .venv" in said for said in words) == 1, words
    assert code == 0, said
    assert "Making .venv" not in said
    assert "is there already" in said
    assert said.endswith("['serve', '--port', '18080']\n")


@pytest.mark.slow
def test_what_the_demo_says_can_be_typed_where_it_was_started(checkout, tmp_path):
    """The next steps name the site as seen from there, and the reader's own PATH decides which Python they name."""
    code, said = manage(checkout, "demo", "--no-serve")

    elsewhere = subprocess.run(
        [sys.executable, checkout / "manage.py", "demo", "--no-serve", "--dir", "mine"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert code == 0, said
    assert f"Next: cd demo/world with {os.environ['PATH']}" in said
    assert "Next: cd mine/world with" in elsewhere.stdout


def test_an_interrupted_set_up_is_repaired(checkout):
    """Killed in the middle, it is noticed by the next run, which starts over."""
    with start(checkout, "demo", "--no-serve") as first:
        wait_for(checkout / ".venv" / "bin" / "python")
        first.send_signal(signal.SIGKILL)
    code, said = manage(checkout, "demo", "--no-serve")

    assert code == 0, said
    assert "Making .venv" in said


@pytest.mark.slow
def test_ctrl_c_is_clean(checkout):
    """No traceback, exit code 130, and nothing goes on behind the reader's back."""
    with start(checkout, "demo", "--no-serve") as process:
        wait_for(checkout / ".venv" / "bin" / "python")
        os.killpg(process.pid, signal.SIGINT)
        said, _ = process.communicate(timeout=60)

    assert process.returncode == 130
    assert said.endswith("\nStopped.\n")
    assert "Traceback" not in said


@pytest.mark.slow
def test_without_an_index_the_trouble_is_one_sentence(checkout):
    """Exit code 1, and no half-made environment stays."""
    pyproject = checkout / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace("demo = []", 'demo = ["a-package-that-is-nowhere"]'))

    code, said = manage(checkout, "demo", "--no-serve")

    assert code == 1
    assert said.splitlines()[-1].startswith("manage.py: The packages could not be installed: ERROR: ")
    assert "Is a package index within reach? --debug shows all of it." in said
    assert "Traceback" not in said
    assert not (checkout / ".venv").exists()
    assert not (checkout / "demo").exists()


def test_debug_shows_the_traceback():
    """For those who look into manage.py itself."""
    code, said = manage(ROOT, "demo", "--dir", ROOT / "README.md", "--debug")

    assert code == 2
    assert "Traceback" in said


def wait_for(path: Path) -> None:
    for _ in range(600):
        if path.exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} never came")
