"""`routes`, `explain`, `plan` and `config`: look into a site without serving it."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from kirsch import report
from kirsch.application import Application
from kirsch.cli.services import Services


@click.command()
@click.argument("word", default="")
@click.pass_obj
def routes(services: Services, word: str) -> None:
    """List the routes in the order they are tried; with WORD, those that hold it."""
    with _application(services) as application:
        click.echo(report.routes(application, word))


@click.command()
@click.argument("method")
@click.argument("path")
@click.pass_obj
def explain(services: Services, method: str, path: str) -> None:
    """Say which route takes a request with METHOD of PATH, or why none does: explain GET /albums/3."""
    with _application(services) as application:
        click.echo(report.explain(application, method.upper(), path))


@click.command()
@click.argument("action", metavar="CONTROLLER.ACTION")
@click.pass_obj
def plan(services: Services, action: str) -> None:
    """Show what happens around an action, step by step: plan albums.show."""
    with _application(services) as application:
        click.echo(report.plan(application, action))


@click.command()
@click.argument("word", default="")
@click.option("--explain", "key", metavar="KEY", help="Say all about one setting: config --explain tools.csrf.cookie")
@click.pass_obj
def config(services: Services, word: str, key: str | None) -> None:
    """Show every setting and where it comes from; with WORD, those that hold it. Secrets are not shown."""
    with _application(services) as application:
        click.echo(report.config(application, word) if key is None else report.explain_setting(application, key))


@contextmanager
def _application(services: Services) -> Iterator[Application]:
    application = services.application()
    try:
        yield application
    finally:
        application.close()
