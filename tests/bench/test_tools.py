"""What tools cost is measured for every one of them, and kept where the reference reads it."""

import tomllib

import pytest

from bench import __main__ as command
from bench import tools
from kirsch.tools import NAMES


@pytest.fixture(scope="module")
def costs():
    """One short round of every tool."""
    return tools.measure(rounds=1, milliseconds=0.1)


def test_every_tool_is_measured(costs):
    """One that needs settings has a case in tests/bench/tools.py, or a reason there for being left out."""
    assert costs.left == tools.APART
    assert costs.tools.keys() == NAMES.keys() - tools.APART.keys()


def test_tools_are_measured_together_as_well(costs):
    """Beside the sum of the same tools, for the same page."""
    shown = tools.in_words(costs)

    assert costs.parts.keys() == set(tools.PRODUCTION)
    assert "the sum" in shown
    assert "all at once" in shown


def test_the_figures_are_kept_as_data(costs, tmp_path):
    """As the reference reads them: the machine, every tool, the whole and its parts."""
    tools.write(costs, "a machine", tmp_path / "costs.toml")

    kept = tomllib.loads((tmp_path / "costs.toml").read_text(encoding="utf-8"))

    assert kept["machine"] == "a machine"
    assert kept["tools"].keys() == costs.tools.keys()
    assert {"hello", "sum", "together", "parts"} <= kept.keys()


def test_the_reference_has_figures():
    """Those that the command has kept last."""
    kept = tomllib.loads(command.COSTS.read_text(encoding="utf-8"))

    assert set(tools.PRODUCTION) == kept["parts"].keys()
    assert kept["hello"] > 0


def test_a_first_look_keeps_nothing(capsys):
    """The figures of few short rounds would replace good ones."""
    before = command.COSTS.read_bytes()

    code = command.main(["--only", "tools", "--quick", "--rounds", "1"])

    assert (code, command.COSTS.read_bytes() == before) == (0, True)
    assert "all at once" in capsys.readouterr().out
