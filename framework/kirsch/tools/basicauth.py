"""Names and passwords that the client sends with every request."""

import time
from base64 import b64decode
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from secrets import token_bytes
from threading import Lock
from typing import Any, ClassVar

from kirsch.authentication import Finding, Named, User, credentials, quoted, texts
from kirsch.errors import UsageError
from kirsch.request import Request
from kirsch.tool import Setup
from kirsch.tools._passwords import check_hash, read_htpasswd, verify

#: How many right credentials are remembered.
MOST_KNOWN = 1000


@dataclass
class BasicAuth(Named):
    """Let those in who send a name and a password that are known (RFC 7617, in UTF-8).

    Passwords are kept as hashes; `kirsch password` makes one. An unknown name takes as long as a wrong password. Use it
    over https only: whoever listens reads the password.
    """

    scheme: ClassVar[str] = "basic"

    #: The hashes of users' passwords: ``ada = "scrypt$..."``.
    passwords: dict[str, Any] = field(default_factory=dict)
    #: An htpasswd file with more of them, read at start: hashes as above, or of `htpasswd -m` and `-s`.
    file: Path | None = None
    #: Seconds for which credentials that were right are not hashed again; 0 hashes every time.
    remember: int = 300

    def prepare(self, setup: Setup) -> None:
        """Read the names.

        :raises UsageError: for a file that cannot be read, for hashes that cannot be checked, and without any names.
        """
        kept = read_htpasswd("file", Path(setup.root, self.file)) if self.file is not None else {}
        self._kept = kept | texts("passwords", self.passwords)
        for name, one in self._kept.items():
            check_hash(name, one)
        if not self._kept:
            raise UsageError("passwords is empty, and so is file. Set one, so that somebody can sign in.")
        self._users = self.users(self._kept)
        self._all = list(self._kept.values())
        self._challenge = f'Basic realm={quoted("realm", self.realm)}, charset="UTF-8"'
        self._known = Remembered(self.remember)

    def look(self, request: Request) -> Finding:
        scheme, text = credentials(request)
        if scheme != self.scheme:
            return Finding(challenges=(self._challenge,))
        pair = name_and_password(text)
        user = self._known.get(pair, self._check) if pair else None
        return Finding(user) if user else Finding(refused=True, challenges=(self._challenge,))

    def _check(self, name: str, password: str) -> User | None:
        kept = self._kept.get(name)
        if kept is not None:
            return self._users[name] if verify(password, kept) else None
        # A stranger's password is checked against the hash of somebody, always the same for a name: in vain, and in
        # the time that a user's wrong password takes.
        verify(password, self._all[self._known.number(name) % len(self._all)])
        return None


class Remembered:
    """Credentials that were right lately, known by a keyed digest that tells nothing of them.

    :param seconds: for how long.
    """

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._key = token_bytes(32)
        self._until: OrderedDict[bytes, tuple[User, float]] = OrderedDict()
        self._lock = Lock()

    def get(self, pair: tuple[str, str], check: Callable[[str, str], User | None]) -> User | None:
        """The user of these credentials; *check* finds out where they are not remembered."""
        digest = self._digest("\0".join(pair))
        with self._lock:
            user, until = self._until.get(digest, (None, 0.0))
        if user is not None and until > time.monotonic():
            return user
        user = check(*pair)
        if user is not None and self._seconds > 0:
            with self._lock:
                self._until[digest] = user, time.monotonic() + self._seconds
                self._until.move_to_end(digest)
                if len(self._until) > MOST_KNOWN:
                    self._until.popitem(last=False)
        return user

    def number(self, name: str) -> int:
        """A number that stays the same for *name*, and that nobody can foresee."""
        return int.from_bytes(self._digest(name)[:8])

    def _digest(self, text: str) -> bytes:
        return blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=32).digest()


def name_and_password(text: str) -> tuple[str, str] | None:
    """The two that a client sent; None for what is no such thing (RFC 7617, section 2)."""
    try:
        decoded = b64decode(text, validate=True).decode("utf-8")
    except ValueError:
        return None
    name, colon, password = decoded.partition(":")
    if not colon or any(ord(sign) < 32 or ord(sign) == 127 for sign in decoded):
        return None
    return name, password
