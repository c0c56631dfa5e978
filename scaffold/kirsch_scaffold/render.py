"""Templates of files: `@@name` and `@@{name}` are filled in, everything else stays as it is."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from string import Template


class FileTemplate(Template):
    """A template whose marks mean nothing to Python, Mako, Jinja, TOML or a shell."""

    delimiter = "@@"
    flags = re.NOFLAG


def render(name: str, **values: str) -> str:
    """The template `templates/NAME.in` filled with *values*; a mark without a value is a KeyError."""
    return _template(name).substitute(values)


@cache
def _template(name: str) -> FileTemplate:
    return FileTemplate(files("kirsch_scaffold").joinpath("templates", f"{name}.in").read_text(encoding="utf-8"))
