"""`test`: the project's own tests."""

import subprocess
import sys
from importlib.util import find_spec

import click

from kirsch.cli.services import Services
from kirsch.errors import UsageError


@click.command("test", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def tests(services: Services, words: tuple[str, ...]) -> int:
    """Run the tests of the project with pytest; WORDS go to it: test -x tests/test_home.py"""
    _, root = services.require()
    if find_spec("pytest") is None:
        raise UsageError("The tests need the package 'pytest'; install it with: pip install pytest")
    return subprocess.run([sys.executable, "-m", "pytest", *words], cwd=root, check=False).returncode
