"""docs/performance.md, written from the results of a run and never by hand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bench.peers import OURS
from bench.report import Figures, on, scenario_table, table
from bench.routing import Cells
from bench.targets import COLUMNS, Verdict


@dataclass
class Results:
    """All that a run has found."""

    machine: Mapping[str, str]
    versions: Mapping[str, str]
    rounds: int
    figures: Figures
    cells: Cells
    verdicts: list[Verdict]
    startup: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    memory: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


HEAD = """\
# Performance

<!-- Written by `python3 manage.py bench --page`; the next run writes it anew. -->

One application is written once per framework, in that framework's own idiom (`tests/bench/peers/`), and measured side
by side: Kirsch, seven other frameworks, and plain WSGI without a framework, `bare`, which none can beat. Kirsch's is
written as the guide teaches it.

```console
$ python3 manage.py bench                               # every scenario, every peer; some minutes
$ python3 manage.py bench --only json,hello --quick     # a first look
$ python3 manage.py bench --only tools                  # what each tool adds, for docs/reference/tools.md
$ python3 manage.py bench --json figures.json           # {scenario: {peer: {"us": median, "ratio": to the best peer}}}
```

The peers are installed into an environment of their own, `.venv-bench`, so that no test can lean on one of them.
"""
HOW_TO_READ = """\
- Every answer is compared with what is right before anything is timed; a wrong one ends the run.
- A figure is the CPU time of one request inside the process, called as a server would call it: no network, no server.
- Each peer has a process of its own. Rounds go round the peers in turn, a ratio is taken in each, and medians count.
- Ratios of one run can be compared, microseconds hardly: they are the machine's as much as the framework's.
- The best peer is the fastest of the other frameworks in that scenario. A ratio below 1 is faster than that.
- The database is one SQLite file with a write-ahead log. All peers but Django use SQLAlchemy and share their queries,
  and all but Django share a Mako template. Sessions are signed cookies, CherryPy's are in memory.
- Garbage collection is left as Python sets it, for every peer.
"""
NOTES = {
    "missing": "A URL that no route takes.",
    "db": "One random row of 10,000, as JSON.",
    "queries": "20 random rows, each by a query of its own.",
    "updates": "20 random rows read one by one, changed, and written back in one transaction.",
    "fortunes": "12 rows and one more, sorted, as an escaped HTML table.",
    "form": "Five fields, urlencoded, back as JSON.",
    "upload": "1 MiB of random bytes as multipart/form-data, read and thrown away.",
    "uploadlines": "The same with text in lines of nine bytes.",
    "counter": "A session is read, changed and written.",
    "static": "A file of 16 KiB.",
    "static304": "The same file, which the client has already.",
    "site": """\
The hello of a whole site as `kirsch new` configures it, with sessions, protection of forms, secure headers, database,
templates and access log. Beside it Django and Flask with nothing on, and Django as `django-admin startproject`
configures it.""",
}


def render(results: Results) -> str:
    """The page."""
    return "\n".join(sections(results)).rstrip() + "\n"


def sections(results: Results) -> Iterator[str]:
    """The parts of the page, top to bottom."""
    yield HEAD
    yield "## Targets\n"
    yield table(COLUMNS, [verdict.row() for verdict in results.verdicts])
    yield f"\nMeasured on {on(results.machine)}, {results.rounds} rounds."
    yield ", ".join(f"{name} {version}" for name, version in results.versions.items()) + ".\n"
    yield "## How to read it\n"
    yield HOW_TO_READ
    yield "## Requests\n"
    for scenario, peers in results.figures.items():
        if scenario not in ("match", "generate"):
            yield f"### {scenario}\n"
            yield from ([f"{NOTES[scenario]}\n"] if scenario in NOTES else [])
            yield scenario_table(peers) + "\n"
    yield from routing(results.cells)
    yield from costs(results)


def routing(cells: Cells) -> Iterator[str]:
    """One table of routers for each number of routes."""
    if not cells:
        return
    yield "## Routing\n"
    yield "One match at different places of a REST API's table of routes, and one URL, in microseconds; building the"
    yield "table in milliseconds. `generate new` makes another URL each time. A dash: it cannot, or is too slow.\n"
    for count, routers in cells.items():
        columns = list(routers[OURS])
        yield f"### {count:,} routes\n"
        rows = [(name, *(milli(column, row.get(column)) for column in columns)) for name, row in routers.items()]
        yield table(("", *columns), rows) + "\n"


def milli(column: str, us: float | None) -> float | None:
    """Building takes milliseconds, all else microseconds."""
    return us / 1e3 if us is not None and column == "build" else us


def costs(results: Results) -> Iterator[str]:
    """What a process pays before and besides its requests."""
    if not results.startup:
        return
    yield "## Start-up and memory\n"
    yield "Importing a peer and making its application in a new process: the small one (three pages) and the whole one."
    yield "Then the MiB of the small one after 100 requests, and what 10,000 further ones and 10,000 more add.\n"
    columns = [f"{size}: {what}" for size in ("small", "whole") for what in ("CPU ms", "MiB", "modules")]
    rows = [
        (name, *(value for size in sizes.values() for value in size.values()), *results.memory[name].values())
        for name, sizes in results.startup.items()
    ]
    yield table(("", *columns, "after 100", "+10,000", "again"), rows)
