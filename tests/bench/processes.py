"""Peers as child processes: starts workers and talks to them."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]


class Failed(Exception):
    """What a worker answered instead of a result."""


class Worker:
    """One peer's process. ``worker.do("run", scenario="json", calls=100)`` sends a command and returns its answer.

    :param data: the folder that :func:`bench.peers.contract.build_data` has filled.
    """

    def __init__(self, name: str, full: bool, data: Path) -> None:
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.worker", name, "full" if full else "core"],
            cwd=TESTS,
            env={**os.environ, "BENCH_DATA": str(data)},
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def do(self, what: str, **command: Any) -> dict[str, Any]:
        """The answer to a command of :mod:`bench.worker`.

        :raises Failed: with what the worker said is wrong, or when it has ended.
        """
        line = ""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps({"do": what, **command}) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        if not line:
            raise Failed(f"{self.name}: the worker ended without a word")
        answer = json.loads(line)
        if "error" in answer:
            raise Failed(f"{self.name}: {answer['error']}")
        return answer

    def close(self) -> None:
        """End the process."""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
