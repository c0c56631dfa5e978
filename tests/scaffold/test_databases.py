"""A generated project on each database that Kirsch knows: every kind of column, migrated without a difference."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from kirsch_scaffold.existing import Existing
from kirsch_scaffold.grammar import parse
from kirsch_scaffold.project import Answers, project_plan
from kirsch_scaffold.resource import resource_named, resource_plan
from kirsch_scaffold.write import write_changes, write_project

EVERYTHING = (
    "title:str:200:unique",
    "code:str:2:unique:optional",
    "body:text:optional",
    "number:int:index",
    "large:bigint=9000000000",
    "ratio:float=0.5",
    "size:decimal:12,3:optional",
    "price:money=9.95",
    "fresh:bool=yes",
    "day:date=today",
    "hour:time:optional",
    "moment:datetime=now",
    "extra:json={}",
    "mark:uuid:unique=random",
    "mail:email:optional:unique",
    "site:url:optional:unique",
    "part:slug:title",
    "tint:color:optional",
    "call:phone:optional",
    "secret:password:optional",
    "state:enum:draft,live=draft",
    "shelf:ref:index",
    "other:ref:Shelf:setnull:optional",
    "labels:many:Shelf",
    "parent:self:cascade",
)


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgres_url", "mariadb_url"])
def test_every_kind_of_column_is_migrated_without_a_difference(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """What the migration makes is what the models say, there and back and there again."""
    url = "" if database == "sqlite" else request.getfixturevalue(database)
    root = tmp_path / "shop"
    write_project(project_plan(root, Answers("shop", "mako", url)))
    for number, (word, specs) in enumerate({"shelf": ("name:str",), "thing": EVERYTHING}.items()):
        named = resource_named(word)
        moment = dt.datetime(2026, 1, 1 + number, tzinfo=dt.UTC)
        write_changes(resource_plan(Existing(root, "shop"), named, parse(specs, named.class_name), moment))

    steps = (["migrate"], ["check"], ["migrate", "base"], ["migrate"], ["check"])
    done = [
        subprocess.run([sys.executable, "manage.py", *words], cwd=root, text=True, capture_output=True, check=False)
        for words in steps
    ]

    assert [one.returncode for one in done] == [0] * len(steps), "".join(one.stdout + one.stderr for one in done)
    assert "no mistakes" in done[-1].stdout
