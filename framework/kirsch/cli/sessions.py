"""`sessions`: look after the sessions of the site's visitors."""

from typing import Any

import click

from kirsch.cli.services import Services
from kirsch.errors import HTTPError, RunError


@click.group()
def sessions() -> None:
    """Look after the sessions of visitors."""


@sessions.command()
@click.pass_obj
def clean(services: Services) -> None:
    """Remove the sessions that have ended from where they are kept."""
    application = services.application()
    try:
        kind = type(application.tool("sessions"))
        found: list[Any] = [tool for tool in application.tools if type(tool) is kind]
        number = sum(tool.clean() for tool in found)
    except HTTPError as error:
        raise RunError(f"{error.detail} See that their store runs, and try again.") from error
    finally:
        application.close()
    click.echo(f"Removed {number} {'session' if number == 1 else 'sessions'} that had ended.")
