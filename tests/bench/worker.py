"""One peer in its own process, told over stdin what to do; the other end is :class:`bench.processes.Worker`.

Every line in is a JSON command, every line out its JSON answer.
"""

import gc
import json
import os
import sys
import time
from typing import Any


def resident() -> int:
    """Bytes of this process that are in memory."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Work:
    """The commands; each is a method that takes the command's other keys."""

    def __init__(self, name: str, full: bool) -> None:
        from bench import peers

        before, modules = resident(), len(sys.modules)
        wall, cpu = time.perf_counter_ns(), time.process_time_ns()
        self.app = peers.load(name).make_app(full)
        self.started = {
            "wall": time.perf_counter_ns() - wall,
            "cpu": time.process_time_ns() - cpu,
            "resident": resident() - before,
            "modules": len(sys.modules) - modules,
        }
        # Loaded after the clock, so that a peer pays for all that it needs itself.
        from bench import scenarios, wsgi

        self.scenarios, self.wsgi = scenarios.SCENARIOS, wsgi
        self.prepared: dict[str, tuple[dict[str, Any], bytes]] = {}

    def start(self) -> dict[str, int]:
        """What importing the peer and making its application took: nanoseconds, bytes, modules."""
        return self.started

    def check(self, scenario: str) -> dict[str, Any]:
        """Answer the scenario's request once and hold it to what is right."""
        asked = self.scenarios[scenario]
        answer = self._send(*asked.request(self._send))
        asked.check(answer)
        return {"status": answer.status, "headers": answer.headers, "bytes": len(answer.body)}

    def run(self, scenario: str, calls: int) -> dict[str, int]:
        """Nanoseconds that *calls* requests take."""
        if scenario not in self.prepared:
            self.prepared[scenario] = self.scenarios[scenario].request(self._send)
            self.wsgi.repeat(self.app, *self.prepared[scenario], 20)
        environ, body = self.prepared[scenario]
        wall, cpu = time.perf_counter_ns(), time.process_time_ns()
        self.wsgi.repeat(self.app, environ, body, calls)
        return {"cpu": time.process_time_ns() - cpu, "wall": time.perf_counter_ns() - wall}

    def memory(self) -> dict[str, int]:
        """Bytes that are in memory now."""
        gc.collect()
        return {"resident": resident()}

    def _send(self, environ: dict[str, Any], body: bytes = b"") -> Any:
        return self.wsgi.call(self.app, environ, body)


def main(name: str, full: bool) -> None:
    """Answer commands until stdin ends."""
    # What a peer prints, its log say, must not come between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    work: Work | None = None
    for line in sys.stdin:
        command = json.loads(line)
        try:
            work = work or Work(name, full)
            answer = getattr(work, command.pop("do"))(**command)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] == "full")
