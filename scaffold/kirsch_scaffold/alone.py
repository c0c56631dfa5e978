"""One generator at a time in one project."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where two generators at once are not held apart
    fcntl = None  # type: ignore[assignment]


@contextlib.contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold other generators of this project off, from reading it to writing it.

    The lock is on the folder itself, so that it leaves nothing behind.
    """
    handle = os.open(root, os.O_RDONLY) if fcntl is not None else -1
    try:
        if handle >= 0:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        if handle >= 0:
            os.close(handle)
