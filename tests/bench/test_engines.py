"""The table of the engines of templates: all show the same before anything is said of their speed."""

import re
from pathlib import Path

import pytest

from bench import engines
from kirsch.renderer import Renderer
from kirsch.tools import NAMES, load_tool

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "templates.md"


def test_every_engine_shows_the_same_table(tmp_path):
    """A hundred rows, escaped; each has a figure."""
    figures = engines.measure(engines.renderers(tmp_path), rounds=1)

    assert list(figures) == list(engines.ENGINES)
    assert all(microseconds > 0 for microseconds in figures.values())


def test_an_engine_that_shows_something_else_is_not_timed(tmp_path):
    """The names of both are said."""
    found = engines.renderers(tmp_path)
    page = tmp_path / "jinja" / "page.jinja"
    page.write_text(page.read_text().replace("row.note", "row.name"))

    with pytest.raises(ValueError, match="jinja shows something else than mako"):
        engines.measure(found, rounds=1)


def test_the_guide_compares_all_engines():
    """Those that there are, in the form that the program prints."""
    known = {name for name in NAMES if issubclass(load_tool(name), Renderer)}
    rows = re.findall(r"^\| `(\w+)` \| [\d.]+\S* \| .* \| (\d+\.\d\d) ms \|$", GUIDE.read_text(), re.MULTILINE)

    assert {name for name, _ in rows} == known == set(engines.ENGINES)
    assert engines.table(dict.fromkeys(engines.ENGINES, 1.0)).splitlines()[0] in GUIDE.read_text()
