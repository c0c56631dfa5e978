"""What Kirsch promises, and whether a run keeps it."""

from dataclasses import dataclass
from typing import Literal

from bench.peers import OURS
from bench.report import Figures, best_peer
from bench.routing import Cells, worst

#: How much slower the largest table may be than the smallest and still count as flat: larger tables leave the caches.
FLAT = 1.25


@dataclass(frozen=True)
class Target:
    """An upper bound for one scenario."""

    scenario: str
    words: str
    most: float
    #: What is bounded: the ratio to a peer, microseconds, or the growth from the smallest to the largest table.
    bounds: Literal["ratio", "us", "growth"] = "ratio"
    #: The peer of the ratio; the fastest one where it is empty.
    peer: str = ""


TARGETS = (
    Target("plaintext", "plaintext", 0.50),
    Target("json", "JSON", 0.50),
    Target("hello", "hello with a route parameter", 0.65),
    Target("missing", "unknown URL (404)", 0.20),
    Target("db", "one row (SQLAlchemy, SQLite)", 0.80),
    Target("queries", "20 queries", 0.70),
    Target("updates", "20 updates", 1.00),
    Target("fortunes", "fortunes (13 rows, Mako)", 0.95),
    Target("form", "form, 5 fields", 1.00),
    Target("upload", "upload of 1 MiB, binary", 0.75),
    Target("uploadlines", "upload of 1 MiB, lines", 0.75),
    Target("counter", "session counter", 0.35),
    Target("static", "static file of 16 KiB", 0.50),
    Target("static304", "the same, not modified (304)", 0.40),
    Target("match", "match one of 10 to 10,000 routes", 1.00, "us"),
    Target("match", "match, 10,000 routes over 10", FLAT, "growth"),
    Target("generate", "generate one URL", 1.00, peer="bottle"),
    Target("generate", "generate, 10,000 routes over 10", FLAT, "growth"),
    Target("site", "hello as `kirsch new` configures it", 0.35, peer="django"),
)


@dataclass(frozen=True)
class Verdict:
    """A target and what a run says of it."""

    target: Target
    peer: str | None
    peer_us: float | None
    us: float
    value: float

    @property
    def met(self) -> bool:
        """Whether the bound holds."""
        return self.value <= self.target.most

    def row(self) -> tuple[str | float | None, ...]:
        """The verdict as a row of :data:`COLUMNS`."""
        unit = " µs" if self.target.bounds == "us" else ""
        bound = f"≤ {self.target.most:.2f}{unit}"
        return (
            self.target.words, self.peer, self.peer_us, self.us, f"{self.value:.3f}{unit}", bound,
            "met" if self.met else "missed",
        )  # fmt: skip


COLUMNS = ("scenario", "best peer", "its µs", "Kirsch's µs", "measured", "target", "")


def judge(figures: Figures, cells: Cells) -> list[Verdict]:
    """The verdicts on all targets that the run says something about."""
    found = (verdict(target, figures.get(target.scenario, {}), cells) for target in TARGETS)
    return [one for one in found if one is not None]


def verdict(target: Target, peers: dict[str, dict[str, float | None]], cells: Cells) -> Verdict | None:
    """The verdict on one target; None where Kirsch or the peer was not measured."""
    if OURS not in peers:
        return None
    us = peers[OURS]["us"]
    if target.bounds == "growth":
        counts = worst(cells, OURS, target.scenario)
        return Verdict(target, None, None, us, counts[max(counts)] / counts[min(counts)])
    name = target.peer or best_peer({name: row["us"] for name, row in peers.items()})
    peer_us = peers[name]["us"] if name in peers else None
    if target.bounds == "us":
        return Verdict(target, name, peer_us, us, us)
    if peer_us is None:
        return None
    return Verdict(target, name, peer_us, us, us / peer_us if target.peer else peers[OURS]["ratio"])
