"""`test`: the project's own tests."""

import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import click

from kirsch.cli.services import Services
from kirsch.errors import UsageError


@click.command("test", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.option("--cover", is_flag=True, help="Tell which lines, routes and templates the tests do not reach.")
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def tests(services: Services, cover: bool, words: tuple[str, ...]) -> int:
    """Run the tests of the project with pytest; WORDS go to it: test -x tests/test_home.py"""
    package, root = services.require()
    if find_spec("pytest") is None:
        raise UsageError("The tests need the package 'pytest'; install it with: pip install pytest")
    if cover:
        return covered(services, package, root, words)
    return subprocess.run([sys.executable, "-m", "pytest", *words], cwd=root, check=False).returncode


def covered(services: Services, package: str, root: Path, words: tuple[str, ...]) -> int:
    """Run the tests, then tell what they did not reach; nothing is left in the project.

    :raises UsageError: without coverage.py.
    """
    if find_spec("coverage") is None:
        raise UsageError("--cover needs the package 'coverage'; install it with: pip install 'kirsch[coverage]'")
    with tempfile.TemporaryDirectory() as folder:
        used = Path(folder, "usage.txt")
        environ = {
            **os.environ,
            "COVERAGE_FILE": os.path.join(folder, "coverage"),
            "KIRSCH__TOOLS__USAGE__FILE": str(used),
        }
        coverage = [sys.executable, "-m", "coverage"]
        run = [*coverage, "run", f"--source={package}", "-m", "pytest", *words]
        code = subprocess.run(run, cwd=root, env=environ, check=False).returncode
        subprocess.run([*coverage, "report", "--show-missing"], cwd=root, env=environ, check=False)
        tell_unused(services, set(used.read_text(encoding="utf-8").splitlines()) if used.exists() else set())
    return code


def tell_unused(services: Services, lines: set[str]) -> None:
    """Say which routes and templates are not in *lines*."""
    from kirsch.report.usage import told

    application = services.application()
    click.echo(told(application, lines))
    application.close()
