"""`generate resource`: what is added to a project, what is refused, and that the same command twice changes nothing."""

import ast
import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kirsch_scaffold.existing import Existing, ProjectFault
from kirsch_scaffold.grammar import FieldErrors, parse
from kirsch_scaffold.plan import Plan
from kirsch_scaffold.project import Answers, project_plan
from kirsch_scaffold.resource import resource_named, resource_plan
from kirsch_scaffold.write import write_changes, write_project

Run = Callable[..., Any]
Holding = Callable[[Path], dict[str, bytes]]
POST = (
    "title:str:200:unique:search",
    "body:text:optional",
    "author:ref",
    "tags:many",
    "status:enum:draft,live=draft",
    "published:bool=no",
    "price:decimal:10,2:optional",
    "published_on:date:optional",
)
SECONDS = 1.5
LINES = 180


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A project with authors and tags."""
    root = tmp_path / "shop"
    write_project(project_plan(root, Answers("shop")))
    write_changes(planned(root, "author", "name:str:80:unique"))
    write_changes(planned(root, "tag", "name:str:50:unique"))
    return root


def python(root: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """A command in the project."""
    return subprocess.run([sys.executable, *words], cwd=root, text=True, capture_output=True, check=False)


def planned(root: Path, word: str, *specs: str) -> Plan:
    """The plan of a resource, made a moment after the one before."""
    named = resource_named(word)
    existing = Existing(root, "shop")
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=len(existing.migrations))
    return resource_plan(existing, named, parse(specs, named.class_name), moment)


@pytest.mark.slow
def test_three_resources_pass_their_tests_and_leave_nothing_to_migrate(site: Path) -> None:
    """References, many-to-many, unique fields, choices: all green at once, warnings as errors."""
    write_changes(planned(site, "post", *POST))
    steps = (["manage.py", "migrate"], ["manage.py", "check"], ["-m", "pytest", "-q", "-p", "no:cacheprovider"])

    done = [python(site, *step) for step in steps]

    assert [one.returncode for one in done] == [0, 0, 0], "".join(one.stdout + one.stderr for one in done)


def test_a_resource_is_less_than_180_lines(site: Path) -> None:
    """Model, controller, migration, factory, tests, and what is inserted elsewhere."""
    assert planned(site, "post", *POST).new_lines() <= LINES


@pytest.mark.slow
def test_every_resource_brings_at_least_14_tests(site: Path) -> None:
    """Most of them come with the class that the generated tests inherit."""
    write_changes(planned(site, "post", *POST))

    done = python(site, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "tests/test_posts.py")

    assert done.stdout.count("::test_") >= 14


def test_the_command_takes_less_than_a_second_and_a_half(shop: Path, manage: Run) -> None:
    """Process and all, in processor time, so that a busy machine does not count."""
    before = os.times()

    answer = manage("generate", "resource", "book", "title:str:200", "price:money:optional")

    after = os.times()
    assert answer.returncode == 0, answer.stderr
    assert after.children_user + after.children_system - before.children_user - before.children_system <= SECONDS
    assert "python manage.py migrate" in answer.stdout


def test_the_same_command_twice_changes_nothing(site: Path, holding: Holding) -> None:
    """Nor does the command of a model to which others have added their side of a relation."""
    write_changes(planned(site, "post", *POST))
    before = holding(site)

    author, tag = planned(site, "author", "name:str:80:unique"), planned(site, "tag", "name:str:50:unique")
    again = [planned(site, "post", *POST), author, tag]

    assert [plan.changes for plan in again] == [(), (), ()]
    assert holding(site) == before


def test_both_sides_of_a_relation_are_written(site: Path) -> None:
    """The model that is referred to knows the rows that refer to it, and is still formatted."""
    write_changes(planned(site, "post", *POST))

    author, tag = (site / "shop" / "models" / name for name in ("author.py", "tag.py"))

    assert (
        'posts: Mapped[list["Post"]] = relationship(back_populates="author", passive_deletes="all")'
        in author.read_text()
    )
    assert 'Base.metadata.tables["post_tags"]' in tag.read_text()
    assert "if TYPE_CHECKING:\n    from shop.models.post import Post\n" in author.read_text()


def test_what_people_have_written_in_a_changed_file_stays(site: Path) -> None:
    """Comments, blank lines and odd spacing are theirs."""
    routes = site / "shop" / "routes.py"
    text = routes.read_text().replace("    mapper = Mapper()\n", "    # mine\n    mapper   =   Mapper( )\n\n")
    routes.write_text(text)

    write_changes(planned(site, "post", *POST))

    added = '    mapper.resource("post", "posts")\n'
    assert routes.read_text().replace(added, "") == text
    assert routes.read_text().endswith(added + "    return mapper\n")


def test_a_file_that_somebody_has_changed_is_a_conflict(site: Path, manage: Run, holding: Holding) -> None:
    """One sentence that names it, exit code 2, nothing written; --force writes over it."""
    model = site / "shop" / "models" / "tag.py"
    model.write_text(model.read_text() + "# mine\n")
    before = holding(site)

    refused = manage("generate", "resource", "tag", "name:str:50:unique")

    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "shop/models/tag.py holds something else" in refused.stderr
    assert holding(site) == before
    assert manage("generate", "resource", "tag", "name:str:50:unique", "--force").returncode == 0
    assert "# mine" not in model.read_text()


def test_pretending_shows_the_tree_and_writes_nothing(site: Path, manage: Run, holding: Holding) -> None:
    """What is created, what is changed and how."""
    before = holding(site)

    answer = manage("generate", "resource", "post", *POST, "--pretend")

    assert answer.returncode == 0
    assert '+ mapper.resource("post", "posts")' in answer.stdout
    assert holding(site) == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["post"], "Post has no fields"),
        (["class", "a:str"], "means something else in a project"),
        (["base", "a:str"], "means something else in a project"),
        (["static", "a:str"], "calls one of its own pages"),
        (["2nd", "a:str"], "is no name for a resource"),
        (["post", "writer:ref"], "Make it first: python manage.py generate resource writer name:str"),
        (["post", "price:decimal10", "price:decimal2"], "write price:decimal:10,2"),
    ],
)
def test_a_wrong_word_is_one_sentence(site: Path, manage: Run, words: list[str], sentence: str) -> None:
    """Exit code 2, what is wrong and what to do."""
    answer = manage("generate", "resource", *words)

    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1), answer.stderr
    assert sentence in answer.stderr


def test_all_mistakes_come_at_once(site: Path, manage: Run) -> None:
    """Those of the fields' own and models that are missing."""
    answer = manage("generate", "resource", "post", "title:strr", "class:str", "writer:ref")

    assert [line.split(": ")[1] for line in answer.stderr.splitlines()] == ["title:strr", "class:str", "writer:ref"]


def test_outside_a_project_there_is_nothing_to_add_to(kirsch: Run) -> None:
    """The sentence says how to get a project."""
    answer = kirsch("generate", "resource", "post", "title:str")

    assert answer.returncode == 2
    assert "kirsch new shop" in answer.stderr


def test_a_plural_is_taken_for_its_singular() -> None:
    """`generate resource posts` and `generate resource BlogPost` mean what they seem to mean."""
    assert resource_named("posts").class_name == "Post"
    assert resource_named("BlogPost") == resource_named("blog_post")


def test_a_routes_file_without_a_place_is_said(site: Path) -> None:
    """The line to write by hand is named."""
    (site / "shop" / "routes.py").write_text("from kirsch import Mapper\n\nmapper = Mapper()\n")

    with pytest.raises(ProjectFault, match=r'add mapper\.resource\("post", "posts"\) yourself'):
        planned(site, "post", "title:str")


def test_a_file_that_is_no_python_is_said(site: Path) -> None:
    """With its line."""
    (site / "shop" / "models" / "tag.py").write_text("class Tag(\n")

    with pytest.raises(ProjectFault, match=r"shop/models/tag\.py, line 1"):
        planned(site, "post", "title:str")


def test_two_newest_migrations_are_said(site: Path) -> None:
    """A migration has to follow one other."""
    (site / "migrations" / "versions" / "other.py").write_text('revision = "other"\ndown_revision = None\n')

    with pytest.raises(ProjectFault, match="follow the same one"):
        planned(site, "post", "title:str")


def test_a_key_of_two_columns_cannot_be_referred_to(site: Path) -> None:
    """As an existing database may have them."""
    model = site / "shop" / "models" / "tag.py"
    model.write_text(model.read_text().replace("unique=True", "primary_key=True"))

    with pytest.raises(FieldErrors, match="not one column"):
        planned(site, "post", "tag:ref")


def test_a_rename_that_fails_takes_back_what_was_done(
    site: Path, monkeypatch: pytest.MonkeyPatch, holding: Holding
) -> None:
    """After any number of files: the project is as it was."""
    before = holding(site)
    real = Path.replace
    for files in range(len(planned(site, "post", *POST).changes)):
        left = [files]

        def failing(path: Path, target: Path, left: list[int] = left) -> Path:
            if not left[0]:
                raise OSError(28, "No space left on device", str(target))
            left[0] -= 1
            return real(path, target)

        monkeypatch.setattr(Path, "replace", failing)
        with pytest.raises(Exception, match="nothing was changed"):
            write_changes(planned(site, "post", *POST))

        assert holding(site) == before


def test_a_folder_that_cannot_be_written_changes_nothing(site: Path, holding: Holding) -> None:
    """A file where a folder should be stands for it."""
    plan = planned(site, "post", *POST)
    for path in (site / "tests" / "factories").iterdir():
        path.unlink()
    (site / "tests" / "factories").rmdir()
    (site / "tests" / "factories").write_text("no folder")
    before = holding(site)

    with pytest.raises(Exception, match="cannot be written"):
        write_changes(plan)

    assert holding(site) == before


def test_generated_python_is_python(site: Path) -> None:
    """Whatever is in the fields."""
    plan = planned(site, "post", "title:str=\"'\\", "body:text='''", *POST[3:])

    assert all(ast.parse(step.text) for step in plan.steps if step.path.endswith(".py"))


@pytest.mark.slow
def test_two_commands_at_once_both_arrive(shop: Path, manage: Run) -> None:
    """Neither loses the other's route, and their migrations follow each other."""
    command = [sys.executable, "manage.py", "generate", "resource"]
    both = [subprocess.Popen([*command, name, "name:str:80"], cwd=shop, stdout=subprocess.PIPE) for name in ("a", "b")]
    for process in both:
        process.communicate()

    migrated = manage("migrate")

    assert [process.returncode for process in both] == [0, 0]
    assert migrated.returncode == 0, migrated.stderr
    assert manage("check").stdout == "Shop: 20 routes and no mistakes.\n"
