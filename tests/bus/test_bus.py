"""What the process goes through, and who is told."""

import threading
import time

import pytest

from kirsch.bus import Bus, ChannelError, State
from kirsch.errors import UsageError


@pytest.fixture
def told() -> list[str]:
    """What listeners wrote down."""
    return []


def test_listeners_are_told_in_order(told):
    """Lower orders first; of equal order, who came first."""
    bus = Bus()
    bus.subscribe("start", lambda: told.append("second"), order=20)
    bus.subscribe("start", lambda: told.append("third"), order=20)
    bus.subscribe("start", lambda: told.append("first"), order=10)

    bus.start()

    assert told == ["first", "second", "third"]
    assert bus.state is State.STARTED


def test_all_listeners_are_told_and_the_failing_one_is_named(told):
    """One failure does not keep the others from hearing."""
    bus = Bus()

    def open_database():
        raise OSError("the disk is full")

    bus.subscribe("graceful", open_database, order=1)
    bus.subscribe("graceful", lambda: told.append("heard"))

    with pytest.raises(ChannelError, match=r"open_database: OSError: the disk is full"):
        bus.publish("graceful")

    assert told == ["heard"]


def test_a_failed_start_stops_what_had_started(told):
    """Nothing is left half running."""
    bus = Bus()
    bus.subscribe("start", lambda: 1 / 0)
    bus.subscribe("stop", lambda: told.append("stopped"))

    with pytest.raises(ChannelError, match="ZeroDivisionError"):
        bus.start()

    assert (told, bus.state) == (["stopped"], State.STOPPED)


def test_a_stop_is_bounded_and_names_who_was_late(told):
    """A listener that hangs is left behind."""
    bus, released = Bus(patience=0.2), threading.Event()

    def hang():
        released.wait(20)

    bus.subscribe("stop", lambda: told.append("in time"), order=1)
    bus.subscribe("stop", hang, order=2)
    bus.start()
    begun = time.monotonic()

    with pytest.raises(ChannelError, match="hang: TimeoutError"):
        bus.stop()

    assert time.monotonic() - begun < 1
    assert (told, bus.state) == (["in time"], State.STOPPED)
    released.set()


def test_running_ends_when_exit_is_requested(told):
    """The steps come in order, and another thread may ask for them."""
    bus = Bus()
    bus.subscribe("state", lambda state: told.append(state.value))
    bus.subscribe("graceful", lambda: told.append("graceful"))
    bus.request("graceful")
    threading.Timer(0.05, bus.request, ["exit"]).start()

    bus.run()

    assert told == ["starting", "started", "graceful", "stopping", "stopped", "exiting"]


def test_failures_on_the_way_down_go_to_the_log(told):
    """An exit is gone to its end."""
    bus = Bus()
    bus.subscribe("stop", lambda: 1 / 0)
    bus.subscribe("exit", lambda: told.append("exit"))
    bus.subscribe("log", told.append)
    bus.start()

    bus.exit()

    assert "ZeroDivisionError" in told[0]
    assert told[1:] == ["exit"]


def test_channels_of_ones_own_are_opened_first(told):
    """A misspelt channel is found when it is subscribed to."""
    bus = Bus()
    bus.open("deploy")
    bus.subscribe("deploy", told.append)

    bus.publish("deploy", "now")

    assert told == ["now"]
    with pytest.raises(UsageError, match="Did you mean 'graceful'"):
        bus.subscribe("gracefull", told.append)


def test_steps_out_of_turn_are_refused():
    """Only what is stopped can start."""
    bus = Bus()
    bus.start()

    with pytest.raises(UsageError, match="The bus is started"):
        bus.start()


def test_a_listener_can_leave(told):
    """What is unsubscribed is told no more."""
    bus = Bus()
    bus.subscribe("log", told.append)
    bus.log("one")
    bus.unsubscribe("log", told.append)

    bus.log("two")

    assert told == ["one"]
