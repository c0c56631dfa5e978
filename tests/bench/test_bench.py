"""The benchmark: its answers are verified, its arithmetic is right, and its page says what a run has found."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import page, report, routing, targets
from bench.peers import contract
from bench.processes import TESTS, Failed, Worker
from bench.scenarios import SCENARIOS
from bench.timing import WrongAnswers, measure, verify
from kirsch_scaffold.project import Answers, project_plan

ROOT = TESTS.parent
SITE = "config/site.toml"
# Figures as two peers and ours may have them: three rounds each, in nanoseconds.
TIMES = {
    "json": {"bare": [100.0, 100.0, 100.0], "kirsch": [2000.0, 4000.0, 3000.0], "falcon": [4000.0, 16000.0, 6000.0]},
    "site": {"kirsch": [9000.0] * 3, "django": [30000.0] * 3, "flask": [18000.0] * 3},
}
CELLS = {
    10: {"kirsch": {"build": 900.0, "first": 0.6, "dotted": 9.0, "miss": 0.4, "generate": 0.5}, "bottle": {"first": 2}},
    10_000: {"kirsch": {"build": 9e5, "first": 0.9, "dotted": 9.0, "miss": 0.5, "generate": 0.5}, "bottle": {}},
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the database and the files that the peers serve."""
    folder = tmp_path_factory.mktemp("bench")
    contract.build_data(folder)
    return folder


def bench(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "bench", *arguments]
    return subprocess.run(command, cwd=TESTS, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("peer", ["bare", "kirsch"])
def test_a_peer_answers_every_scenario_rightly(peer, data):
    """Row, form, upload, file and page are compared with what is right."""
    verify((peer,), SCENARIOS, data)


def test_the_site_is_what_the_generator_writes(data):
    """Its hello goes through every tool that the generated configuration switches on, and no configuration of ours."""
    with Worker("kirsch_site", True, data) as worker:
        headers = dict(worker.do("check", scenario="site")["headers"])

    made = next(data.glob("*/bench_site/config/site.toml")).read_text(encoding="utf-8")
    assert made == next(step.text for step in project_plan(Path(), Answers("bench_site")).steps if step.path == SITE)
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_wrong_answer_is_never_timed(data):
    """The run ends with the name of the scenario, of the peer, and what was answered instead."""
    (data / "static" / "asset.bin").rename(data / "kept")
    try:
        with pytest.raises(WrongAnswers, match=r"static: bare: FileNotFoundError"):
            measure(("bare",), ["json", "static"], data, rounds=1, milliseconds=1)
    finally:
        (data / "kept").rename(data / "static" / "asset.bin")


def test_every_round_times_every_peer(data):
    """A figure a round, in nanoseconds."""
    times = measure(("bare", "kirsch"), ["json"], data, rounds=2, milliseconds=1)

    assert {peer: len(rounds) for peer, rounds in times["json"].items()} == {"bare": 2, "kirsch": 2}
    assert all(nanoseconds > 0 for rounds in times["json"].values() for nanoseconds in rounds)


def test_a_worker_that_cannot_start_says_why(data):
    """Such as a peer whose package is not installed."""
    with Worker("nobody", False, data) as worker, pytest.raises(Failed, match="nobody: ModuleNotFoundError"):
        worker.do("check", scenario="json")


def test_a_ratio_is_taken_in_each_round():
    """So a round in which the machine is slow spoils nothing: 1/2, 1/4 and 1/2 are 1/2, whatever the medians say."""
    figures = report.figures(TIMES)

    assert figures["json"]["kirsch"] == {"us": 3.0, "ratio": 0.5}
    assert figures["json"]["falcon"] == {"us": 6.0, "ratio": 1.0}


def test_neither_the_limit_nor_a_variant_is_the_best_peer():
    """A ratio to plain WSGI says little, and a variant would be measured against itself."""
    best = report.best_peer({"bare": 1.0, "kirsch": 2.0, "django+startproject": 3.0, "django": 4.0, "flask": 5.0})

    assert best == "django"
    assert report.best_peer({"bare": 1.0, "kirsch": 2.0}) is None


def test_a_router_is_as_fast_as_its_slowest_match():
    """Of all numbers of routes; two variables in one part do not count, nor does a router that missed a size."""
    figures = report.routing_figures(CELLS)

    assert figures["match"] == {"kirsch": {"us": 0.9, "ratio": None}}
    assert figures["generate"]["kirsch"]["us"] == 0.5


def test_a_target_is_met_or_missed():
    """A ratio to the best peer or to the one it names, microseconds, or the growth with the number of routes."""
    figures = report.figures(TIMES) | report.routing_figures(CELLS)

    verdicts = {(verdict.target.scenario, verdict.target.bounds): verdict for verdict in targets.judge(figures, CELLS)}

    assert verdicts["json", "ratio"].met
    assert (verdicts["site", "ratio"].peer, verdicts["site", "ratio"].value) == ("django", 0.3)
    assert verdicts["match", "us"].met
    assert verdicts["match", "growth"].value == pytest.approx(1.5)
    assert not verdicts["match", "growth"].met


def test_a_routers_answers_are_checked():
    """Kirsch's mapper finds every probe and builds the URL before the clock runs."""
    cells = routing.measure(["kirsch"], (10,), passes=1)

    assert set(cells[10]["kirsch"]) >= {"build", "first", "miss", "dotted", "generate", "generate new"}


def test_a_table_lines_up():
    """Three significant digits, thousands apart, a dash for what was not measured."""
    lines = report.table(("", "µs"), [("kirsch", 1.2345), ("django", 12345.6), ("bottle", None)]).splitlines()

    assert lines == [
        "|        |     µs |",
        "|--------|-------:|",
        "| kirsch |   1.23 |",
        "| django | 12,346 |",
        "| bottle |      – |",
    ]


def test_the_page_is_made_of_results():
    """Machine, versions, targets, and a table for every scenario and number of routes."""
    figures = report.figures(TIMES) | report.routing_figures(CELLS)
    machine = {"cores": "2", "model": "Abacus", "system": "Linux 6", "python": "CPython 3.11", "load": "0.10"}
    costs = {"cpu_ms": 1.0, "mib": 2.0, "modules": 3}
    results = page.Results(
        machine, {"falcon": "4.0"}, 3, figures, CELLS, targets.judge(figures, CELLS),
        {"bare": {"core": costs, "full": costs}}, {"bare": {"mib": 20.0, "grown": 0.5, "again": 0.0}},
    )  # fmt: skip

    text = page.render(results)

    assert "2 cores (Abacus), Linux 6, CPython 3.11, load 0.10 at the start, 3 rounds." in text
    assert "falcon 4.0." in text
    assert all(f"### {heading}\n" in text for heading in ("json", "site", "10 routes", "10,000 routes"))
    assert [line.split("|")[-2].strip() for line in text.splitlines() if line.startswith("| JSON ")] == ["met"]


def test_the_page_of_this_repository_shows_every_target():
    """It was written by the command, after the last target was added and the last sentence changed."""
    shown = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")

    assert [target.words for target in targets.TARGETS if f"| {target.words} " not in shown] == []
    assert [text for text in (page.HEAD, page.HOW_TO_READ, *page.NOTES.values()) if text not in shown] == []


def test_the_figures_are_written_as_json(tmp_path):
    """By scenario and peer, microseconds and the ratio to the best peer."""
    ran = bench("--quick", "--only", "plaintext", "--peers", "bare,kirsch", "--json", str(tmp_path / "figures.json"))

    assert ran.returncode == 0, ran.stderr
    written = json.loads((tmp_path / "figures.json").read_text())
    assert set(written) == {"plaintext"}
    assert set(written["plaintext"]) == {"bare", "kirsch"}
    assert all(set(row) == {"us", "ratio"} for row in written["plaintext"].values())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--only", "helo"], "there is no scenario 'helo'. Did you mean 'hello'? Known: plaintext, json, hello, "),
        (["--only", ","], "no scenario is named. Known: plaintext, "),
        (["--peers", "zope"], "there is no peer 'zope'. Known: bare, kirsch, falcon, "),
        (["--rounds", "0"], "--rounds is 0; give 1 or more"),
        (["--json", "nowhere/figures.json"], "there is no folder "),
        (["--only", "json", "--page"], "the page shows everything; leave out --only, --peers and --quick"),
    ],
)
def test_bad_input_is_one_sentence_before_anything_is_installed(arguments, sentence):
    """`manage.py bench` says it with exit code 2."""
    command = [sys.executable, ROOT / "manage.py", "bench", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))

    assert ran.returncode == 2
    assert sentence in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_options_are_looked_at_by_a_python_without_packages():
    """As on a machine where nothing is installed yet."""
    command = [sys.executable, "-S", "-m", "bench", "--look", "--only", "tools"]
    ran = subprocess.run(command, cwd=ROOT / "tests", capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")
