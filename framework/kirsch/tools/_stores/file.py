"""Session texts in files: one for each session, replaced as a whole.

There is no fsync: what was written last may be lost when the machine loses power, while a process that is killed loses
nothing. A file that such a night has cut off counts as none.
"""

import fcntl
import os
import re
import secrets
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

from kirsch.errors import ServiceUnavailable, UsageError
from kirsch.tools._stores.keyed import KEY, Kept, Place, away

#: A file that was not yet complete when its process died: KEY.xxxxxxxx.new
UNFINISHED = re.compile(r"[0-9a-f]{40}\.[0-9a-f]{8}\.new", re.ASCII)
#: The first line: version, and when the session ends in seconds since 1970.
HEAD = re.compile(rb"(\d{1,18}) (\d{1,18}\.\d+)\n")
#: Seconds after which nobody will complete a file.
GIVEN_UP = 3600


class File:
    """A backend of :class:`kirsch.tools._stores.keyed.KeyedStore`: a folder of files that are named by their keys.

    Sixteen more files serve to take turns in replacing a session; there are never more of them.
    """

    def __init__(self, place: Place) -> None:
        self.folder = folder_for(place.root / place.folder)
        self.held: dict[str, tuple[int, float]] = {}
        self.mutex = threading.Lock()
        self._names: Iterator[str] = iter(())

    def get(self, key: str) -> Kept | None:
        kept, ends = self._read(key)
        return kept if ends > time.time() else None

    def put(self, key: str, text: str, seconds: int, version: int) -> bool:
        with self._turn(key):
            if version and self._version(key) != version:
                return False
            head = f"{version + 1} {time.time() + seconds:.3f}\n"
            self._write(key, (head + text).encode("utf-8", "surrogatepass"))
            return True

    def drop(self, key: str, version: int | None = None) -> bool:
        with self._turn(key):
            if version is not None and self._version(key) != version:
                return False
            self._path(key).unlink(missing_ok=True)
            return True

    def hold(self, key: str, token: str, seconds: int) -> bool:
        now = time.monotonic()
        with self.mutex:
            for left in [name for name, (_, until) in self.held.items() if until <= now]:
                os.close(self.held.pop(left)[0])
        with usable():
            try:
                file = private(str(self._path(key)), os.O_RDONLY)
            except FileNotFoundError:
                return True
            if not self._locked(file, key):
                os.close(file)
                return False
        with self.mutex:
            self.held[token] = file, now + seconds
        return True

    def release(self, key: str, token: str) -> None:
        with self.mutex:
            if token in self.held:
                os.close(self.held.pop(token)[0])

    def clean(self, most: int | None = None) -> int:
        with usable():
            return sum(map(self._ended, self._listed() if most is None else self._next(most)))

    def close(self) -> None:
        with self.mutex:
            self._names = iter(())
            for file, _ in self.held.values():
                os.close(file)
            self.held.clear()

    def _path(self, key: str) -> Path:
        return self.folder / key

    def _read(self, key: str) -> tuple[Kept | None, float]:
        with usable():
            try:
                with open(self._path(key), "rb", opener=private) as file:
                    data = file.read()
            except FileNotFoundError:
                return None, 0
        head = HEAD.match(data)
        if head is None:
            return None, 0
        return Kept(int(head[1]), data[head.end() :].decode("utf-8", "surrogatepass")), float(head[2])

    def _version(self, key: str) -> int:
        kept, _ = self._read(key)
        return kept.version if kept else 0

    def _write(self, key: str, data: bytes) -> None:
        """Put a complete file in place of the old one, which stays as it is where there is no room for that."""
        unfinished = self.folder / f"{key}.{secrets.token_hex(4)}.new"
        try:
            with open(unfinished, "xb", opener=private) as file:
                file.write(data)
            unfinished.replace(self._path(key))
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise

    @contextmanager
    def _turn(self, key: str) -> Iterator[None]:
        """Let nobody else replace this session; what waits goes on as soon as the other one is done, or dead."""
        with usable():
            file = private(str(self.folder / f"turn-{key[0]}"), os.O_RDWR | os.O_CREAT)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
            finally:
                os.close(file)

    def _locked(self, file: int, key: str) -> bool:
        """Lock the open *file*; not where another process has, or another file has taken its place."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return os.stat(self._path(key)).st_ino == os.fstat(file).st_ino
        except (BlockingIOError, FileNotFoundError):
            return False

    def _listed(self) -> Iterator[str]:
        with os.scandir(self.folder) as entries:
            for entry in entries:
                yield entry.name

    def _next(self, most: int) -> list[str]:
        """The next *most* names: from where the last call stopped, and from the beginning after the end."""
        with self.mutex:
            names = list(islice(self._names, most))
            if len(names) < most:
                self._names = self._listed()
        return names

    def _ended(self, name: str) -> bool:
        """Remove the file called *name* if it is of no use any more; what is none of ours is left alone."""
        if UNFINISHED.fullmatch(name):
            with suppress(FileNotFoundError):
                if time.time() - (self.folder / name).stat().st_mtime > GIVEN_UP:
                    (self.folder / name).unlink()
            return False
        if not KEY.fullmatch(name):
            return False
        try:
            return self._read(name)[1] <= time.time() and self._removed(name)
        except ServiceUnavailable:  # It is in the log, and the others can be removed all the same.
            return False

    def _removed(self, key: str) -> bool:
        """Remove a session that has ended, if nobody has prolonged it since."""
        with self._turn(key):
            ended = self._read(key)[1] <= time.time()
            if ended:
                self._path(key).unlink(missing_ok=True)
            return ended


def private(path: str, flags: int) -> int:
    """Open a file that is the user's alone, and no link."""
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


@contextmanager
def usable() -> Iterator[None]:
    """Answer 503 where files cannot be read or written now, since the disk is full, say.

    :raises ServiceUnavailable: instead of the errors of the system.
    """
    try:
        yield
    except OSError as error:
        raise away(error) from error


def folder_for(folder: Path) -> Path:
    """The *folder*, made if it is not there.

    :raises UsageError: where files cannot be kept there, or everybody could put theirs between them.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = folder.stat().st_mode
    except OSError as error:
        raise UsageError(f"folder {str(folder)!r} cannot be made: {error.strerror}.") from error
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise UsageError(f"folder {str(folder)!r} is not writable by who runs the site.")
    if mode & stat.S_IWOTH:
        raise UsageError(f"folder {str(folder)!r} can be written by everybody. Run: chmod 700 {folder}")
    return folder
