"""Which steps were taken for a request, and how long each took."""

import time
from dataclasses import dataclass
from typing import Any

from kirsch.request import Request
from kirsch.response import Response
from kirsch.tool import Setup, Tool
from kirsch.tools._lines import Lines, escape_controls, stamp
from kirsch.tools._measuring import measure, name_of, weigh
from kirsch.tools._stepping import Step, around

#: Where the steps of a request are kept: stage, tool, milliseconds.
KEY = "kirsch.hooklog"


@dataclass
class HookLog(Tool, order=-1):
    """Log each step that tools take around an action, with its milliseconds.

    The lines go to the logger ``kirsch.hooks`` where it has handlers, else to *file* or the standard output. What is
    measured is put around the steps at start: actions without the tool are as fast as ever.
    """

    #: A file to append to, relative to the root of the site; it may be rotated from outside, in any way.
    file: str = ""
    #: Only requests that take longer than so many milliseconds are told of.
    slower: float = 0.0
    #: Whether the client is told, too, in `Server-Timing`, which browsers show in their developer tools.
    header: bool = False

    def prepare(self, setup: Setup) -> None:
        """Open the file.

        :raises UsageError: when it cannot be written.
        """
        self._lines = Lines("kirsch.hooks", self.file, setup)

    def revise(self, plan: Any) -> Any:
        return around(plan, self, timed)

    def start(self, request: Request) -> None:
        measure(request)
        request.environ[KEY] = []

    def after(self, request: Request, response: Response) -> None:
        weigh(request, response)
        if self.header:
            response.headerlist.append(("Server-Timing", timing(request.environ.get(KEY, ()))))

    def end(self, request: Request) -> None:
        found = measure(request)
        milliseconds = found.seconds * 1000
        if milliseconds < self.slower or not self._lines.wanted():
            return
        steps = ", ".join(
            f"{f'{stage} {tool}'.rstrip()} {taken:.1f}" for stage, tool, taken in request.environ.get(KEY, ())
        )
        what = f"{request.id} {escape_controls(f'{request.method} {name_of(request)}')} {found.status}"
        self._lines.write(f"{stamp(time.time())} {what} {milliseconds:.1f}ms: {steps}")

    def close(self) -> None:
        self._lines.close()


def timed(stage: str, tool: str, step: Step) -> Step:
    """*step*, its milliseconds noted, also where it raises."""

    def take(request: Request, *rest: Any) -> Any:
        begun = time.perf_counter()
        try:
            return step(request, *rest)
        finally:
            taken = (time.perf_counter() - begun) * 1000
            request.environ.setdefault(KEY, []).append((stage, tool, taken))

    return take


def timing(steps: Any) -> str:
    """The value of `Server-Timing`: the milliseconds of each stage, in order (W3C Server Timing)."""
    stages: dict[str, float] = {}
    for stage, _, taken in steps:
        stages[stage] = stages.get(stage, 0.0) + taken
    return ", ".join(f"{stage};dur={taken:.1f}" for stage, taken in stages.items())
