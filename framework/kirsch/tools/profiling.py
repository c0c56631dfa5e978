"""Where the time of a request goes, looked at once in a while."""

import cProfile
import logging
import pstats
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Literal, Protocol

from kirsch.errors import UsageError
from kirsch.request import Request
from kirsch.response import Response
from kirsch.tool import Setup
from kirsch.tools._calls import Calls
from kirsch.tools._guarding import Guarded
from kirsch.tools._measuring import name_of
from kirsch.tools._profiles import COUNTED, SAMPLED, Profiles
from kirsch.tools._stepping import Step, around

log = logging.getLogger("kirsch.profiling")

#: Where a request that is profiled keeps what profiles it.
KEY = "kirsch.profiling"
#: From Python 3.12 on cProfile counts the calls of all threads together, and there can be one for all of them.
PER_THREAD = sys.version_info < (3, 12)


class Recorder(Protocol):
    """What profiles one request."""

    suffix: str

    def run(self, step: Step, *arguments: Any) -> Any: ...

    def save(self, path: Path) -> None: ...


@dataclass
class Profiling(Guarded, order=-2):
    """Profile one request in many, and keep what was found in a folder.

    Connect the page that shows it: ``mapper.connect("/profiles", controller=kirsch.seeing.Profiles, action="index")``.
    A request that is profiled takes several times as long; one that somebody else profiles already is left alone.
    """

    #: "cprofile" counts every call; "pyinstrument" looks every millisecond, which costs less and shows the call tree.
    by: Literal["cprofile", "pyinstrument"] = "cprofile"
    #: Of so many requests to an action, the first is profiled; 1 for all of them.
    every: int = 100
    #: Where profiles are kept, relative to the root of the site.
    folder: str = "data/profiles"
    #: How many of them, the latest.
    kept: int = 200

    def prepare(self, setup: Setup) -> None:
        """Make the folder.

        :raises UsageError: when it cannot be made, for numbers that cannot be, and without pyinstrument.
        """
        self.guard(setup)
        if self.every < 1 or self.kept < 1:
            raise UsageError("every and kept must be 1 at least.")
        try:
            self._profiles = Profiles(Path(setup.root, self.folder), self.kept)
        except OSError as error:
            raise UsageError(f"folder {self.folder!r} cannot be made: {error.strerror}. Name another one.") from error
        self._record: Callable[[], Recorder] = sampling() if self.by == "pyinstrument" else Counted
        self._turns: defaultdict[str, count[int]] = defaultdict(count)

    def revise(self, plan: Any) -> Any:
        return around(plan, self, recorded)

    def offers(self) -> Mapping[str, Callable[[Request], Profiles]]:
        """The profiles, for those who may see them."""
        return {"profiles": self._shown}

    def _shown(self, request: Request) -> Profiles:
        self.check(request)
        return self._profiles

    def start(self, request: Request) -> None:
        if next(self._turns[name_of(request)]) % self.every == 0 and sys.getprofile() is None:
            request.environ[KEY] = self._record()

    def after(self, request: Request, response: Response) -> None:
        recorder: Recorder | None = request.environ.pop(KEY, None)
        if recorder is None:
            return
        path = self._profiles.new(name_of(request), recorder.suffix)
        try:
            recorder.save(path)
            self._profiles.prune()
        except OSError as error:  # no reason to refuse the answer
            log.warning("request %s: its profile cannot be kept: %s", request.id, error)


def recorded(_stage: str, _tool: str, step: Step) -> Step:
    """*step*, profiled where the request is."""

    def take(request: Request, *rest: Any) -> Any:
        recorder: Recorder | None = request.environ.get(KEY)
        return step(request, *rest) if recorder is None else recorder.run(step, request, *rest)

    return take


class Counted:
    """Counts the calls of one thread."""

    suffix = COUNTED

    def __init__(self) -> None:
        self.profilers: list[Any] = []

    def run(self, step: Step, *arguments: Any) -> Any:
        """Take the step."""
        profiler: Any = cProfile.Profile() if PER_THREAD else Calls()
        self.profilers.append(profiler)
        return profiler.runcall(step, *arguments)

    def save(self, path: Path) -> None:
        """Write what was counted, all steps together."""
        if self.profilers:
            pstats.Stats(*self.profilers).dump_stats(path)


def sampling() -> Callable[[], Recorder]:
    """What looks at one thread every millisecond.

    :raises UsageError: without pyinstrument.
    """
    try:
        from pyinstrument import Profiler
    except ModuleNotFoundError as error:
        raise UsageError(
            "by = 'pyinstrument' needs the package 'pyinstrument'. Run: pip install 'kirsch[profiling]'"
        ) from error

    class Sampled:
        suffix = SAMPLED

        def __init__(self) -> None:
            self.profiler = Profiler(interval=0.001, async_mode="disabled")

        def run(self, step: Step, *arguments: Any) -> Any:
            """Take the step."""
            self.profiler.start()
            try:
                return step(*arguments)
            finally:
                self.profiler.stop()

        def save(self, path: Path) -> None:
            """Write what was seen."""
            if self.profiler.last_session is not None:
                self.profiler.last_session.save(path)

    return Sampled
