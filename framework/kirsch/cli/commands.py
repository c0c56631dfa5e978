"""The commands by name, each loaded only when it runs: Kirsch's own, and those that other packages bring."""

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import NamedTuple

import click

from kirsch.errors import RunError, did_you_mean

#: Other packages bring commands in this entry-point group; each is a click.Command.
GROUP = "kirsch.commands"


class Own(NamedTuple):
    """A command of Kirsch's own: where it is, and what it is for."""

    place: str
    purpose: str


OWN = {
    "serve": Own("kirsch.cli.serve:serve", "Serve the site with the bundled server."),
    "migrate": Own("kirsch.cli.migrations:migrate", "Bring the database to the newest migration."),
    "makemigration": Own("kirsch.cli.migrations:makemigration", "Write down how the models have changed."),
    "routes": Own("kirsch.cli.look:routes", "List the routes in the order they are tried."),
    "explain": Own("kirsch.cli.look:explain", "Say which route takes a request, or why none does."),
    "plan": Own("kirsch.cli.look:plan", "Show what happens around an action, step by step."),
    "config": Own("kirsch.cli.look:config", "Show every setting and where it comes from."),
    "check": Own("kirsch.cli.check:check", "Find mistakes in routes, configuration, templates and database."),
    "password": Own("kirsch.cli.secrets:password", "Make the hash of a password."),
    "token": Own("kirsch.cli.secrets:token", "Make a token for a program."),
    "sessions": Own("kirsch.cli.sessions:sessions", "Look after the sessions of visitors."),
    "shell": Own("kirsch.cli.shell:shell", "Try things out in Python with the site loaded."),
    "usage": Own("kirsch.cli.usage:usage", "Tell which routes and templates were never used."),
    "test": Own("kirsch.cli.tests:tests", "Run the tests of the project."),
}


class Commands(click.Group):
    """A group that finds its commands by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, Kirsch's own first."""
        return [*OWN, *sorted(set(_plugins()) - set(OWN))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command called *cmd_name*, loaded now; None where there is none."""
        if cmd_name in OWN:
            module, _, attribute = OWN[cmd_name].place.partition(":")
            found: click.Command = getattr(import_module(module), attribute)
            return found
        plugin = _plugins().get(cmd_name)
        return _load(plugin) if plugin else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that *args* begins with.

        :raises click.UsageError: when there is none, with the nearest name.
        """
        name = args[0]
        if not name.startswith("-") and name not in self.list_commands(ctx):
            hint = did_you_mean(name, self.list_commands(ctx), limit=20)
            raise click.UsageError(f"There is no command {name!r}. {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading those of Kirsch's own."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._purpose(ctx, name)) for name in self.list_commands(ctx)])

    def _purpose(self, ctx: click.Context, name: str) -> str:
        if name in OWN:
            return OWN[name].purpose
        command = self.get_command(ctx, name)
        return command.get_short_help_str(limit=100) if command else ""


def _plugins() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


def _load(plugin: EntryPoint) -> click.Command:
    """The command of a plug-in; in place of one that cannot be loaded, a command that says so."""
    try:
        found = plugin.load()
    except Exception as error:
        return _broken(plugin, f"{type(error).__name__}: {error}", error)
    if not isinstance(found, click.Command):
        return _broken(plugin, f"{plugin.value} is no click.Command", None)
    return found


def _broken(plugin: EntryPoint, reason: str, cause: Exception | None) -> click.Command:
    package = plugin.dist.name if plugin.dist else plugin.module
    sentence = f"The command {plugin.name!r} of {package} cannot be loaded ({reason}); mend or uninstall {package}."

    def fail(**_: object) -> None:
        raise RunError(sentence) from cause

    words = click.Argument(["words"], nargs=-1, type=click.UNPROCESSED)
    return click.Command(
        plugin.name,
        callback=fail,
        params=[words],
        help=f"(cannot be loaded: {reason})",
        add_help_option=False,
        context_settings={"ignore_unknown_options": True},
    )
