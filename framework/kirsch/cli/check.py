"""`check`: everything that can be found wrong before the first visitor finds it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kirsch.cli.services import Services, plain_imports
from kirsch.errors import ConfigError, RunError

if TYPE_CHECKING:
    from kirsch.application import Application

VARIABLE = "KIRSCH__SITE__ENVIRONMENT"


@click.command()
@click.option("--deploy", is_flag=True, help="Say as well what is unsafe in production, with the line to change.")
@click.pass_obj
def check(services: Services, deploy: bool) -> int:
    """Find mistakes in routes, configuration, templates and database.

    The exit code is 2 for mistakes in routes, configuration and templates and for what is unsafe, 1 for those in the
    database alone.
    """
    package, root = services.require()
    with _production() if deploy else nullcontext():
        application = services.application()
    from kirsch.report.deployment import unsafe
    from kirsch.report.templates import template_mistakes

    try:
        with plain_imports(package):
            inside = [*_server_mistakes(application), *template_mistakes(application)]
            inside += unsafe(application) if deploy else []
            found = [*inside, *_database_mistakes(root, package, application)]
    finally:
        application.close()
    for sentence in found:
        click.echo(sentence)
    if found:
        return 2 if inside else 1
    if deploy:
        click.echo(f"{application.name}: nothing is unsafe.")
    click.echo(
        f"{application.name}: {sum(not plan.below for plan in application.plans.values())} routes and no mistakes."
    )
    return 0


@contextmanager
def _production() -> Iterator[None]:
    """Let the site be as it is in production, whatever this machine is for."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = "production"
    try:
        yield
    finally:
        del os.environ[VARIABLE]
        if before is not None:
            os.environ[VARIABLE] = before


def _server_mistakes(application: "Application") -> tuple[str, ...]:
    """What `serve` would refuse in ``[server]`` and ``[plugins]``."""
    from kirsch.plugins import make_plugins
    from kirsch.site import read_address

    found: list[str] = []
    for look in (lambda: read_address(application), lambda: make_plugins(application.site, application.config)):
        try:
            look()
        except ConfigError as error:
            found += error.mistakes
    return tuple(found)


def _database_mistakes(root: Path, package: str, application: "Application") -> list[str]:
    try:
        engine = application.tool("sqlalchemy").engine  # type: ignore[attr-defined]
    except RunError:
        return []
    from kirsch import database
    from kirsch.data import migrations

    database.check(engine)
    if not (root / "migrations" / "env.py").is_file():
        return []
    if waiting := migrations.pending(root, package, engine):
        return [f"{migrations.count(waiting)} pending: run python manage.py migrate."]
    if different := migrations.differences(root, package, engine):
        return [*different, "Write a migration for the models with: python manage.py makemigration"]
    return []
