"""What one match and one generated URL cost in each router as the number of routes grows.

Each router runs in a process of its own, every answer is checked before it is timed, and the passes go round
sizes and routers. Figures are CPU time, medians over the rounds of all passes.
"""

import importlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median

from bench.processes import TESTS
from bench.routers import ROUTERS, Router
from bench.table import DOTTED, make_routes, probes, resource_name

COUNTS = (10, 100, 1000, 10_000)
ROUNDS = 9
ROUND_NS = 2_000_000
#: A router that takes this long to build has one pass.
SLOW_NS = 3e9
#: Seconds that building a router and timing it may take.
CPU_LIMIT = 90
#: By number of routes, router and column the microseconds; a router that takes too long to build has no columns.
Cells = dict[int, dict[str, dict[str, float]]]


class WrongMatch(Exception):
    """A router that does not find or build what it should."""


def measure(names: Sequence[str], counts: Sequence[int] = COUNTS, passes: int = 3) -> Cells:
    """The cells of the routers called *names*.

    :raises WrongMatch: when one of them finds the wrong route or builds the wrong URL.
    """
    rounds: dict[int, dict[str, dict[str, list[float]]]] = {count: {name: {} for name in names} for count in counts}
    # Passes go round the sizes, too: a slow phase of the machine then meets each of them, and the median none.
    for _ in range(passes):
        for count in counts:
            for name, known in rounds[count].items():
                if median(known.get("build", [0])) < SLOW_NS:
                    for column, figures in run_child(name, count).items():
                        known.setdefault(column, []).extend(figures)
    return {
        count: {
            name: {column: median(figures) / 1e3 for column, figures in columns.items()}
            for name, columns in routers.items()
        }
        for count, routers in rounds.items()
    }


def worst(cells: Cells, name: str, column: str) -> dict[int, float]:
    """By number of routes the slowest ``match`` (plain parts, any position or a miss) or ``generate`` of a router."""
    return {
        count: max(us for probe, us in routers[name].items() if belongs(probe, column))
        for count, routers in cells.items()
        if any(belongs(probe, column) for probe in routers[name])
    }


def belongs(probe: str, column: str) -> bool:
    """Whether a cell is one of the scenario's: building the table is nobody's, two variables in one part no match's."""
    if column == "generate":
        return probe.startswith("generate")
    return not probe.startswith(("generate", "build", DOTTED))


def run_child(name: str, count: int) -> dict[str, list[float]]:
    """CPU nanoseconds by column, measured in a new process; nothing when it took too long."""
    command = [sys.executable, "-m", "bench.routing", name, str(count)]
    child = subprocess.run(command, cwd=TESTS, text=True, capture_output=True, check=False)
    if child.returncode < 0:
        return {}
    if child.returncode:
        raise WrongMatch(f"{name}, {count} routes: {(child.stderr.strip().splitlines() or ['it ended'])[-1]}")
    return json.loads(child.stdout)


def child(name: str, count: int) -> dict[str, list[float]]:
    """Build one router, check it and time it."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT, CPU_LIMIT))
    for module in ROUTERS[name].modules:
        importlib.import_module(module)
    routes = make_routes(count)
    started = time.thread_time_ns()
    router = ROUTERS[name](routes)
    router.dispatch("/")
    figures: dict[str, list[float]] = {"build": [time.thread_time_ns() - started]}
    for probe, (path, wanted) in probes(count).items():
        expect(router.match(path), wanted)
        figures[probe] = timed(router.dispatch, [path] * 10_000)
    if router.generate:
        figures |= generated(router, count)
    return figures


def generated(router: Router, count: int) -> dict[str, list[float]]:
    """The same URL again and again, and always another one."""
    name = f"{resource_name(count // 5 - 1)}.comment"
    expect(router.generate(name, id="7", note_id="99"), f"/api/v1/{name.partition('.')[0]}/7/notes/99")

    def generate(number: str) -> str:
        return router.generate(name, id=number, note_id="99")

    numbers = [str(number) for number in range(10_000)]
    return {"generate": timed(generate, ["7"] * 10_000), "generate new": timed(generate, numbers)}


def expect(got: object, wanted: object) -> None:
    """Refuse what is not as it should be.

    :raises WrongMatch: with both.
    """
    if isinstance(got, tuple):
        got = got[0], dict(got[1])
    if got != wanted:
        raise WrongMatch(f"wrong: {got!r} instead of {wanted!r}")


def timed(call: Callable[[str], object], arguments: list[str]) -> list[float]:
    """CPU nanoseconds of a call, one figure a round; the arguments are gone through in turn."""
    clock = time.thread_time_ns
    started = clock()
    call(arguments[0])
    repeats = max(1, min(len(arguments), int(ROUND_NS / max(clock() - started, 200))))
    batch = arguments[:repeats]
    rounds = []
    for _ in range(ROUNDS):
        started = clock()
        for argument in batch:
            call(argument)
        rounds.append((clock() - started) / repeats)
    return rounds


if __name__ == "__main__":
    print(json.dumps(child(sys.argv[1], int(sys.argv[2]))))
