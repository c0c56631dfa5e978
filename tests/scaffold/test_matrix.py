"""Every kind of field with every modifier that fits it, generated, checked and run, with both template languages."""

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import pytest

from kirsch_scaffold.existing import Existing
from kirsch_scaffold.fields import FIELD_KINDS, LINKS
from kirsch_scaffold.grammar import FieldErrors, parse
from kirsch_scaffold.project import Answers, project_plan
from kirsch_scaffold.resource import resource_named, resource_plan
from kirsch_scaffold.write import write_changes, write_project

ARGUMENTS = {
    "str": ["", ":1", ":9", ":80"],
    "decimal": ["", ":4,4", ":12,0", ":38,10"],
    "enum": [":draft,live", ":a-b,c.d,e_f"],
    "slug": ["", ":heading"],
    "ref": [":Target", ":Target:cascade", ":Target:restrict", ":Target:setnull:optional"],
    "self": ["", ":cascade", ":restrict", ":setnull"],
    "many": [":Target", ":Thing"],
}
DEFAULTS = {
    "str": "x",
    "text": "some words",
    "int": "3",
    "bigint": "9000000000",
    "float": "0.5",
    "decimal": "0",
    "money": "9.95",
    "bool": "yes",
    "date": "today",
    "time": "08:30",
    "datetime": "now",
    "json": "{}",
    "uuid": "random",
    "email": "ada@example.org",
    "url": "https://example.org",
    "slug": "new-one",
    "color": "#aabbcc",
    "phone": "+49 30 1234",
}
MODIFIERS = ("optional", "unique", "index", "search", "hidden", "readonly", "min=1", "max=900")
PER_RESOURCE = 40


def combined(kind: str) -> Iterator[str]:
    """Every spec of a kind that the grammar takes: each argument, each modifier, each pair of them, with a default."""
    ends = ["", *(f"={DEFAULTS[kind]}" for _ in (1,) if kind in DEFAULTS)]
    if kind == "enum":
        ends.append("=draft")
    pairs = [] if kind in LINKS else combinations(MODIFIERS, 2)
    sets = [(), *combinations(MODIFIERS, 1), *pairs, ("optional", "hidden"), ("optional", "readonly")]
    for argument in ARGUMENTS.get(kind, [""]):
        for chosen in sets:
            for end in ends:
                yield f"{kind}{argument}{''.join(f':{word}' for word in chosen)}{end}"


def accepted(kind: str) -> list[str]:
    """The specs among them that make sense, each with a name of its own."""
    specs = []
    for rest in combined(kind):
        spec = f"{kind}_{len(specs)}:{rest}"
        heading = ["heading:str"] if ":heading" in rest else []
        try:
            parse([*heading, spec], "Thing")
        except FieldErrors:
            continue
        specs.append(spec)
    return specs


def resources(kinds: Sequence[str] = FIELD_KINDS) -> list[tuple[str, list[str]]]:
    """Resources by name with the fields that they get, a few dozen each."""
    found = []
    for kind in kinds:
        specs = accepted(kind)
        size = 5 if kind in LINKS else PER_RESOURCE
        for number, start in enumerate(range(0, len(specs), size)):
            word = f"{kind}_kind_{'abcdefghijklmnopqrstuvwxyz'[number]}"
            fields = [spec.replace(":Thing", f":{_class(word)}") for spec in specs[start : start + size]]
            found.append((word, ["heading:str", *fields]))
    return found


def _class(word: str) -> str:
    return "".join(part.capitalize() for part in word.split("_"))


RESOURCES = resources()
COMBINATIONS = sum(len(fields) - 1 for _, fields in RESOURCES)


def test_the_matrix_holds_every_kind() -> None:
    """No kind of field is left out, and each comes with its modifiers."""
    kinds = {field.kind for _, specs in RESOURCES for field in parse(specs, "Thing")}

    assert kinds == set(FIELD_KINDS)
    assert COMBINATIONS > 300


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine", ["mako", "jinja"])
def test_every_combination_is_sound(tmp_path: Path, engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is generated compiles, is formatted, typed, migrated without a difference, and passes its own tests."""
    root = tmp_path / "matrix"
    write_project(project_plan(root, Answers("matrix", engine)))
    for number, (word, specs) in enumerate([("target", ["name:str:unique"]), *RESOURCES]):
        named = resource_named(word)
        moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=number)
        write_changes(resource_plan(Existing(root, "matrix"), named, parse(specs, named.class_name), moment))

    does(root, sys.executable, "-W", "error", "-m", "compileall", "-q", ".")
    does(root, sys.executable, "-m", "ruff", "check", ".")
    does(root, sys.executable, "-m", "ruff", "format", "--check", ".")
    does(root, sys.executable, "-m", "mypy")
    does(root, sys.executable, "manage.py", "migrate")
    assert "no mistakes" in does(root, sys.executable, "manage.py", "check")
    ran = does(root, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")

    with capsys.disabled():
        print(f"\n{engine}: {COMBINATIONS} combinations in {len(RESOURCES)} resources: {ran.splitlines()[-1]}")


def does(root: Path, *command: str) -> str:
    """The output of a command that has to succeed."""
    done = subprocess.run(command, cwd=root, text=True, capture_output=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
    return done.stdout
