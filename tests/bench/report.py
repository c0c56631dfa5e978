"""From rounds to figures: medians, ratios, tables, and what a run was measured on."""

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median

from bench.peers import LIMIT, OURS
from bench.routing import Cells, worst
from bench.timing import Times

#: ``{scenario: {peer: {"us": median, "ratio": to the best peer}}}``; None where no other peer was measured.
Figures = dict[str, dict[str, dict[str, float | None]]]
Cell = str | int | float | None


def figures(times: Times) -> Figures:
    """Microseconds of a request, and the ratio to the fastest other framework, each the median of the rounds."""
    found: Figures = {}
    for scenario, peers in times.items():
        best = peers.get(best_peer({name: median(rounds) for name, rounds in peers.items()}) or "")
        found[scenario] = {
            name: {"us": median(rounds) / 1e3, "ratio": ratio(rounds, best)} for name, rounds in peers.items()
        }
    return found


def routing_figures(cells: Cells) -> Figures:
    """The same of ``match`` and ``generate``: the slowest of a router's cells, however many routes there are."""
    found: Figures = {"match": {}, "generate": {}}
    routers = dict.fromkeys(name for routers in cells.values() for name in routers)
    for scenario, peers in found.items():
        slowest = {name: worst(cells, name, scenario) for name in routers}
        us = {name: max(counts.values()) for name, counts in slowest.items() if len(counts) == len(cells)}
        best = us.get(best_peer(us) or "")
        peers |= {name: {"us": value, "ratio": value / best if best else None} for name, value in us.items()}
    return found


def best_peer(us: Mapping[str, float]) -> str | None:
    """The fastest framework of all but ours; variants (``django+startproject``) and the limit do not count."""
    rivals = {name: value for name, value in us.items() if name not in (LIMIT, OURS) and "+" not in name}
    return min(rivals, key=rivals.__getitem__, default=None)


def ratio(rounds: Sequence[float], others: Sequence[float] | None) -> float | None:
    """The median of the ratios round by round: what slows both down at once cancels out."""
    return median(one / other for one, other in zip(rounds, others, strict=True)) if others else None


def table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A Markdown table; a float gets three significant digits, None a dash."""
    cells = [[shown(cell) for cell in row] for row in (columns, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["| " + " | ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) + " |" for row in cells]
    rule = ["-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:])]
    return "\n".join([lines[0], f"|{'|'.join(rule)}|", *lines[1:]])


def shown(cell: Cell) -> str:
    """A cell as text."""
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:#.3g}".rstrip(".")
    return str(cell)


def scenario_table(peers: Mapping[str, Mapping[str, float | None]]) -> str:
    """The peers of one scenario, the fastest first."""
    columns = ["", "µs", "× best peer"]
    rows = [[name, row["us"], row["ratio"]] for name, row in sorted(peers.items(), key=lambda item: item[1]["us"])]
    if LIMIT in peers:
        columns.append(f"× {LIMIT}")
        rows = [[*row, row[1] / peers[LIMIT]["us"]] for row in rows]
    return table(columns, rows)


def machine() -> dict[str, str]:
    """What the run is measured on."""
    return {
        "cores": str(len(os.sched_getaffinity(0))),
        "model": processor(Path("/proc/cpuinfo")),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "load": f"{os.getloadavg()[0]:.2f}",
    }


def processor(source: Path) -> str:
    """The processor's name as the system tells it."""
    lines = source.read_text(encoding="utf-8").splitlines() if source.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def on(machine: Mapping[str, str]) -> str:
    """The machine in one line."""
    cores, model, *others, load = machine.values()
    return f"{cores} cores ({model}), {', '.join(others)}, load {load} at the start"


def save(found: Figures, path: Path) -> None:
    """Write the figures as JSON."""
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
