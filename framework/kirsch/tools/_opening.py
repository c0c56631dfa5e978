"""Opening a file below a folder, and never what lies elsewhere."""

import os
import re
from errno import ELOOP, EMLINK, ENOTDIR

#: Names of which none is empty or begins with a dot.
PATH = re.compile(r"[^./\\\x00][^/\\\x00]*(?:/[^./\\\x00][^/\\\x00]*)*")
#: How a file is opened, and a folder on the way to it: never through a symbolic link, nor waiting for a pipe's writer.
FILE, FOLDER = (
    sum(getattr(os, flag, 0) for flag in flags)
    for flags in (
        ("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"),
        ("O_PATH" if hasattr(os, "O_PATH") else "O_RDONLY", "O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC"),
    )
)
#: Whether the system can keep from following links while it opens a file; Windows cannot.
KEEPS_STRAIGHT = hasattr(os, "O_NOFOLLOW") and os.open in os.supports_dir_fd


def open_below(folder: str, path: str) -> int | None:
    """The file *path* leads to, opened, if it really lies below *folder*, symbolic links followed; None otherwise.

    Nobody can swap a link for a file in between: whatever is opened is reached without one. Only Windows has to look
    first and then open.
    """
    try:
        return open_straight(folder, path)
    except (OSError, ValueError) as error:  # not there, not readable, name too long; a character no file system has
        if getattr(error, "errno", None) not in (ELOOP, EMLINK, ENOTDIR):
            return None
    try:
        real = os.path.realpath(f"{folder}/{path}", strict=True)
        below = real.removeprefix(folder.rstrip("/") + "/")
        return open_straight(folder, below) if below != real and PATH.fullmatch(below) else None
    except OSError:
        return None


def open_straight(folder: str, path: str) -> int:
    """The file *path* below *folder*, opened without following any symbolic link on the way from there.

    :raises OSError: when it cannot be opened; ELOOP, EMLINK or ENOTDIR where there is a link on the way.
    """
    first, *names = path.split("/")
    if not KEEPS_STRAIGHT:
        whole = os.path.normpath(f"{folder}/{path}")
        if os.path.realpath(whole) != whole:
            raise OSError(ELOOP, os.strerror(ELOOP), path)
        return os.open(whole, FILE)
    if not names:
        return os.open(f"{folder}/{first}", FILE)
    place = os.open(f"{folder}/{first}", FOLDER)
    try:
        for name in names[:-1]:
            inner = os.open(name, FOLDER, dir_fd=place)
            os.close(place)
            place = inner
        return os.open(names[-1], FILE, dir_fd=place)
    finally:
        os.close(place)
