"""Published faults of the packages below us stay away, and so does the code that such faults are made of."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: The first release without the faults that were published, and the last of them.
SOUND = {
    "webob": ("1.8.10", "GHSA-fh3h-vg37-cc95"),
    "mako": ("1.3.12", "CVE-2026-44307"),
    "jinja2": ("3.1.6", "GHSA-cpwx-vrp4-4pq7"),
    "cheroot": ("11.1.2", "its issue 794"),
}
#: They run what they read, or have gone from the standard library.
UNSAFE_MODULES = {"pickle", "marshal", "shelve", "dill", "yaml", "cgi", "cgitb", "imp"}
#: What makes code or templates of text, a shell of a command, or a file whose name somebody else can take first.
UNSAFE_CALLS = {"eval", "exec", "__import__", "os.system", "os.popen", "tempfile.mktemp"}
#: The one place that runs what it is given: the shell of whoever owns the site.
ALLOWED = {("framework/kirsch/cli/shell.py", "exec")}
SOURCES = [*ROOT.glob("framework/**/*.py"), *ROOT.glob("scaffold/kirsch_scaffold/**/*.py"), ROOT / "manage.py"]


def bounds() -> dict[str, str]:
    """The lowest release that the project takes of each package, extras included; empty where any will do."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    found = [re.fullmatch(r"([\w.-]+)(?:\[.*?\])?(?:>=([\d.]+))?.*", text) for each in lists for text in each]
    return {match[1]: match[2] or "" for match in found if match and match[1] != "kirsch"}


def numbers(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split("."))


@cache
def nodes() -> list[tuple[str, ast.AST]]:
    """All imports and calls in the source, with their files."""
    trees = [(str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))) for path in SOURCES]
    wanted = (ast.Import, ast.ImportFrom, ast.Call)
    return [(name, node) for name, tree in trees for node in ast.walk(tree) if isinstance(node, wanted)]


def modules(node: ast.AST) -> Iterator[str]:
    """The first words of what *node* imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module.partition(".")[0]


def called(node: ast.AST) -> str:
    """What *node* calls, where that is unsafe."""
    if not isinstance(node, ast.Call):
        return ""
    name = ast.unparse(node.func)
    shell = any(word.arg == "shell" for word in node.keywords)
    return name if name in UNSAFE_CALLS or name.endswith(".from_string") or shell else ""


@pytest.mark.parametrize("name", SOUND)
def test_no_release_with_a_published_fault_will_do(name):
    """Neither the bound of the project lets one in, nor is one installed here."""
    sound, advisory = SOUND[name]

    assert numbers(bounds()[name]) >= numbers(sound), advisory
    assert numbers(version(name)) >= numbers(bounds()[name])


def test_every_package_has_a_lower_bound():
    """An old release that is still about is not taken by chance."""
    assert [name for name, release in bounds().items() if not release] == []


def test_nothing_that_is_read_can_run():
    """Sessions, caches and answers of others are JSON: nobody who writes to a store runs code here."""
    imported = [(name, module) for name, node in nodes() for module in modules(node)]

    assert ("framework/kirsch/signing.py", "hmac") in imported
    assert [(name, module) for name, module in imported if module in UNSAFE_MODULES] == []


def test_no_text_becomes_code():
    """No template is made of what a client sent, no expression is evaluated, and no shell reads a command."""
    assert {(name, unsafe) for name, node in nodes() if (unsafe := called(node))} == ALLOWED
