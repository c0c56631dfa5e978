"""Files are pages, speak of the project alone, and those a site needs travel in the wheel."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 300
# Each longer page and the reason why it is one story.
LONGER: dict[str, str] = {}
TEMPLATES = ("/templates/", "/assets/")
# Written so that this file does not match itself.
STRANGERS = re.compile(
    r"(?<![\w./])/(?:work|root|tmp)/|file:///(?!\{)[a-z]|\bpypi\.[a-z]|pythonhosted|index-url|find-links"
)


def tracked() -> list[str]:
    """The files of the repository, or of the source archive where there is no git."""
    if (ROOT / ".git").exists():
        listing = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split("\0")
        return [name for name in listing if name and (ROOT / name).is_file()]
    return [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]


def text_of(name: str) -> str:
    data = (ROOT / name).read_bytes()
    return "" if b"\0" in data else data.decode("utf-8")


def test_a_file_is_a_page():
    """Past 300 lines a second noun lives in it; a story that is one is listed with its reason."""
    long = {
        name: length
        for name in tracked()
        if name.endswith(".py") and name.startswith(("framework/", "scaffold/", "tests/"))
        if not any(folder in f"/{name}" for folder in TEMPLATES) and name not in LONGER
        if (length := text_of(name).count("\n")) > LONGEST
    }

    assert long == {}


def test_the_project_speaks_of_itself_alone():
    """No path of somebody's machine and no address of a package index stands in a file."""
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name in tracked()
        if name != "tests/house/test_files.py"
        for number, line in enumerate(text_of(name).splitlines(), 1)
        if STRANGERS.search(line)
    ]

    assert found == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_every_file_of_the_packages_is_in_the_wheel(wheel):
    """Templates, style sheets, stubs and dotfiles reach the user too; and nothing else does."""
    packages = {"framework/kirsch": "kirsch", "scaffold/kirsch_scaffold": "kirsch_scaffold"}
    expected = {
        name.partition("/")[2] for name in tracked() if any(name.startswith(f"{folder}/") for folder in packages)
    }

    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert expected - packed == set()
    assert {name.partition("/")[0] for name in packed} == set(packages.values())


@pytest.mark.slow
def test_the_wheel_runs_in_an_environment_of_its_own(wheel, tmp_path):
    """Installed without the checkout, `kirsch --version` says the version, and its templates can be found."""
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", str(wheel)], check=True, cwd=tmp_path)

    said = subprocess.run([python.parent / "kirsch", "--version"], capture_output=True, text=True, check=False)
    imported = subprocess.run(
        [python, "-W", "error", "-c", "import kirsch, kirsch_scaffold; print(kirsch.__file__)"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )

    assert (said.returncode, said.stderr) == (0, "")
    assert re.fullmatch(r"kirsch \d+\.\d+\.\d+.*\n", said.stdout)
    assert imported.stdout.startswith(str(tmp_path)), imported.stderr
