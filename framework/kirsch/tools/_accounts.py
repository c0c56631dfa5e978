"""Where the accounts of a site are: in its configuration, a file, a model of its database, or a function of its own."""

import logging
import os
import tempfile
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any

from kirsch.authentication import Account, Accounts
from kirsch.errors import ServiceUnavailable, UsageError
from kirsch.extensions import named
from kirsch.hashing import Hashed
from kirsch.request import Request
from kirsch.tools._passwords import check_hash, read_htpasswd

log = logging.getLogger("kirsch.login")


class Table:
    """Accounts of the configuration: hashes by name. Newer hashes are not kept."""

    def __init__(self, passwords: Mapping[str, str], roles: Mapping[str, frozenset[str]]) -> None:
        for name, one in passwords.items():
            check_hash(name, one)
        self.roles = roles
        self.passwords = dict(passwords)

    def find(self, name: str, request: Request) -> Account | None:
        """The account of *name*."""
        kept = self.passwords.get(name)
        return Account(name, kept, self.roles.get(name, frozenset())) if kept is not None else None

    def store(self, account: Account, password: str, request: Request) -> None:
        """Leave the configuration as it is."""


class File(Table):
    """Accounts of an htpasswd file, read again when it has changed; newer hashes are written into it."""

    def __init__(self, path: Path, roles: Mapping[str, frozenset[str]]) -> None:
        self.path = path
        self.lock = Lock()
        self.seen = self._stamp()
        super().__init__(read_htpasswd("file", path), roles)

    def find(self, name: str, request: Request) -> Account | None:
        """The account of *name*, as the file has it now."""
        self._read_again()
        return super().find(name, request)

    def store(self, account: Account, password: str, request: Request) -> None:
        """Write the newer hash, in a way that leaves either file whole."""
        try:
            with self.lock:
                self._replace(f"{account.name}:{account.password}", f"{account.name}:{password}")
        except OSError as error:  # A file that may only be read keeps the hashes it has.
            log.warning("%s keeps its old hash of %r: %s", self.path, account.name, error)

    def _replace(self, old: str, new: str) -> None:
        place = self.path.resolve()
        text = place.read_text(encoding="utf-8")
        lines = [new if line.strip() == old else line for line in text.splitlines()]
        handle, fresh = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)  # for nobody else's eyes
        try:
            with open(handle, "w", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")
            os.chmod(fresh, place.stat().st_mode & 0o777)
            os.replace(fresh, place)
        except OSError:
            Path(fresh).unlink(missing_ok=True)
            raise

    def _read_again(self) -> None:
        stamp = self._stamp()
        if stamp == self.seen:
            return
        with self.lock:
            try:
                self.passwords, self.seen = read_htpasswd("file", self.path), stamp
            except UsageError as error:
                log.error("nobody can sign in: %s", error)
                raise ServiceUnavailable("Nobody can sign in at the moment.", headers=[("Retry-After", "5")]) from error

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino


class Model:
    """Accounts of a SQLAlchemy model, read and written through ``tools.sqlalchemy``.

    :param columns: the attributes that hold the name and the hash.
    """

    def __init__(self, model: Any, columns: tuple[str, str]) -> None:
        self.model = model
        self.name, self.password = columns
        self.sql = import_module("sqlalchemy")
        missing = [column for column in columns if not hasattr(model, column)]
        if missing:
            raise UsageError(f"model has no {' and no '.join(missing)}. Set name_column and password_column.")

    def find(self, name: str, request: Request) -> Account | None:
        """The account of *name*; None for one whose attribute ``active`` is false."""
        row = self._row(name, request)
        kept = getattr(row, self.password, None)
        if not kept or not getattr(row, "active", True):
            return None
        # Many databases find ADA for ada: it is one account, however somebody writes it.
        return Account(str(getattr(row, self.name)), str(kept), texts_of(getattr(row, "roles", ())))

    def store(self, account: Account, password: str, request: Request) -> None:
        """Keep the newer hash where the row still has the old one."""
        row = self._row(account.name, request)
        if row is not None and str(getattr(row, self.password)) == account.password:
            setattr(row, self.password, Hashed(password))

    def _row(self, name: str, request: Request) -> Any:
        wanted = self.sql.select(self.model).where(getattr(self.model, self.name) == name).limit(2)
        rows = request.take("db").scalars(wanted).all()
        return rows[0] if len(rows) == 1 else None


class Function:
    """Accounts that a function of the name and the request finds; newer hashes are not kept."""

    def __init__(self, find: Any) -> None:
        self.find = find

    def store(self, account: Account, password: str, request: Request) -> None:
        """Leave it to the function's own store."""


def named_accounts(given: object) -> Accounts:
    """What the option *accounts* stands for: an object with ``find`` and ``store``, a function, or "module:name" of it.

    :raises UsageError: for anything else.
    """
    found: Any = named("accounts", given) if isinstance(given, str) else given
    if isinstance(found, type):
        found = found()
    if hasattr(found, "find"):
        if not hasattr(found, "store"):
            raise UsageError(f"accounts {given!r} has find and no store. Write store(account, password, request).")
        accounts: Accounts = found
        return accounts
    if callable(found):
        return Function(found)
    raise UsageError(f"accounts must be a function (name, request) or have the methods find and store, not {given!r}.")


def texts_of(value: Any) -> frozenset[str]:
    """Roles as a model keeps them: a list of texts, one text with commas, or things that have a name."""
    if isinstance(value, str):
        return frozenset(word.strip() for word in value.split(",") if word.strip())
    items: Iterable[Any] = value or ()
    return frozenset(item if isinstance(item, str) else str(getattr(item, "name", item)) for item in items)
