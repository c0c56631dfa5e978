"""Signed texts that say when they were written, and since when they go on."""

import time
from collections.abc import Sequence

from kirsch.signing import Signer

#: A session that is used is dated anew when this part of its time is over.
PART = 10


#: What is read of a text that is not ours, or too old.
STRANGE = "", False, 0


class Dated:
    """Signs texts with the moment they are written, good for *seconds*, and however often renewed for *longest*."""

    def __init__(self, keys: Sequence[str], purpose: str, seconds: int, longest: int | None = None) -> None:
        self.signer = Signer(keys, purpose)
        self.seconds = seconds
        self.longest = longest

    def write(self, text: str, began: int = 0) -> str:
        """*text*, signed and dated now; it goes on since *began*, or begins now."""
        now = int(time.time())
        if self.longest is None:
            return self.signer.sign(f"{now:x}.{text}")
        return self.signer.sign(f"{now:x}-{began or now:x}.{text}")

    def read(self, sent: str) -> tuple[str, bool, int]:
        """The text; whether it should be dated anew; when it began, or 0 where that does not matter.

        An empty text where it is not ours, or too old.
        """
        stamp, _, text = (self.signer.unsign(sent) or "").partition(".")
        if not text:
            return STRANGE
        if self.longest is not None or "-" in stamp:
            return self._read_counted(text, *stamp.partition("-")[::2])
        age = time.time() - int(stamp, 16)
        return (text, age * PART > self.seconds, 0) if age < self.seconds else STRANGE

    def _read_counted(self, text: str, written: str, began: str) -> tuple[str, bool, int]:
        """The same, of what says since when it goes on, or where that is to be counted."""
        now, first = time.time(), int(began or written, 16)
        age = now - int(written, 16)
        if age >= self.seconds or (self.longest is not None and now - first >= self.longest):
            return STRANGE
        return text, age * PART > self.seconds, first

    def left(self, began: int) -> int:
        """The seconds that something dated now, which goes on since *began*, is good for."""
        if self.longest is None or not began:
            return self.seconds if self.longest is None else min(self.seconds, self.longest)
        return max(1, min(self.seconds, int(began + self.longest - time.time())))
