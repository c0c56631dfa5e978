"""Names and passwords that the client proves to know without sending them."""

import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import md5, sha256
from hmac import compare_digest
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar, Literal
from urllib.parse import unquote, unquote_to_bytes

from kirsch.authentication import Finding, Named, User, credentials, parameters, quoted, texts
from kirsch.errors import UsageError
from kirsch.request import Request
from kirsch.signing import Signer
from kirsch.tool import Setup
from kirsch.tools._passwords import read_lines

Algorithm = Literal["SHA-256", "MD5"]
#: What makes the digests of an algorithm, and how many hex digits they have.
HASHES: dict[str, Callable[[bytes], Any]] = {"SHA-256": sha256, "MD5": lambda data: md5(data, usedforsecurity=False)}
DIGITS = {"SHA-256": 64, "MD5": 32}
HEX = re.compile("[0-9a-f]+")
COUNT = re.compile("[0-9a-fA-F]{8}")
NEEDED = ("realm", "nonce", "uri", "response", "nc", "cnonce")
#: How many nonces are kept count of, and how many counts of each may come late.
MOST_NONCES, WINDOW = 10_000, 128


@dataclass
class DigestAuth(Named):
    """Let those in who prove that they know their password, without sending it (RFC 7616, qop=auth).

    What is kept are the digests of `name:realm:password`, which `htdigest` writes for MD5; whoever reads them can sign
    in, so they are as secret as passwords. Nonces are signed with the site's secret key and good for *seconds*; no
    request is taken twice. Each process keeps count for itself.
    """

    scheme: ClassVar[str] = "digest"

    #: SHA-256, or MD5 for old clients; the first that a client knows is used.
    algorithms: list[Algorithm] = field(default_factory=lambda: ["SHA-256"])
    #: For each user the digest of `name:realm:password` in hex, or a list with one for each algorithm.
    passwords: dict[str, Any] = field(default_factory=dict)
    #: An htdigest file with more of them, lines of `name:realm:digest`, read at start; other realms are left out.
    file: Path | None = None
    #: Seconds until a client has to take a new nonce, which it does by itself.
    seconds: int = 300
    #: Whether clients are asked to send a digest of the name in place of the name.
    userhash: bool = False

    def prepare(self, setup: Setup) -> None:
        """Read the digests.

        :raises KeyMissing: without a secret key to sign nonces with.
        :raises UsageError: for a file that cannot be read, for what is no digest, and without any names.
        """
        kept = self._given() + (self._filed(Path(setup.root, self.file)) if self.file is not None else [])
        self._kept: dict[tuple[str, str], str] = {}
        for name, digest in kept:
            self._kept[name, self._algorithm(name, digest)] = digest
        if not self._kept:
            raise UsageError(
                "passwords is empty, and file has nobody of this realm. Set one, so that somebody can sign in."
            )
        self._users = self.users({name for name, _ in self._kept})
        self._hidden: dict[tuple[str, str], str] = {
            (digest_of(algorithm, f"{name}:{self.realm}"), algorithm): name
            for name in self._users
            for algorithm in self.algorithms
        }
        self._realm = quoted("realm", self.realm)
        self._signer = Signer(setup.keys(), f"kirsch.digest {self.realm}")
        self._opaque = self._signer.sign("")
        self._nobody = secrets.token_hex(32)
        self._counts = Counts(self.seconds)

    def look(self, request: Request) -> Finding:
        scheme, text = credentials(request)
        if scheme != self.scheme:
            return Finding(challenges=self._challenges())
        sent = parameters(text)
        if sent is None or not self._fits(sent, request.environ):
            return Finding(refused=True, challenges=self._challenges())
        user = self._user(sent, request.environ["REQUEST_METHOD"])
        issued = self._issued(sent["nonce"])
        if user is None or issued is None:
            return Finding(refused=True, challenges=self._challenges())
        if not self._counts.take(sent["nonce"], issued, int(sent["nc"], 16)):
            return Finding(refused=True, challenges=self._challenges(stale=True))
        return Finding(user)

    def _fits(self, sent: Mapping[str, str], environ: Mapping[str, Any]) -> bool:
        """Whether all of it is there, and meant for this request."""
        return (
            all(name in sent for name in NEEDED)
            and ("username" in sent) != ("username*" in sent)
            and sent["realm"] == self.realm
            and sent.get("qop") == "auth"
            and COUNT.fullmatch(sent["nc"]) is not None
            and sent.get("opaque", self._opaque) == self._opaque
            and _algorithm_of(sent) in self.algorithms
            and same_target(sent["uri"], environ)
        )

    def _user(self, sent: Mapping[str, str], method: str) -> User | None:
        """The user whose password was used; the digests of a stranger are made as well, in vain."""
        algorithm = _algorithm_of(sent)
        name = self._name(sent, algorithm)
        kept = self._kept.get((name, algorithm)) if name is not None else None
        expected = response_of(algorithm, kept or self._nobody, method, sent)
        if not compare_digest(expected.encode(), sent["response"].lower().encode("utf-8", "surrogatepass")):
            return None
        return self._users[name] if kept is not None and name is not None else None

    def _name(self, sent: Mapping[str, str], algorithm: str) -> str | None:
        """The name of the user, if it is written as UTF-8; with ``userhash=true`` the name it is a digest of."""
        try:
            if "username*" in sent:
                charset, _, name = sent["username*"].partition("''")
                return unquote(name, errors="strict") if charset.lower() == "utf-8" else None
            if sent.get("userhash", "").lower() == "true":
                return self._hidden.get((sent["username"].lower(), algorithm)) if self.userhash else None
            return sent["username"].encode("latin-1").decode("utf-8")
        except ValueError:
            return None

    def _issued(self, nonce: str) -> int | None:
        """When we made the nonce, in seconds since 1970; None where we have not."""
        text = self._signer.unsign(nonce)
        return int(text.partition("-")[0], 16) if text else None

    def _challenges(self, *, stale: bool = False) -> tuple[str, ...]:
        nonce = self._signer.sign(f"{int(time.time()):x}-{secrets.token_hex(8)}")
        last = ", charset=UTF-8" + ", stale=true" * stale + ", userhash=true" * self.userhash
        return tuple(
            f'Digest realm={self._realm}, qop="auth", algorithm={algorithm}, nonce="{nonce}", '
            f'opaque="{self._opaque}"{last}'
            for algorithm in self.algorithms
        )

    def _given(self) -> list[tuple[str, str]]:
        many = {name: value for name, value in self.passwords.items() if isinstance(value, list)}
        one = texts("passwords", {name: value for name, value in self.passwords.items() if name not in many})
        return [*one.items(), *((name, str(value)) for name, values in many.items() for value in values)]

    def _filed(self, path: Path) -> list[tuple[str, str]]:
        lines = (line.rsplit(":", 2) for line in read_lines("file", path, colons=2))
        return [(name, digest) for name, realm, digest in lines if realm == self.realm]

    def _algorithm(self, name: str, digest: str) -> str:
        for algorithm in self.algorithms:
            if len(digest) == DIGITS[algorithm] and HEX.fullmatch(digest):
                return algorithm
        raise UsageError(
            f"passwords: that of {name!r} is no digest of {' or '.join(self.algorithms)} in lower-case hex. Make one "
            f"of name:realm:password, or add its kind to algorithms."
        )


class Counts:
    """Which requests a nonce was used for, so that none is taken twice.

    :param seconds: how long a nonce is good.
    """

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._lock = Lock()
        #: For each nonce when it was made, its highest count, and a bit for each one below that has come.
        self._seen: OrderedDict[str, tuple[int, int, int]] = OrderedDict()
        #: Nonces made before are no longer good, since they may have been forgotten.
        self._forgotten = 0

    def take(self, nonce: str, issued: int, count: int) -> bool:
        """Whether the nonce is still good and *count* is new with it; it is not new the next time."""
        with self._lock:
            if issued + self._seconds < time.time() or issued <= self._forgotten:
                return False
            _, highest, seen = self._seen.get(nonce, (issued, 0, 0))
            if count > highest:
                seen = (seen << min(count - highest, WINDOW)) & ((1 << WINDOW) - 1)
                highest = count
            place = highest - count
            if count < 1 or place >= WINDOW or seen >> place & 1:
                return False
            self._seen[nonce] = issued, highest, seen | 1 << place
            if len(self._seen) > MOST_NONCES:
                _, (oldest, _, _) = self._seen.popitem(last=False)
                self._forgotten = max(self._forgotten, oldest)
            return True


def digest_of(algorithm: str, text: str | bytes) -> str:
    """The digest of a text in lower-case hex: H() of RFC 7616, section 3.3."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    made: str = HASHES[algorithm](data).hexdigest()
    return made


def response_of(algorithm: str, kept: str, method: str, sent: Mapping[str, str]) -> str:
    """The response that proves the password behind *kept*, for qop=auth (RFC 7616, section 3.4.1)."""
    second = digest_of(algorithm, f"{method}:{sent['uri']}".encode("latin-1", "replace"))
    text = ":".join((kept, sent["nonce"], sent["nc"], sent["cnonce"], sent["qop"], second))
    return digest_of(algorithm, text.encode("latin-1", "replace"))


def same_target(uri: str, environ: Mapping[str, Any]) -> bool:
    """Whether *uri* is what this request asks for.

    As it was sent, where the server tells; else the path and the query string that it says (PEP 3333).
    """
    target = environ.get("REQUEST_URI") or environ.get("RAW_URI")
    if target:
        return uri in (target, _origin_form(str(target)))
    path, _, query = uri.partition("?")
    whole: str = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    same_path = unquote_to_bytes(path.encode("latin-1", "replace")) == whole.encode("latin-1", "replace")
    return same_path and query == str(environ.get("QUERY_STRING", ""))


def _origin_form(target: str) -> str:
    """A target without its scheme and authority (RFC 9112, section 3.2)."""
    if target.startswith("/") or "://" not in target:
        return target
    return "/" + target.partition("://")[2].partition("/")[2]


def _algorithm_of(sent: Mapping[str, str]) -> str:
    # Without a word it is MD5 (RFC 7616, section 3.4).
    return sent.get("algorithm", "MD5").upper()
