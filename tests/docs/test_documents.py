"""Documents run: the examples of README.md and docs/ do what the page says, or the test says where they do not.

Blocks of `python` on one page share a namespace and a folder; a block with `file=PATH` is written there instead. A
block that calls `quickstart(...)` is served and asked for its front page. Blocks of `toml` are read as configuration.
Commands of a `console` block are known commands with known options; those of `console run` are also run, and what the
page shows must be what they say, `...` apart.
"""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from kirsch import Application, Config

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Block:
    """One example of a page."""

    page: Path
    line: int
    language: str
    notes: str
    text: str

    @property
    def file(self) -> str | None:
        found = re.search(r"file=(\S+)", self.notes)
        return found and found[1]

    @property
    def serves(self) -> bool:
        return self.language == "python" and "quickstart(" in self.text

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, found[1], found[2], found[3])
        for found in FENCE.finditer(text)
    ]


PAGES = [ROOT / "README.md", *sorted(page for page in (ROOT / "docs").rglob("*.md") if page.parent.name != "changes")]
BLOCKS = [block for page in PAGES for block in blocks(page)]


def of(language: str, *, running: bool = False) -> list[Block]:
    return [block for block in BLOCKS if block.language == language and (not running or "run" in block.notes.split())]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_python_of_a_page_runs(page, tmp_path, monkeypatch):
    """From top to bottom, as a reader would type it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    namespace: dict[str, object] = {"__name__": "page"}
    for block in blocks(page):
        if block.file:
            write(block, tmp_path)
        elif block.language == "python" and not block.serves:
            program = compile("\n" * block.line + block.text, str(block.page), "exec", dont_inherit=True)
            exec(program, namespace)
    for value in list(namespace.values()):
        if isinstance(value, Application):
            value.close()
    for name in set(sys.modules) - before:
        if (getattr(sys.modules[name], "__file__", None) or "").startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.serves], ids=str)
def test_a_served_example_answers(block, tmp_path):
    """Started as a script on a free port, its front page is there; Ctrl-C ends it."""
    port = free_port()
    (tmp_path / "example.py").write_text(block.text)
    environment = {**os.environ, "KIRSCH__SERVER__PORT": str(port)}
    with subprocess.Popen([sys.executable, "example.py"], cwd=tmp_path, env=environment) as server:
        try:
            assert fetch(f"http://127.0.0.1:{port}/") == 200
        finally:
            server.send_signal(signal.SIGINT)
            assert server.wait(10) == 0


@pytest.mark.parametrize("block", of("toml"), ids=str)
def test_the_configuration_of_a_page_is_read(block, tmp_path):
    """It is TOML, and its sections are those of a site."""
    table = tomllib.loads(block.text)

    if block.file != "pyproject.toml":
        Config(table, root=tmp_path)


@pytest.mark.parametrize("block", of("console"), ids=str)
def test_the_commands_of_a_page_exist(block):
    """Each names a command of `manage.py` or `kirsch`, and options that it has."""
    for command in commands(block):
        check_command(shlex.split(command, comments=True))


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", sorted({block.page for block in of("console", running=True)}), ids=lambda page: page.name
)
def test_the_session_of_a_page_runs(page, tmp_path):
    """The page's files are written, its commands run in order, and they say what the page shows."""
    folder = tmp_path
    for block in blocks(page):
        if block.file:
            write(block, folder)
        elif block.language == "console" and "run" in block.notes.split():
            folder = run_session(block, folder)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_links_of_a_page_lead_somewhere(page):
    """Every file that it points to exists."""
    assert [target for target in links(page) if not target.exists()] == []


def test_every_page_is_reached_from_the_first():
    """Whoever follows the links of README.md sees all of them."""
    seen, ahead = set(), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page.suffix != ".md" or page in seen:
            continue
        seen.add(page)
        ahead += links(page)

    assert [str(page.relative_to(ROOT)) for page in PAGES if page not in seen] == []


def test_the_reference_says_what_the_code_says():
    """Its pages are written by a program; run it after a change of options."""
    command = [sys.executable, ROOT / "docs" / "reference" / "write.py", "--check"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def links(page: Path) -> list[Path]:
    """What it points to in the repository."""
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))]
    return [(page.parent / target).resolve() for target in targets if target and "://" not in target]


def write(block: Block, folder: Path) -> None:
    path = folder / str(block.file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text)


def commands(block: Block) -> list[str]:
    return [line[2:] for line in block.text.splitlines() if line.startswith("$ ")]


def run_session(block: Block, folder: Path) -> Path:
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        if command.startswith("cd "):
            folder /= command[3:].strip()
            continue
        environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
        ran = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, f"{block}: {command}\n{ran.stdout}"
        pattern = ".*".join(re.escape(piece) for piece in shown.strip().split("..."))
        assert re.search(pattern, ran.stdout, re.DOTALL), f"{block}: {command}\n{ran.stdout}"
    return folder


def check_command(words: list[str]) -> None:
    match words:
        case ["python3", "manage.py", command, *rest]:
            known = helped(sys.executable, str(ROOT / "manage.py"), command)
        case ["kirsch", "generate" as command, kind, *rest] | [
            "python",
            "manage.py",
            "generate" as command,
            kind,
            *rest,
        ]:
            known = helped(str(BIN / "kirsch"), command, kind)
        case ["kirsch" | "./manage.py", command, *rest] | ["python", "manage.py", command, *rest]:
            known = helped(str(BIN / "kirsch"), command)
        case _:
            return
    for word in rest:
        option = word.partition("=")[0]
        assert not option.startswith("--") or option in known, f"{command} has no option {option}"


@cache
def helped(*command: str) -> str:
    ran = subprocess.run([*command, "--help"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert ran.returncode == 0, f"{' '.join(command)}: {ran.stderr}"
    return ran.stdout


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def fetch(url: str) -> int:
    for _ in range(100):
        try:
            with urlopen(url, timeout=5) as answer:
                return int(answer.status)
        except URLError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")
