"""Open a database by its URL: one place that knows what each database needs.

`sqlite:///data/shop.sqlite` is a file, relative to the project's folder; `postgresql://user@host/name`,
`mysql://...` and `mariadb://...` are servers. Whatever is wrong with a URL is one sentence, never with a password.
"""

import os
import re
import shutil
import sqlite3
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import URL, Engine
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from kirsch.errors import KirschError, RunError, UsageError, did_you_mean
from kirsch.sqlite import tune

DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
SCHEMES = ("sqlite", "postgresql", "mysql", "mariadb")
EXTRAS = {"psycopg": "kirsch[postgres]", "pymysql": "kirsch[mysql]"}
SERVERS = {"postgresql": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB"}
WAIT = 10  # seconds to wait for a server to answer, and for another writer of a SQLite file
EXAMPLES = "write for instance sqlite:///data/shop.sqlite or postgresql://user:password@localhost/shop"


def make_engine(
    url: str | URL, *, root: Path | None = None, echo: bool = False, read_only: bool = False, **options: Any
) -> Engine:
    """The engine for *url*, ready for threads, transactions and foreign keys; nothing is connected yet.

    A relative SQLite file lies below *root* (the current folder without one), and its folder is made.
    *read_only* opens a SQLite file so that nothing can change it, and starts read-only transactions on PostgreSQL.
    *options* go to :func:`sqlalchemy.create_engine`.

    :raises UsageError: when the URL cannot be right: its form, its scheme, its driver, its folder.
    """
    parsed = parse(url)
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        return _sqlite_engine(parsed, root or Path.cwd(), read_only, {"echo": echo, **options})
    engine = _create(parsed, {"echo": echo, **_server_options(parsed), **options})
    if read_only and parsed.get_backend_name() == "postgresql":
        return engine.execution_options(postgresql_readonly=True)
    return engine


def parse(url: str | URL) -> URL:
    """The parts of *url*, with the driver that Kirsch uses for its scheme.

    :raises UsageError: when it is no database URL.
    """
    try:
        parsed = sqlalchemy.make_url(url)
    except (ArgumentError, ValueError):
        raise UsageError(f"{display(url)!r} is no database URL; {EXAMPLES}.") from None
    if parsed.host and "@" in parsed.host:
        raise UsageError(f"{display(url)!r} holds an '@' in the user or password; write it as %40.")
    if parsed.get_backend_name() == "sqlite" and parsed.host:
        raise UsageError(f"{display(url)!r} lacks a slash; write sqlite:///{display(url).partition('://')[2]}")
    if parsed.get_backend_name() in {"mysql", "mariadb"} and not parsed.database:
        raise UsageError(f"{display(url)!r} names no database; {EXAMPLES}.")
    return parsed.set(drivername=DRIVERS.get(parsed.drivername, parsed.drivername))


def display(url: str | URL) -> str:
    """The *url* for people to read: no password in it, whether or not it can be parsed."""
    text = url.render_as_string(hide_password=False) if isinstance(url, URL) else str(url)
    text = re.sub(r"(//[^/:@]*):.*@", r"\1:***@", text)
    return re.sub(r"([?&](?:password|passwd|sslpassword)=)[^&]*", r"\1***", text)


def check(engine: Engine) -> None:
    """Connect once and read something, so that a database that cannot be used is found now.

    :raises UsageError: when the file is missing, unreadable or no database.
    :raises RunError: when a server does not answer or does not let us in.
    """
    probe = "PRAGMA schema_version" if engine.dialect.name == "sqlite" else "SELECT 1"
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(probe)
    except (SQLAlchemyError, UnicodeError) as error:
        raise trouble(error, engine) from error


def trouble(error: BaseException, engine: Engine) -> KirschError:
    """What a failed connection means, as one sentence that says what to do; without SQL and without passwords."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    explain = _TROUBLES.get(engine.dialect.name, _other_trouble)
    return explain(engine.url, " ".join(str(cause).split()))


def _create(url: URL, options: dict[str, Any]) -> Engine:
    try:
        engine = sqlalchemy.create_engine(url, **options)
    except NoSuchModuleError:
        scheme = url.get_backend_name()
        raise UsageError(
            f"{display(url)!r}: there is no database {scheme!r}. {did_you_mean(scheme, SCHEMES)}"
        ) from None
    except ModuleNotFoundError as missing:
        package = EXTRAS.get(missing.name or "", missing.name)
        raise UsageError(
            f"{display(url)!r} needs the package {missing.name!r}; install it with: pip install '{package}'."
        ) from None
    except (ArgumentError, TypeError) as error:
        raise UsageError(f"{display(url)!r}: {' '.join(str(error).split())}.") from error
    if engine.dialect.is_async:
        raise UsageError(f"{display(url)!r} names an asynchronous driver; leave {'+' + engine.driver!r} away.")
    return engine


# --- servers ---


def _server_options(url: URL) -> dict[str, Any]:
    options: dict[str, Any] = {"pool_pre_ping": True}
    if url.drivername.endswith("+psycopg") and "connect_timeout" not in url.query:
        options["connect_args"] = {"connect_timeout": WAIT}
    if url.drivername.endswith("+pymysql"):
        options["connect_args"] = {"charset": "utf8mb4", "connect_timeout": WAIT}
        options["pool_recycle"] = 3600
    return options


def _server_trouble(url: URL, text: str) -> KirschError:
    server = SERVERS.get(url.get_backend_name(), url.get_backend_name())
    place = f"{url.host or 'localhost'}" + (f":{url.port}" if url.port else "")
    for pattern, sentence in _SERVER_TROUBLES.items():
        if re.search(pattern, text, re.I):
            names = {"server": server, "place": place, "host": url.host, "name": url.database, "user": url.username}
            return RunError(sentence.format(**names))
    return _other_trouble(url, text)


def _other_trouble(url: URL, text: str) -> KirschError:
    hidden = text.replace(str(url.password), "***") if url.password else text
    return RunError(f"The database {display(url)} cannot be used: {hidden.rstrip('.')}.")


# The order counts: PyMySQL words an unknown host as "Can't connect ... Name or service not known".
_SERVER_TROUBLES = {
    r"resolve host|translate host name|getaddrinfo|errno -[23]|not known|no address": (
        "There is no host {host!r} to find a {server} server at; correct the URL."
    ),
    r'database "[^"]*" does not exist|unknown database': (
        "The {server} server at {place} has no database {name!r}; create it, or correct the URL."
    ),
    r"authentication failed|no password supplied|role .* does not exist|access denied": (
        "The {server} server at {place} does not let user {user!r} in; correct user, password and database name."
    ),
    r"refused|timed? ?out|timeout|can't connect|no such file or directory|unreachable": (
        "No {server} server answers at {place}; start it, or correct the host and port in the URL."
    ),
}


# --- SQLite ---


def _sqlite_engine(url: URL, root: Path, read_only: bool, options: dict[str, Any]) -> Engine:
    if url.query and not str(url.database).startswith("file:"):
        raise UsageError(f"{display(url)!r}: leave away what follows the '?'; SQLite files take no options here.")
    if str(url.database).startswith("file:"):
        return tune(_create(url, options), WAIT, write_ahead=False)
    private = _private_folder() if url.database in {None, "", ":memory:"} else None
    path = private / "memory.sqlite" if private else _sqlite_file(url, root, read_only)
    place = f"file:{_quoted(path)}?mode={'ro' if read_only and not private else 'rwc'}"
    connect = {"uri": True, "timeout": WAIT, "check_same_thread": False, **options.pop("connect_args", {})}
    options.setdefault("poolclass", sqlalchemy.QueuePool)
    engine = _create(url.set(drivername="sqlite"), {**options, "creator": lambda: sqlite3.connect(place, **connect)})
    if private:
        weakref.finalize(engine, _remove, private, os.getpid())
    return tune(engine, WAIT, write_ahead=not read_only)


def _private_folder() -> Path:
    """A folder for a database "in memory": a file that goes away with its engine.

    SQLite's own databases in memory make a writer wait for every reader, which no file does.
    """
    return Path(tempfile.mkdtemp(prefix="kirsch-"))


def _remove(folder: Path, process: int) -> None:
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)


def _sqlite_file(url: URL, root: Path, read_only: bool) -> Path:
    path = root / str(url.database)
    try:
        if not Path(str(url.database)).is_absolute() and not read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise UsageError(f"{display(url)!r} names the folder {path}; a SQLite database is a file in a folder.")
        if not path.parent.is_dir():
            raise UsageError(f"{display(url)!r}: there is no folder {path.parent}; create it, or correct the URL.")
        if read_only and not path.exists():
            raise UsageError(f"{display(url)!r}: there is no file {path}; correct the URL.")
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(
            f"{display(url)!r}: the folder {path.parent} cannot be used ({reason}); choose another."
        ) from None
    if not path.exists() and not os.access(path.parent, os.W_OK):
        raise UsageError(f"{display(url)!r}: the folder {path.parent} is not writable; choose another.")
    return path


def _quoted(path: Path) -> str:
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _sqlite_trouble(url: URL, text: str) -> KirschError:
    if "not a database" in text:
        return UsageError(f"{display(url)!r} is no SQLite database; correct the URL, or move that file away.")
    if "unable to open" in text:
        return UsageError(f"{display(url)!r} cannot be opened; see that the file and its folder are readable by you.")
    if "readonly" in text:
        return RunError(f"{display(url)!r} may only be read; see that the file and its folder are writable by you.")
    if "locked" in text:
        return RunError(f"{display(url)!r} is locked by another program; end that program and try again.")
    if "malformed" in text:
        return RunError(f"{display(url)!r} is damaged; restore it from a copy.")
    return _other_trouble(url, text)


_TROUBLES: dict[str, Callable[[URL, str], KirschError]] = {
    "sqlite": _sqlite_trouble,
    "postgresql": _server_trouble,
    "mysql": _server_trouble,
    "mariadb": _server_trouble,
}
