"""The folder in which an engine keeps what it has compiled: code, which nobody else may write."""

import os
import stat
from pathlib import Path

from kirsch.errors import UsageError


def private_folder(directory: str, root: Path) -> Path:
    """The folder *directory* below *root*, made if need be, that only this user can read or change.

    :raises UsageError: when it cannot be made, or belongs to somebody else, or others may write into it.
    """
    folder = Path(root, directory)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError as error:
        raise UsageError(f"compiled is {directory!r}, a folder that cannot be made: {error.strerror}.") from error
    if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        mend = f"Run: chown {os.geteuid()} {folder}; chmod 700 {folder}"
        raise UsageError(f"compiled is {directory!r}, code that others could read or change. {mend}")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"compiled is {directory!r}, a folder that nothing can be written to.")
    return folder
