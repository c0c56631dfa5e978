"""Files that uploads are written to: complete or not there, and a full disk is an answer."""

import errno
import logging
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kirsch.errors import HTTPError

logger = logging.getLogger("kirsch")

#: What the system says when there is no room: the disk, the user's quota, the longest file.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def room(place: str | os.PathLike[str]) -> Iterator[None]:
    """Answer 507 (RFC 4918, section 11.5) and say so in the log where a file at *place* finds no room.

    :raises HTTPError: with status 507.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        logger.error("an upload finds no room in %s: %s", os.fspath(place), error.strerror)
        raise HTTPError("There is no room for this upload at the moment. Please try again later.", status=507) from None


def save(path: str | os.PathLike[str], blocks: Iterable[bytes]) -> int:
    """Write *blocks* to the file *path*, which appears when it is complete; the number of bytes.

    :raises HTTPError: 507 when the disk is full, and whatever *blocks* raise; nothing is left behind then.
    """
    final = Path(path)
    draft = final.with_name(f".{secrets.token_hex(8)}.part")
    size = 0
    try:
        with room(final.parent):
            with draft.open("xb") as file:
                for block in blocks:
                    size += file.write(block)
            draft.replace(final)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
    return size
