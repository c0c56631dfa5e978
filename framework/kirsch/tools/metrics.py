"""What Prometheus asks for: requests, how long they take, how many run."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from kirsch.errors import UsageError
from kirsch.request import Request
from kirsch.response import Response
from kirsch.tool import Setup
from kirsch.tools._guarding import Guarded
from kirsch.tools._measuring import announced_length, measure, weigh

#: Where a request says that it is counted as running.
KEY = "kirsch.metrics"
#: Methods that are counted by name; a client can make up others without end.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
#: Names of the folder through which processes add up what they count.
SHARED = ("PROMETHEUS_MULTIPROC_DIR", "prometheus_multiproc_dir")


class Series(NamedTuple):
    """What is counted of the requests of one route, method and status."""

    requests: Counter
    seconds: Histogram
    received: Counter
    sent: Counter


@dataclass
class Metrics(Guarded, order=2):
    """Count requests for Prometheus, by route, method and status, with their durations and bytes.

    Connect the page: ``mapper.connect("/metrics", controller=kirsch.seeing.Metrics, action="index")``. The number of
    series is bounded by the number of routes: paths and methods that clients make up are counted together.
    """

    #: What the names of the metrics begin with.
    prefix: str = "http"
    #: Bounds of the histogram of durations, in seconds.
    buckets: list[float] = field(
        default_factory=lambda: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0]
    )

    def prepare(self, setup: Setup) -> None:
        """Make the metrics.

        :raises UsageError: for names and bounds that cannot be.
        """
        self.guard(setup)
        if not self.buckets or sorted(set(self.buckets)) != self.buckets:
            raise UsageError("buckets must be seconds in ascending order, such as [0.1, 0.5, 2.5].")
        if not NAME.fullmatch(self.prefix):
            raise UsageError(f"prefix cannot be {self.prefix!r}. Use letters, digits and underscores.")
        self._registry = CollectorRegistry()
        self._make(self.prefix, registry=self._registry)
        self._known: dict[tuple[str, str, int], Series] = {}

    def _make(self, prefix: str, **options: Any) -> None:
        labels = ["route", "method", "status"]
        self._requests = Counter(f"{prefix}_requests", "Requests that were answered.", labels, **options)
        self._seconds = Histogram(
            f"{prefix}_request_duration_seconds", "From the first tool to the last byte.", labels[:2],
            buckets=self.buckets, **options,
        )  # fmt: skip
        self._received = Counter(f"{prefix}_request_body_bytes", "Bytes of requests' bodies.", labels[:1], **options)
        self._sent = Counter(f"{prefix}_response_body_bytes", "Bytes of answers' bodies.", labels[:1], **options)
        self._running = Gauge(
            f"{prefix}_requests_in_progress", "Requests that are worked on.", multiprocess_mode="livesum", **options
        )

    def offers(self) -> Mapping[str, Callable[[Request], Callable[[str], tuple[str, bytes]]]]:
        """The metrics as text, for those who may see them."""
        return {"metrics": self._shown}

    def _shown(self, request: Request) -> Callable[[str], tuple[str, bytes]]:
        self.check(request)
        return self.text

    def text(self, accept: str) -> tuple[str, bytes]:
        """The media type and the text that a client likes best: Prometheus' own, or OpenMetrics."""
        encode, content_type = choose_encoder(accept)
        return content_type, encode(self._everything())

    def _everything(self) -> Any:
        if folder := shared():
            registry = CollectorRegistry()
            MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
            return registry
        return Together(self._registry, REGISTRY)

    def start(self, request: Request) -> None:
        measure(request)
        request.environ[KEY] = True
        self._running.inc()

    def after(self, request: Request, response: Response) -> None:
        weigh(request, response)

    def end(self, request: Request) -> None:
        if request.environ.pop(KEY, False):
            self._running.dec()
        found, route, method = measure(request), request.route, request.environ["REQUEST_METHOD"]
        name = "none" if route is None else route.name or route.routepath
        key = (name, method if method in METHODS else "other", found.status)
        series = self._known.get(key)
        if series is None:
            series = self._known[key] = self._series(*key)
        series.requests.inc()
        series.seconds.observe(found.seconds)
        series.received.inc(announced_length(request.environ))
        series.sent.inc(found.length)

    def _series(self, route: str, method: str, status: int) -> "Series":
        return Series(
            self._requests.labels(route, method, str(status)), self._seconds.labels(route, method),
            self._received.labels(route), self._sent.labels(route),
        )  # fmt: skip

    def close(self) -> None:
        if shared():
            mark_process_dead(os.getpid())  # type: ignore[no-untyped-call]


class Together:
    """Several registries as one: the tool's own, and what the site itself counts in the usual one."""

    def __init__(self, *registries: CollectorRegistry) -> None:
        self.registries = registries

    def collect(self) -> Iterator[Any]:
        """All metrics."""
        for registry in self.registries:
            yield from registry.collect()


def shared() -> str:
    """The folder through which processes add up what they count; empty where this one counts for itself."""
    return next((os.environ[name] for name in SHARED if os.environ.get(name)), "")
