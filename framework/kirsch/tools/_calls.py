"""The calls of one thread, counted in Python: where Python's fast profiler would mix them with those of others."""

import sys
import time
from collections import Counter
from types import CodeType, FrameType
from typing import Any, TypeAlias

#: File, line and name of a function, as `pstats` has them.
Function: TypeAlias = tuple[str, int, str]


class Call:
    """A function that has not returned yet."""

    __slots__ = ("begun", "frame", "function", "inner")

    def __init__(self, function: Function, frame: FrameType, begun: float) -> None:
        self.function = function
        self.frame = frame
        self.begun = begun
        #: Seconds in what it calls.
        self.inner = 0.0


class Calls:
    """Counts calls, with the seconds in each function alone and with what it calls.

    What begins or ends without being told, as may happen where threads are profiled at once, costs accuracy alone.
    """

    def __init__(self) -> None:
        self._stack: list[Call] = []
        self._open: Counter[Function] = Counter()
        self._stats: dict[Function, list[Any]] = {}
        #: As `pstats` reads it.
        self.stats: dict[Function, tuple[Any, ...]] = {}

    def runcall(self, function: Any, *arguments: Any) -> Any:
        """What *function* returns."""
        sys.setprofile(self._note)
        try:
            return function(*arguments)
        finally:
            sys.setprofile(None)
            while self._stack:
                self._close(time.perf_counter())

    def create_stats(self) -> None:
        """Fill :attr:`stats`; who called whom is not counted."""
        self.stats = {function: (calls, calls, own, total, {}) for function, (calls, own, total) in self._stats.items()}

    def _note(self, frame: FrameType, event: str, argument: Any) -> None:
        now = time.perf_counter()
        if argument is sys.setprofile:  # by which all this ends
            return
        if event == "call":
            self._begin(of_code(frame.f_code), frame, now)
        elif event == "c_call":
            self._begin(of_builtin(argument), frame, now)
        elif event == "return":
            if any(call.frame is frame for call in reversed(self._stack)):
                while self._stack and self._close(now).frame is not frame:
                    pass
                while self._stack and self._stack[-1].frame is frame:
                    self._close(now)
        elif self._stack and self._stack[-1].frame is frame and self._stack[-1].function[0] == "~":
            self._close(now)

    def _begin(self, function: Function, frame: FrameType, now: float) -> None:
        self._open[function] += 1
        self._stack.append(Call(function, frame, now))

    def _close(self, now: float) -> Call:
        call = self._stack.pop()
        seconds = now - call.begun
        self._open[call.function] -= 1
        kept = self._stats.setdefault(call.function, [0, 0.0, 0.0])
        kept[0] += 1
        kept[1] += seconds - call.inner
        if not self._open[call.function]:  # of a function that calls itself, the outermost call has all seconds
            kept[2] += seconds
        if self._stack:
            self._stack[-1].inner += seconds
        return call


def of_code(code: CodeType) -> Function:
    """A function that is written in Python."""
    return code.co_filename, code.co_firstlineno, code.co_name


def of_builtin(function: Any) -> Function:
    """A function that is not."""
    module = getattr(function, "__module__", None)
    name = getattr(function, "__qualname__", repr(function))
    return "~", 0, f"<{module}.{name}>" if module else f"<{name}>"
