"""`shell`: Python with the site at hand."""

import code
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click

from kirsch.cli.services import Services, plain_imports
from kirsch.errors import RunError


@click.command()
@click.option("-c", "--command", help="Run this instead of asking for input.")
@click.pass_obj
def shell(services: Services, command: str | None) -> None:
    """Try things out in Python: app, db (a session), request(path), and the models by name."""
    package, _ = services.require()
    application = services.application()
    names: dict[str, Any] = {"app": application, "mapper": application.mapper, "config": application.site}
    try:
        with plain_imports(package):
            names |= _database_names(package, application)
        _run(names, command)
    finally:
        if "db" in names:
            names["db"].close()
        application.close()


def _database_names(package: str, application: Any) -> dict[str, Any]:
    """The session and the models; nothing where the site has no database."""
    try:
        engine = application.tool("sqlalchemy").engine
    except RunError:
        return {}
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    models = import_module(f"{package}.models")
    classes = {kind.__name__: kind for kind in (mapper.class_ for mapper in models.Base.registry.mappers)}
    return {"db": Session(engine), "select": select, **classes}


def _run(names: dict[str, Any], command: str | None) -> None:
    if command is not None:
        exec(compile(command, "<command>", "exec"), names)
    elif find_spec("IPython") and sys.stdin.isatty():
        import_module("IPython").start_ipython(argv=[], user_ns=names)
    else:
        known = ", ".join(sorted(names))
        code.interact(f"At hand: {known}. Leave with Ctrl-D.", local=names, exitmsg="")
