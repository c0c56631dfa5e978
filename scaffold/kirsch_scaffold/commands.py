"""`kirsch new` and `manage.py generate`: what the command line says, checked, planned, shown, written."""

from __future__ import annotations

import re
from pathlib import Path

import click

from kirsch_scaffold import names
from kirsch_scaffold.plan import Plan
from kirsch_scaffold.project import Answers, project_plan, url_fault
from kirsch_scaffold.write import WriteError, write_project


@click.command()
@click.argument("name")
@click.option("--templates", type=click.Choice(["mako", "jinja"]), default="mako", help="Template language.")
@click.option("--db", "url", default="", metavar="URL", help="Database; a SQLite file in the project without it.")
@click.option("--from-db", "existing", default="", metavar="URL", help="Make the site of an existing database.")
@click.option(
    "--into", type=click.Path(path_type=Path), default=Path(), metavar="DIR", help="Where to make the folder."
)
@click.option("--pretend", is_flag=True, help="Show the plan and write nothing.")
@click.pass_context
def new(  # noqa: PLR0917  # click hands them over by name
    context: click.Context, name: str, templates: str, url: str, existing: str, into: Path, pretend: bool
) -> None:
    """Make a new site in the folder NAME."""
    if url and existing:
        raise click.UsageError("--db and --from-db contradict each other: --from-db already names the database.")
    if fault := names.project_name_fault(name):
        raise click.UsageError(f"{name} {fault}.")
    for given in (url, existing):
        if given and (fault := url_fault(given)):
            raise click.UsageError(f"{_without_password(given)} {fault}.")
    root = into / name
    if root.exists() or root.is_symlink():
        raise click.UsageError(f"{root} exists already: choose another name, or another folder with --into DIR.")
    plan = (
        _plan_from_db(context, root, name, templates, existing)
        if existing
        else project_plan(root, Answers(name, templates, url))
    )
    _show(plan, name)
    if pretend:
        click.echo("Nothing was written (--pretend).")
        return
    _write_new(plan)
    click.echo(_next_steps(root, bool(existing)))


def _plan_from_db(context: click.Context, root: Path, name: str, templates: str, url: str) -> Plan:
    raise click.UsageError("--from-db is not there yet.")


def _show(plan: Plan, title: str) -> None:
    click.echo(f"{'':>9}  {title}/")
    click.echo("\n".join(f"{line[:11]}  {line[11:]}" for line in plan.tree().splitlines()))


def _write_new(plan: Plan) -> None:
    try:
        write_project(plan)
    except WriteError as error:
        raise click.ClickException(str(error)) from error


def _next_steps(root: Path, existing: bool) -> str:
    steps = [f"cd {root}"]
    steps += (
        [] if existing else ["python manage.py generate resource book title:str:200 author:str price:money:optional"]
    )
    steps += [] if existing else ["python manage.py migrate"]
    steps += ["python manage.py serve --dev", "python manage.py test"]
    return "\nYour site is in " + str(root) + ". Next:\n\n" + "".join(f"    {step}\n" for step in steps)


def _without_password(url: str) -> str:
    return re.sub(r"(//[^/:@]*):.*@", r"\1:***@", url)


@click.group()
def generate() -> None:
    """Add something to a site."""
