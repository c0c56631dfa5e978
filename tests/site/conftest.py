"""Sites as processes of their own, started from a script, spoken to over HTTP."""

import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


class Process:
    """A script that serves, and what it says."""

    def __init__(self, script: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(script), *arguments], cwd=script.parent, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        self.said = ""
        self.lines: queue.Queue[str] = queue.Queue()
        self.thread = threading.Thread(target=self.listen)
        self.thread.start()

    def listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stdout:
            for line in stdout:
                self.lines.put(line)

    def wait_for(self, pattern: str, within: float = 15) -> re.Match[str]:
        """The first line from now on that *pattern* finds."""
        end = time.monotonic() + within
        while (left := end - time.monotonic()) > 0:
            try:
                line = self.lines.get(timeout=left)
            except queue.Empty:
                break
            self.said += line
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"{pattern!r} was not said within {within} s, but:\n{self.said}")

    def url(self) -> str:
        return self.wait_for(r"is served on (http://\S+)  \(Ctrl-C stops it\)")[1]

    def end(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """The exit code after a signal, and the seconds it took."""
        begun = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(20), time.monotonic() - begun

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.thread.join(10)


def get(url: str) -> tuple[int, str]:
    """The status and text that *url* answers."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.fixture
def fetch() -> Callable[[str], tuple[int, str]]:
    """A function that asks for a URL."""
    return get


@pytest.fixture
def script(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """A function that writes a script and runs it; whatever still runs is killed when the test ends."""
    started: list[Process] = []

    def run(source: str, *arguments: str) -> Process:
        path = tmp_path / "hello.py"
        path.write_text(source)
        started.append(Process(path, *arguments))
        return started[-1]

    yield run
    for each in started:
        each.close()
