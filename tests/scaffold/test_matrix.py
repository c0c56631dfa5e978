"""Every kind of field with every modifier that fits it, generated, checked and run, with both template languages."""

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
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
    "slug": ["", ":heading"],  # made from another field where it is left empty
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
PLAIN, RELATED = 50, 8  # fields of a resource


def combined(kind: str) -> Iterator[str]:
    """Specs of a kind: each argument alone; each modifier, each pair of them, with and without a default."""
    first, *others = ARGUMENTS.get(kind, [""])
    ends = ["", f"={DEFAULTS[kind]}"] if kind in DEFAULTS else [""]
    pairs = [("optional", "hidden"), ("optional", "readonly")] if kind in LINKS else combinations(MODIFIERS, 2)
    for chosen in [(), *combinations(MODIFIERS, 1), *pairs]:
        for end in ends:
            yield f"{kind}{first}{''.join(f':{word}' for word in chosen)}{end}"
    for argument in others:
        for word in ("", ":unique", ":optional"):
            yield f"{kind}{argument}{word}"


def accepted(kind: str) -> list[str]:
    """The specs among them that make sense, each with a name of its own."""
    specs = []
    for rest in combined(kind):
        spec = f"{kind}_{len(specs)}:{rest}"
        try:
            parse(["heading:str", spec], "Thing")
        except FieldErrors:
            continue
        specs.append(spec)
    return specs


@cache
def resources() -> dict[str, list[str]]:
    """Resources by name with their fields: some dozens of plain ones each, a few relations each."""
    plain = [spec for kind in FIELD_KINDS if kind not in LINKS for spec in accepted(kind)]
    related = [spec for kind in FIELD_KINDS if kind in LINKS for spec in accepted(kind)]
    groups = [plain[start : start + PLAIN] for start in range(0, len(plain), PLAIN)]
    groups += [related[start : start + RELATED] for start in range(0, len(related), RELATED)]
    names = (
        "apple",
        "berry",
        "cherry",
        "date_palm",
        "elder",
        "fig",
        "grape",
        "hazel",
        "iris",
        "juniper",
        "kiwi",
        "lemon",
    )
    names += ("mango", "nettle", "olive", "peach", "quince", "rose")
    return {
        name: ["heading:str", *(spec.replace(":Thing", f":{resource_named(name).class_name}") for spec in group)]
        for name, group in zip(names, groups, strict=False)
    }


def count() -> int:
    """How many combinations there are."""
    return sum(len(fields) - 1 for fields in resources().values())


def test_the_matrix_holds_every_kind() -> None:
    """No kind of field is left out, and each comes with its modifiers."""
    fields = [field for specs in resources().values() for field in parse(specs, "Thing")]

    assert {field.kind for field in fields} == set(FIELD_KINDS)
    assert len(fields) - len(resources()) == sum(len(accepted(kind)) for kind in FIELD_KINDS) == count()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine", ["mako", "jinja"])
def test_every_combination_is_sound(tmp_path: Path, engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is generated compiles, is formatted, typed, migrated without a difference, and passes its own tests."""
    root = tmp_path / "matrix"
    write_project(project_plan(root, Answers("matrix", engine)))
    for number, (word, specs) in enumerate({"target": ["name:str:unique"], **resources()}.items()):
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
        print(f"\n{engine}: {count()} combinations in {len(resources())} resources: {ran.splitlines()[-1]}")


def does(root: Path, *command: str) -> str:
    """The output of a command that has to succeed."""
    done = subprocess.run(command, cwd=root, text=True, capture_output=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
    return done.stdout
