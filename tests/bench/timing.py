"""CPU time that a request costs inside each peer, called as a server would call it, without a server."""

import contextlib
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from bench.processes import Failed, Worker
from bench.scenarios import SCENARIOS

#: For every scenario and peer the CPU nanoseconds of a request, one figure a round.
Times = dict[str, dict[str, list[float]]]
Workers = dict[tuple[str, bool], Worker]
BATCH = 10_000


class WrongAnswers(Exception):
    """Peers that do not answer as the contract says, one line for each scenario."""


def verify(names: Iterable[str], scenarios: Iterable[str], data: Path) -> None:
    """Ask every peer of *names* for every scenario once.

    :raises WrongAnswers: when one of the answers is not right.
    """
    with contextlib.ExitStack() as stack:
        check(opened(stack, tuple(names), scenarios, data), tuple(names), scenarios)


def measure(names: tuple[str, ...], scenarios: list[str], data: Path, rounds: int, milliseconds: float) -> Times:
    """The times of *rounds* rounds of *milliseconds* each, after all answers have been verified.

    :raises WrongAnswers: when one of them is not right; nothing is timed then.
    """
    times: Times = {scenario: {name: [] for name in SCENARIOS[scenario].workers(names)} for scenario in scenarios}
    with contextlib.ExitStack() as stack:
        workers = opened(stack, names, scenarios, data)
        check(workers, names, scenarios)
        calls = {
            (scenario, name): calls_of(workers[key], scenario, milliseconds)
            for scenario in scenarios
            for name, key in SCENARIOS[scenario].workers(names).items()
        }
        for number in range(rounds):
            for scenario in scenarios:
                asked = list(SCENARIOS[scenario].workers(names).items())
                shift = number % len(asked) if asked else 0
                for name, key in asked[shift:] + asked[:shift]:
                    count = calls[scenario, name]
                    taken = workers[key].do("run", scenario=scenario, calls=count)
                    times[scenario][name].append(taken["cpu"] / count)
    return times


def opened(stack: contextlib.ExitStack, names: tuple[str, ...], scenarios: Iterable[str], data: Path) -> Workers:
    """A worker for each peer and size of application that the scenarios ask."""
    wanted = dict.fromkeys(key for scenario in scenarios for key in SCENARIOS[scenario].workers(names).values())
    return {key: stack.enter_context(Worker(*key, data)) for key in wanted}


def check(workers: Workers, names: tuple[str, ...], scenarios: Iterable[str]) -> None:
    """Hold every answer to the contract.

    :raises WrongAnswers: with every answer that is not right.
    """
    wrong = []
    for scenario in scenarios:
        for key in SCENARIOS[scenario].workers(names).values():
            try:
                workers[key].do("check", scenario=scenario)
            except Failed as failed:
                wrong.append(f"{scenario}: {failed}")
    if wrong:
        raise WrongAnswers("\n".join(wrong))


def calls_of(worker: Worker, scenario: str, milliseconds: float) -> int:
    """How many requests take about *milliseconds*."""
    taken = max(worker.do("run", scenario=scenario, calls=20)["cpu"] / 20, 1)
    return max(5, int(milliseconds * 1e6 / taken))


def startup(names: Iterable[str], data: Path, launches: int = 3) -> dict[str, dict[str, dict[str, float]]]:
    """By peer and size (``core``, ``full``): CPU milliseconds, MiB and modules of importing it and making its app."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for name in names:
        for size in ("core", "full"):
            runs = []
            for _ in range(launches):
                with Worker(name, size == "full", data) as worker:
                    runs.append(worker.do("start"))
            found.setdefault(name, {})[size] = {
                "cpu_ms": median(run["cpu"] for run in runs) / 1e6,
                "mib": median(run["resident"] for run in runs) / 2**20,
                "modules": runs[0]["modules"],
            }
    return found


def memory(names: Iterable[str], data: Path, scenario: str = "hello") -> dict[str, dict[str, float]]:
    """By peer: MiB in memory after 100 requests, and what 10,000 further ones and 10,000 more have added."""
    found = {}
    for name in names:
        with Worker(name, not SCENARIOS[scenario].core, data) as worker:
            sizes = []
            for calls in (100, BATCH, BATCH):
                worker.do("run", scenario=scenario, calls=calls)
                sizes.append(worker.do("memory")["resident"] / 2**20)
        found[name] = {"mib": sizes[0], "grown": sizes[1] - sizes[0], "again": sizes[2] - sizes[1]}
    return found
