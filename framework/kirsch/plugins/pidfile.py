"""The number of the process in a file, for those who send it signals."""

import os
from pathlib import Path

from kirsch.bus import Bus
from kirsch.errors import UsageError


class PidFile:
    """Writes *path* when the bus starts and removes it when it stops."""

    def __init__(self, bus: Bus, path: Path) -> None:
        self.path = path
        bus.subscribe("start", self.write, order=90)
        bus.subscribe("stop", self.remove, order=90)

    def write(self) -> None:
        """:raises UsageError: when the file cannot be written."""
        try:
            self.path.write_text(f"{os.getpid()}\n")
        except OSError as error:
            raise UsageError(f"The pid file {self.path} cannot be written: {error.strerror}.") from error

    def remove(self) -> None:
        """Remove the file, unless another process has written it since."""
        if self.path.exists() and self.path.read_text().strip() == str(os.getpid()):
            self.path.unlink()
