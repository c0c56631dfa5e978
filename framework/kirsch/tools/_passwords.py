"""The hashes that a table of passwords may hold, and Apache's htpasswd files."""

from base64 import b64encode
from collections.abc import Callable
from hashlib import md5, sha1
from hmac import compare_digest
from pathlib import Path

from kirsch.errors import UsageError
from kirsch.hashing import ARGON, argon2, matches, work_of

DIGITS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#: The order in which apr1 writes its 16 bytes, three by three.
GROUPS = ((0, 6, 12), (1, 7, 13), (2, 8, 14), (3, 9, 15), (4, 10, 5))
ROUNDS = 1000
MAKE = "kirsch password"


def verify(password: str, kept: str) -> bool:
    """Whether *password* is the one that *kept* was made of."""
    return _verifier(kept)(password, kept)


def check_hash(name: str, kept: str) -> None:
    """Make sure that *kept* is a hash that can be checked, and that is worth it.

    :raises UsageError: with what to do instead.
    """
    if kept.startswith(("$2a$", "$2b$", "$2x$", "$2y$", "$5$", "$6$")):
        raise UsageError(
            f"passwords: that of {name!r} is of a kind (bcrypt or crypt) that Python cannot check. Make one: {MAKE}"
        )
    if kept.startswith(ARGON):
        argon2()
        return
    parts = kept.split("$")
    known = work_of(kept) is not None or (kept.startswith("$apr1$") and len(parts) == 4 and len(parts[3]) == 22)
    if not known and not (kept.startswith("{SHA}") and len(kept) == 33):
        raise UsageError(
            f"passwords: that of {name!r} is plain text or crypt, which is not safe. Make a hash of it: {MAKE}"
        )


def read_htpasswd(option: str, path: Path) -> dict[str, str]:
    """The hashes of a file with lines ``name:hash``, by name.

    :raises UsageError: when it cannot be read.
    """
    return dict(line.split(":", 1) for line in read_lines(option, path, colons=1))


def read_lines(option: str, path: Path, colons: int) -> list[str]:
    """The lines of a file of passwords, each with at least *colons*; comments and empty lines are left out.

    :raises UsageError: when it cannot be read.
    """
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except OSError as error:
        raise UsageError(
            f"{option} {str(path)!r} cannot be read: {error.strerror}. Make it, or mend the path."
        ) from error
    except ValueError as error:
        raise UsageError(f"{option} {str(path)!r} is not UTF-8. Write it anew.") from error
    lines = [line for line in lines if line and not line.startswith("#")]
    if any(line.count(":") < colons for line in lines):
        raise UsageError(f"{option} {str(path)!r} is none: each line has at least {colons} of the sign ':'.")
    return lines


def apr1(password: bytes, salt: bytes) -> str:
    """The hash of Apache's htpasswd: MD5, a thousand times, with a salt of up to 8 characters."""
    final = _md5(password + salt + password)
    mixed = password + b"$apr1$" + salt + (final * (len(password) // 16 + 1))[: len(password)]
    bits = len(password)
    while bits:
        mixed += b"\0" if bits & 1 else password[:1]
        bits >>= 1
    final = _md5(mixed)
    for number in range(ROUNDS):
        odd = number % 2
        middle = (salt if number % 3 else b"") + (password if number % 7 else b"")
        final = _md5((password if odd else final) + middle + (final if odd else password))
    text = "".join(_digits(final[a] << 16 | final[b] << 8 | final[c], 4) for a, b, c in GROUPS)
    return f"$apr1${salt.decode('latin-1')}${text}{_digits(final[11], 2)}"


def _verifier(kept: str) -> Callable[[str, str], bool]:
    if kept.startswith("$apr1$"):
        return _is_apr1
    return _is_sha if kept.startswith("{SHA}") else matches


def _is_apr1(password: str, kept: str) -> bool:
    salt = kept.split("$")[2][:8].encode("latin-1", "replace")
    return compare_digest(apr1(password.encode("utf-8", "surrogatepass"), salt).encode(), kept.encode())


def _is_sha(password: str, kept: str) -> bool:
    made = b64encode(sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest())
    return compare_digest(b"{SHA}" + made, kept.encode())


def _md5(data: bytes) -> bytes:
    return md5(data, usedforsecurity=False).digest()


def _digits(number: int, count: int) -> str:
    return "".join(DIGITS[number >> 6 * place & 63] for place in range(count))
