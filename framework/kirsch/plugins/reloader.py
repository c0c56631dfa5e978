"""Development: a parent process that starts the site again after every save, and survives what the site does not.

The parent imports nothing of the site. It keeps the listening socket, so that between two lives of the site browsers
wait instead of being refused. When the site does not start, its traceback is on the terminal, and the next save
tries again.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from kirsch.plugins.reloaded import LINK
from kirsch.plugins.watched import changes, project_files, project_root, snapshot

#: Seconds between two looks at the files.
INTERVAL = 0.8
#: Seconds that a site gets to stop before it is killed.
PATIENCE = 8.0
USAGE = 2


def supervise(command: Sequence[str] | None = None, root: Path | None = None, interval: float = INTERVAL) -> int:
    """Run *command* (by default this very command) as a site that is started again after every save.

    :param root: the folder whose files are watched, besides the modules that the site loads.
    :return: the exit code: that of a site which stopped by itself, 0 after SIGINT or SIGTERM.
    """
    again = [sys.executable, *sys.orig_argv[1:]] if command is None else list(command)
    parent = Parent(again, root or project_root(), interval)
    try:
        return parent.run()
    finally:
        parent.close()


class Parent:
    """Starts the site, watches its files, starts it again."""

    def __init__(self, command: list[str], root: Path, interval: float) -> None:
        self.command = command
        self.root = root
        self.interval = interval
        self.modules: set[str] = set()
        self.address: list[Any] | None = None
        self.listener: socket.socket | None = None
        self.ending = False
        self.wake, self.waker = socket.socketpair()

    def run(self) -> int:
        """Until a signal comes, or the site ends by itself without an error."""
        with Signals(self.end):
            while True:
                before = self.look()
                child = Child(self.command, self.address, self.listener)
                try:
                    changed = self.watch(child, before)
                finally:
                    code = child.stop()
                if self.ending or (code == 0 and not changed):
                    return 0
                if not changed and code == USAGE and self.listener is None:
                    return USAGE
                if not changed:
                    say(f"The site ended with exit code {code}. It starts again when a file is saved.")
                    changed = self.watch(None, before)
                if self.ending:
                    return 0
                say(f"{', '.join(os.path.relpath(file) for file in changed[:3])} changed: starting again.")

    def end(self) -> None:
        """Let :meth:`run` end; called from a signal handler."""
        self.ending = True
        with suppress(OSError):
            self.waker.send(b"x")

    def look(self) -> dict[str, int]:
        """The files as they are now."""
        return snapshot({*project_files(self.root), *self.modules})

    def watch(self, child: "Child | None", before: dict[str, int]) -> list[str]:
        """Wait for a change and return the changed files; none when the child has ended or a signal came."""
        next_look = time.monotonic() + self.interval
        inputs = [self.wake] if child is None else [self.wake, child.link]
        while not self.ending:
            ready, _, _ = select.select(inputs, [], [], max(0.0, next_look - time.monotonic()))
            if child is not None and child.link in ready and not self.hear(child, before):
                return []
            if time.monotonic() >= next_look:
                if changed := changes(before, self.look()):
                    return changed
                next_look = time.monotonic() + self.interval
        return []

    def hear(self, child: "Child", before: dict[str, int]) -> bool:
        """Take what the child says: where it listens, what it has loaded; False when it has ended."""
        for message, listener in child.messages():
            if listener is not None:
                if self.listener is not None:
                    self.listener.close()
                self.listener, self.address = listener, message["address"]
            new = set(message.get("modules", ())) - self.modules
            self.modules |= new
            for file, changed in snapshot(new).items():
                before.setdefault(file, changed)
        return not child.ended

    def close(self) -> None:
        """Give back the sockets."""
        for each in (self.wake, self.waker, self.listener):
            if each is not None:
                each.close()


class Child:
    """The site as a process of its own, and the line on which it tells its parent things."""

    def __init__(self, command: list[str], address: list[Any] | None, listener: socket.socket | None) -> None:
        self.link, theirs = socket.socketpair()
        self.heard = b""
        self.ended = False
        handed = {"link": theirs.fileno()}
        if listener is not None:
            handed |= {"listener": listener.fileno(), "address": address}  # type: ignore[dict-item]
        fds = [handed[name] for name in ("link", "listener") if name in handed]
        with theirs:
            self.process = subprocess.Popen(command, env={**os.environ, LINK: json.dumps(handed)}, pass_fds=fds)

    def messages(self) -> list[tuple[dict[str, Any], socket.socket | None]]:
        """What the child has said, each message with the socket it came with."""
        try:
            data, fds, _, _ = socket.recv_fds(self.link, 65536, 1)
        except OSError:
            data, fds = b"", []
        self.ended = not data
        *lines, self.heard = (self.heard + data).split(b"\n")
        sockets = [socket.socket(fileno=fd) for fd in fds]
        said: list[tuple[dict[str, Any], socket.socket | None]] = []
        for line in lines:
            message = json.loads(line)
            said.append((message, sockets.pop() if sockets and "address" in message else None))
        for unclaimed in sockets:
            unclaimed.close()
        return said

    def stop(self) -> int:
        """End the process if it still runs, and return its exit code."""
        if not self.ended:
            with suppress(ProcessLookupError):
                self.process.terminate()
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.link.close()
        return code


class Signals:
    """While entered, SIGINT, SIGTERM and SIGHUP call *end*."""

    def __init__(self, end: Callable[[], None]) -> None:
        self.end = end
        self.meant: dict[int, Any] = {}

    def __enter__(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self.meant[number] = signal.signal(number, lambda *_: self.end())

    def __exit__(self, *_: object) -> None:
        for number, before in self.meant.items():
            signal.signal(number, before)


def say(sentence: str) -> None:
    """A line for who develops, beside the output of the site."""
    print(f"kirsch: {sentence}", file=sys.stderr, flush=True)
