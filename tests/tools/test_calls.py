"""The calls of one thread, counted."""

import pstats
import sys
from contextlib import suppress

import pytest

from kirsch.tools._calls import Calls


def leaf(number: int) -> int:
    return number + 1


def branch() -> list[int]:
    return sorted(map(leaf, range(5)))


def again(depth: int) -> int:
    return again(depth - 1) if depth else len("")


def fails() -> None:
    leaf(1)
    raise LookupError("broken")


def counted(function, *arguments) -> dict[str, tuple[int, float, float]]:
    """Calls, own seconds and seconds in all, by the name of the function; what pstats makes of it."""
    calls = Calls()
    with suppress(LookupError):
        calls.runcall(function, *arguments)
    stats = pstats.Stats(calls).stats
    return {name: (number, own, total) for (_, _, name), (_, number, own, total, _) in stats.items()}


def test_each_call_is_counted():
    """Those of functions that are not written in Python, too."""
    found = counted(branch)

    assert {name: number for name, (number, _, _) in found.items()} == {"branch": 1, "<builtins.sorted>": 1, "leaf": 5}


def test_seconds_are_those_of_the_function_alone_and_with_what_it_calls():
    """Alone, they add up to what the outermost took."""
    found = counted(branch)

    assert found["leaf"][2] < found["<builtins.sorted>"][2] < found["branch"][2]
    assert sum(own for _, own, _ in found.values()) == pytest.approx(found["branch"][2])


def test_a_function_that_calls_itself_has_its_seconds_once():
    """The outermost call has them all."""
    found = counted(again, 50)

    assert found["again"][0] == 51
    assert found["again"][2] == pytest.approx(sum(own for _, own, _ in found.values()))


def test_what_fails_is_counted_too():
    """And nothing is profiled afterwards."""
    found = counted(fails)

    assert (found["fails"][0], found["leaf"][0]) == (1, 1)
    assert sys.getprofile() is None


def test_ends_without_a_begin_do_no_harm():
    """As they come where the profiler of another thread is switched off meanwhile."""
    calls = Calls()
    frame = sys._getframe()
    calls._note(frame, "return", None)
    calls._note(frame, "c_return", len)

    calls.create_stats()

    assert calls.stats == {}
