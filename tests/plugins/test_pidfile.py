"""The number of the process in a file."""

import os

import pytest

from kirsch.bus import Bus, ChannelError
from kirsch.plugins.pidfile import PidFile


def test_the_file_lives_as_long_as_the_process(tmp_path):
    """It is there between start and stop."""
    bus, path = Bus(), tmp_path / "site.pid"
    PidFile(bus, path)

    bus.start()

    assert path.read_text() == f"{os.getpid()}\n"
    bus.stop()
    assert not path.exists()


def test_a_path_that_cannot_be_written_is_named(tmp_path):
    """The start fails and says which file."""
    bus = Bus()
    PidFile(bus, tmp_path / "missing" / "site.pid")

    with pytest.raises(ChannelError, match=r"site\.pid cannot be written"):
        bus.start()
