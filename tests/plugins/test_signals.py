"""Signals of the system, sent to this very process."""

import os
import signal

import pytest

from kirsch.bus import Bus
from kirsch.plugins.signals import signals


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_in_order(number):
    """The bus runs to its end, and the signal means what it meant before."""
    bus, told = Bus(), []
    bus.subscribe("start", lambda: os.kill(os.getpid(), number))
    bus.subscribe("exit", lambda: told.append("exit"))
    before = signal.getsignal(number)

    with signals(bus):
        bus.run()

    assert told == ["exit"]
    assert signal.getsignal(number) == before


def test_a_hangup_is_graceful():
    """SIGHUP asks listeners to reopen their files; the process goes on."""
    bus, told = Bus(), []
    bus.subscribe("start", lambda: os.kill(os.getpid(), signal.SIGHUP))
    bus.subscribe("graceful", lambda: (told.append("graceful"), bus.request("exit")))

    with signals(bus):
        bus.run()

    assert told == ["graceful"]
