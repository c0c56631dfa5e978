"""The command behind `python3 manage.py bench`."""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

from bench import page, peers, report, routing, targets, timing
from bench.peers import contract
from bench.processes import Failed
from bench.routers import ROUTERS
from bench.scenarios import SCENARIOS

ROUTED = ("match", "generate")
#: What each tool adds to a request; no peer has that.
TOOLS = "tools"
KNOWN = (*SCENARIOS, *ROUTED, TOOLS)
#: Where the costs of tools are kept, for the reference.
COSTS = Path(__file__).resolve().parents[2] / "docs" / "reference" / "costs.toml"
#: The engines that the peers share.
ENGINES = ("sqlalchemy", "mako")


def main(arguments: Sequence[str]) -> int:
    """Verify, time, report; return the exit code: 0, 1 for wrong answers, 2 for bad input."""
    options = parser().parse_args(arguments)
    try:
        scenarios = chosen(options.only, KNOWN, "scenario")
        names = chosen(options.peers, dict.fromkeys((*peers.PEERS, *ROUTERS)), "peer")
        if options.page and (options.only or options.peers or options.quick):
            raise ValueError("the page shows everything; leave out --only, --peers and --quick")
        if options.rounds is not None and options.rounds < 1:
            raise ValueError(f"--rounds is {options.rounds}; give 1 or more")
        if options.json and not options.json.parent.is_dir():
            raise ValueError(f"--json {options.json}: there is no folder {options.json.parent}")
    except ValueError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    if options.look:
        return 0
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        contract.build_data(Path(folder))
        try:
            if TOOLS in scenarios:
                weigh(options)
            if scenarios == [TOOLS]:
                return 0
            results = run(options, scenarios, names, Path(folder))
        except (timing.WrongAnswers, routing.WrongMatch, Failed) as error:
            print(f"bench: {error}\nNothing is reported, since not every answer is right.", file=sys.stderr)
            return 1
    print(in_words(results))
    if options.json:
        report.save(results.figures, options.json)
    if options.page:
        options.page.write_text(page.render(results), encoding="utf-8")
    return 0


def run(options: argparse.Namespace, scenarios: list[str], names: list[str], data: Path) -> page.Results:
    """Measure what was asked for."""
    machine = report.machine()
    served = [scenario for scenario in scenarios if scenario in SCENARIOS]
    asked = tuple(name for name in names if name in peers.PEERS)
    routers = [name for name in names if name in ROUTERS] if set(ROUTED) & set(scenarios) else []
    distributions = [distribution for name in asked for distribution in peers.PEERS[name]]
    versions = peers.versions([*distributions, *ENGINES, *(ROUTERS[name].distribution for name in routers)])
    say(f"{report.on(machine)}\n{', '.join(f'{name} {version}' for name, version in versions.items())}")
    say(f"Requests: {', '.join(served)}")
    rounds, milliseconds = options.rounds or (7 if options.quick else 31), 5.0 if options.quick else 15.0
    figures = report.figures(timing.measure(asked, served, data, rounds, milliseconds))
    cells: routing.Cells = {}
    if routers:
        say(f"Routers: {', '.join(routers)}")
        cells = routing.measure(routers, (10, 1000)) if options.quick else routing.measure(routers)
        figures |= {name: row for name, row in report.routing_figures(cells).items() if name in scenarios}
    results = page.Results(machine, versions, rounds, figures, cells, targets.judge(figures, cells))
    if options.page:
        say("Start-up and memory")
        results.startup, results.memory = timing.startup(asked, data), timing.memory(asked, data)
    return results


def weigh(options: argparse.Namespace) -> None:
    """Measure what each tool adds, and keep the figures unless it was a first look."""
    from bench import tools  # a look at the options does without Kirsch

    machine = report.on(report.machine())
    say(f"{machine}\nTools: what each adds to a request")
    costs = tools.measure(options.rounds or (5 if options.quick else 31), 1.0 if options.quick else 5.0)
    say(tools.in_words(costs))
    if not options.quick:
        tools.write(costs, machine, COSTS)
        say(f"Kept in {COSTS.name}; write the reference anew with: python docs/reference/write.py")


def in_words(results: page.Results) -> str:
    """What the terminal shows: the tables, then the targets."""
    parts = [f"\n{scenario}\n{report.scenario_table(rows)}" for scenario, rows in results.figures.items()]
    if results.verdicts:
        parts.append(f"\nTargets\n{report.table(targets.COLUMNS, [verdict.row() for verdict in results.verdicts])}")
    return "\n".join(parts)


def chosen(text: str | None, known: Iterable[str], kind: str) -> list[str]:
    """The names in *text*, separated by commas; all that are known where it is None.

    :raises ValueError: for a name that is none of them.
    """
    known = list(known)
    if text is None:
        return known
    found = [name.strip() for name in text.split(",") if name.strip()]
    if not found:
        raise ValueError(f"no {kind} is named. Known: {', '.join(known)}")
    for name in found:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            mend = f" Did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"there is no {kind} {name!r}.{mend} Known: {', '.join(known)}")
    return list(dict.fromkeys(found))


def parser() -> argparse.ArgumentParser:
    """The options; those of `manage.py bench` are handed on to it."""
    found = argparse.ArgumentParser(prog="bench", description=__doc__)
    found.add_argument("--only", help="scenarios, separated by commas")
    found.add_argument("--peers", help="peers, separated by commas")
    found.add_argument("--rounds", type=int, help="how often every peer has its turn")
    found.add_argument("--quick", action="store_true", help="few short rounds, for a first look")
    found.add_argument("--json", type=Path, help="the file to write the figures to")
    found.add_argument("--page", type=Path, help="the Markdown page to write")
    found.add_argument("--look", action="store_true", help="only look whether the options are right")
    return found


def say(sentence: str) -> None:
    """Tell how far it is."""
    print(sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
