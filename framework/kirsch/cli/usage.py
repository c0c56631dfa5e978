"""`usage`: what of the site was never used."""

import json
from typing import Any

import click

from kirsch.cli.services import Services
from kirsch.errors import RunError, UsageError


@click.command("usage")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def usage(services: Services, as_json: bool) -> int:
    """Tell which routes and templates were never used since [tools.usage] is on."""
    from kirsch.report.usage import told, unused

    services.require()
    application = services.application()
    try:
        tool: Any = application.tool("usage")
    except RunError as error:
        application.close()
        raise UsageError("Nobody writes down what is used. Write [tools.usage] into config/site.toml first.") from error
    lines = set((application.setup.root / tool.file).read_text(encoding="utf-8").splitlines())
    click.echo(json.dumps(unused(application, lines), indent=2) if as_json else told(application, lines))
    application.close()
    return 0
