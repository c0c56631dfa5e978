"""`kirsch new` and `manage.py generate`: what the command line says, checked, planned, shown, written."""

from __future__ import annotations

import datetime as dt
import os
import re
import shlex
import shutil
import sys
from pathlib import Path

import click

from kirsch_scaffold import names
from kirsch_scaffold.alone import alone
from kirsch_scaffold.existing import Existing, ProjectFault
from kirsch_scaffold.fields import Field
from kirsch_scaffold.from_fields import Resource
from kirsch_scaffold.fromdb import absolute_url, decide, site_plan, summary
from kirsch_scaffold.grammar import FieldErrors, parse
from kirsch_scaffold.journal import take_back
from kirsch_scaffold.plan import Plan
from kirsch_scaffold.project import Answers, project_plan, url_fault
from kirsch_scaffold.resource import missing_models, resource_named, resource_plan
from kirsch_scaffold.write import WriteError, write_changes, write_project


@click.command()
@click.argument("name")
@click.option("--templates", type=click.Choice(["mako", "jinja"]), default="mako", help="Template language.")
@click.option("--db", "url", metavar="URL", help="Database; a SQLite file in the project without it.")
@click.option("--from-db", "existing", metavar="URL", help="Make the site of an existing database.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, readable=False),
    default=Path(),
    metavar="DIR",
    help="Where to make the folder.",
)
@click.option("--pretend", is_flag=True, help="Show the plan and write nothing.")
@click.pass_context
def new(  # noqa: PLR0917  # click hands them over by name
    context: click.Context, name: str, templates: str, url: str | None, existing: str | None, into: Path, pretend: bool
) -> None:
    """Make a new site in the folder NAME."""
    if url and existing:
        raise click.UsageError("--db and --from-db contradict each other: --from-db already names the database.")
    if fault := names.project_name_fault(name):
        raise click.UsageError(f"{_visible(name)} {fault}.")
    for given in (url, existing):
        if given is not None and (fault := url_fault(given)):
            raise click.UsageError(f"{_visible(_without_password(given))} {fault}.")
    if fault := _folder_fault(into):
        raise click.UsageError(f"{fault}; choose another folder with --into DIR.")
    root = into / name
    if root.exists() or root.is_symlink():
        raise click.UsageError(f"{root} exists already: choose another name, or another folder with --into DIR.")
    told: list[str] = []
    if existing:
        url = absolute_url(existing)
        found = decide(context.obj.describe(url), name)
        plan, told = site_plan(root, Answers(name, templates, url), found, dt.datetime.now()), summary(found)
    else:
        plan = project_plan(root, Answers(name, templates, url or ""))
    _show(plan, name)
    click.echo("\n".join(["", *told]) if told else "", nl=bool(told))
    if pretend:
        click.echo("Nothing was written (--pretend).")
        return
    _write_new(plan)
    click.echo(_next_steps(root, not existing or not found.schema.tables))


def _show(plan: Plan, title: str) -> None:
    click.echo(f"{'':>9}  {title}/")
    click.echo("\n".join(f"{line[:11]}  {line[11:]}" for line in plan.tree().splitlines()))


def _write_new(plan: Plan) -> None:
    try:
        write_project(plan)
    except WriteError as error:
        raise click.ClickException(str(error)) from error


def _next_steps(root: Path, is_empty: bool) -> str:
    manage = f"{_python()} manage.py"
    example = f"{manage} generate resource book title:str:200 author:str price:money:optional"
    steps = [f"cd {shlex.quote(str(root))}", *([example] if is_empty else []), f"{manage} migrate"]
    steps += [f"{manage} serve --dev", f"{manage} test"]
    return "\nYour site is in " + str(root) + ". Next:\n\n" + "".join(f"    {step}\n" for step in steps)


def _python() -> str:
    """What to type for the Python that runs now, which the shell may not know by name."""
    found = shutil.which("python")
    known = found and os.path.samefile(os.path.dirname(found), os.path.dirname(sys.executable))
    return "python" if known else shlex.quote(sys.executable)


def _folder_fault(into: Path) -> str:
    """Why nothing can be made in this folder, or in the nearest there is above it; empty when something can."""
    standing = next(folder for folder in (into, *into.absolute().parents) if os.path.lexists(folder))
    if not os.path.isdir(standing):  # Path.is_dir raises where a folder above may not be entered
        return f"{standing} is no folder"
    return "" if os.access(standing, os.W_OK | os.X_OK) else f"{standing} cannot be written to"


def _visible(word: str) -> str:
    return word if word.strip() and word.isprintable() else repr(word)


def _without_password(url: str) -> str:
    return re.sub(r"(//[^/:@]*):.*@", r"\1:***@", url)


@click.group()
def generate() -> None:
    """Add something to a site."""


@generate.command()
@click.argument("name")
@click.argument("fields", nargs=-1, metavar="FIELD...")
@click.option("--pretend", is_flag=True, help="Show the plan and write nothing.")
@click.option("--force", is_flag=True, help="Write over files that hold something else.")
@click.pass_context
def resource(context: click.Context, name: str, fields: tuple[str, ...], pretend: bool, force: bool) -> None:
    """Add the resource NAME: model, pages, JSON, migration and tests.

    A FIELD is name:kind, then arguments, then modifiers, all with colons, then =default:
    title:str:200:unique  price:decimal:10,2:optional  status:enum:draft,live=draft  author:ref  tags:many
    """
    package, root = _project_of(context)
    with alone(root):
        if told := take_back(root):  # of a generator that was killed after this command began
            click.echo(told, err=True)
        _add_resource(package, root, name, fields, pretend=pretend, force=force)


def _add_resource(package: str, root: Path, name: str, fields: tuple[str, ...], *, pretend: bool, force: bool) -> None:
    try:
        wanted, site = resource_named(name), Existing(root, package)
        plan = resource_plan(site, wanted, _fields(fields, wanted, site), dt.datetime.now(dt.UTC))
    except ProjectFault as error:
        raise click.UsageError(str(error)) from error
    except FieldErrors as error:
        raise click.UsageError("\n".join(error.mistakes)) from error
    _show(plan, root.name)
    if plan.conflicts and not force:
        raise click.UsageError(_conflict_sentence(plan, wanted))
    if not plan.changes:
        click.echo("\nNothing to do: everything is there already.")
    elif pretend:
        click.echo("\nNothing was written (--pretend).")
    else:
        _write_changes(plan)
        click.echo(
            f"\n{plan.new_lines()} new lines. Next:\n\n    python manage.py migrate\n    python manage.py test\n"
        )
        click.echo(f"Then {wanted.plural.replace('_', ' ')} are at /{wanted.plural}.")


def _project_of(context: click.Context) -> tuple[str, Path]:
    services = context.find_root().obj
    package, root = getattr(services, "project", None), getattr(services, "root", None)
    if package is None or root is None:
        raise click.UsageError("This is no Kirsch project: go to the folder of one, or make one with: kirsch new shop")
    return package, root


def _fields(specs: tuple[str, ...], wanted: Resource, site: Existing) -> list[Field]:
    """The fields; mistakes in some do not hide that others lead to a model that is missing."""
    if not specs:
        raise click.UsageError(
            f"{wanted.class_name} has no fields: name some, as in: "
            f"python manage.py generate resource {wanted.singular} name:str:80"
        )
    try:
        return parse(specs, wanted.class_name)
    except FieldErrors as error:
        raise FieldErrors([*error.mistakes, *missing_models(site, wanted, error.fields)]) from error


def _conflict_sentence(plan: Plan, wanted: Resource) -> str:
    paths = ", ".join(step.path for step in plan.conflicts)
    verb = "holds" if len(plan.conflicts) == 1 else "hold"
    return (
        f"{paths} {verb} something else than this command would write. For a new field of {wanted.class_name}, "
        "change the model and run python manage.py makemigration; --force writes over the files."
    )


def _write_changes(plan: Plan) -> None:
    try:
        write_changes(plan)
    except WriteError as error:
        raise click.ClickException(str(error)) from error
