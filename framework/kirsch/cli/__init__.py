"""The command line: `kirsch` anywhere, `python manage.py` in a project. Every error is one sentence.

Exit codes: 0 done, 1 something failed while running, 2 the command or the configuration is wrong, 130 interrupted.
"""

import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from kirsch.cli.commands import Commands
from kirsch.cli.services import Services, plain_imports
from kirsch.errors import KirschError, UsageError

__all__ = ["Services", "main"]

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None, project: str | None = None) -> int:
    """Run a command and return its exit code.

    *project* is the name of the project's package, where its `manage.py` calls; without it the project is looked for in
    the current folder and above.
    """
    words, debug = _without_debug(sys.argv[1:] if argv is None else argv)
    services = Services(package=project, debug=debug)
    name = "python manage.py" if project else "kirsch"
    try:
        if told := services.settle():
            click.echo(f"kirsch: {told}", err=True)
        with plain_imports():
            code = command_line.main(args=words, prog_name=name, standalone_mode=False, obj=services)
    except BaseException as error:
        if debug and not isinstance(error, SystemExit):
            traceback.print_exception(error)
        return _report(error, services)
    return code if isinstance(code, int) else 0


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of an error; works after the command as well.")
@click.version_option(package_name="kirsch", message="kirsch %(version)s")
def command_line(debug: bool) -> None:
    """Make web sites with Kirsch, and look into them."""


def _without_debug(words: Sequence[str]) -> tuple[list[str], bool]:
    """The command line without `--debug`, which may stand anywhere before a `--`."""
    end = words.index("--") if "--" in words else len(words)
    own = [word for word in words[:end] if word != "--debug"]
    return [*own, *words[end:]], len(own) < end


def _report(error: BaseException, services: Services) -> int:
    """Say in a sentence what went wrong, and return the exit code for it."""
    if isinstance(error, SystemExit):
        raise error
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message())
        return 0
    text, code = _sentence(error, services)
    for line in text.strip().splitlines():
        click.echo(f"kirsch: {line}", err=True)
    return code


def _sentence(error: BaseException, services: Services) -> tuple[str, int]:
    match error:
        case KeyboardInterrupt():
            found = "", INTERRUPTED
        case click.Abort():
            interrupted = isinstance(error.__cause__ or error.__context__, KeyboardInterrupt)
            found = ("", INTERRUPTED) if interrupted else ("Nothing was done.", 1)
        case click.UsageError():
            # A command's own UsageError says enough; those of click's kinds are about options and arguments.
            foreign = type(error) is not click.UsageError or error.message.startswith("Got unexpected extra")
            help_of = error.ctx.command_path if error.ctx and foreign else ""
            found = error.format_message() + (f"{_dot(error)} See: {help_of} --help" if help_of else ""), 2
        case click.ClickException():
            found = error.format_message(), error.exit_code
        case KirschError():
            found = str(error), 2 if isinstance(error, UsageError) else 1
        case _:
            found = _unforeseen(error, services)
    return found


def _dot(error: click.UsageError) -> str:
    return "" if error.format_message().endswith((".", "?")) else "."


def _unforeseen(error: BaseException, services: Services) -> tuple[str, int]:
    """What no sentence was made for, with the place in the project where it happened."""
    place, hint = _place(error, services), "" if services.debug else "; run with --debug to see the traceback"
    if isinstance(error, SyntaxError) and place:
        return f"{place}: {error.msg}; correct it.", 2
    words = f"{type(error).__name__}: {error}"
    if isinstance(error, OSError) and error.strerror:
        words = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return f"{place}{': ' * bool(place)}{words}{hint}", 1


def _place(error: BaseException, services: Services) -> str:
    """The innermost line of the project's own that *error* comes from: `shop/routes.py, line 9`; empty if none."""
    lines = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        lines.append((error.filename, error.lineno))
    with suppress(UsageError):
        for name, number in reversed(lines):
            path = Path(name)
            if services.root and services.project and path.is_relative_to(services.root / services.project):
                return f"{path.relative_to(services.root)}, line {number}"
    return ""
