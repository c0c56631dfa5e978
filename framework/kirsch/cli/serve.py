"""`serve`: the site under the bundled server."""

import os
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kirsch.cli.services import Services, plain_imports
from kirsch.config import ENVIRONMENTS
from kirsch.errors import KirschError, RunError
from kirsch.plugins.reloaded import is_child

if TYPE_CHECKING:
    from kirsch.application import Application


class Port(click.ParamType[int]):
    """A number from 0 to 65535."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number that *value* is.

        :raises click.UsageError: when it is none, or no port.
        """
        text = str(value)
        if text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535:
            return int(text)
        raise click.UsageError(f"--port takes a number from 1 to 65535, or 0 for any free one, not {text!r}.")


@click.command()
@click.option("--host", help="The address to listen on, instead of that in [server].")
@click.option("--port", type=Port(), help="The port, instead of that in [server]; 0 means any free one.")
@click.option("--dev", is_flag=True, help="Start again when a file is saved, and show errors with their source.")
@click.option("--environment", type=click.Choice(ENVIRONMENTS), help="What the site runs as, instead of [site].")
@click.pass_obj
def serve(services: Services, host: str | None, port: int | None, dev: bool, environment: str | None) -> int:
    """Serve the site with the bundled server until Ctrl-C or SIGTERM."""
    package, root = services.require()
    if environment is not None:
        os.environ["KIRSCH__SITE__ENVIRONMENT"] = environment  # for the processes that this one starts, too
    if dev and os.name == "posix" and not is_child():
        # The parent loads nothing of the site, so that it survives what is wrong there.
        from kirsch.plugins.reloader import supervise

        return supervise(root=root)
    application = _in_development(services) if dev else services.application()
    from kirsch.site import Site

    try:
        with plain_imports(package):
            _say_what_is_pending(root, package, application)
        site = Site(application, services.front(application))
    except BaseException:
        application.close()
        raise
    return site.serve(host, port, dev)


def _in_development(services: Services) -> "Application":
    """The application with debugging on; what keeps it from being loaded is on the terminal, with its traceback."""
    try:
        return services.application({"site": {"environment": "development", "debug": True}})
    except KirschError:
        raise
    except Exception as error:
        if not services.debug:
            traceback.print_exception(error)
        raise


def _say_what_is_pending(root: Path, package: str, application: "Application") -> None:
    """Name a database that is behind the site or out of reach; the site is served nevertheless."""
    if not (root / "migrations" / "env.py").is_file():
        return
    try:
        engine = application.tool("sqlalchemy").engine  # type: ignore[attr-defined]
    except RunError:
        return
    from kirsch.data import migrations

    try:
        if waiting := migrations.pending(root, package, engine):
            click.echo(f"{migrations.count(waiting)} pending: run python manage.py migrate", err=True)
    except KirschError as error:
        click.echo(f"kirsch: {error}", err=True)
