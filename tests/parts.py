"""The parts that tests need from outside, at their standard places or where a variable says: servers and a browser."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from sqlalchemy import URL, Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

PREFIX = "kirsch_test_"
PATIENCE = 3  # seconds until a part that does not answer counts as missing


@dataclass(frozen=True)
class Part:
    """One thing that tests need and that a machine may lack."""

    name: str
    variable: str
    default: str
    mend: str

    @property
    def place(self) -> str:
        """Where the tests look for it."""
        return os.environ.get(self.variable) or self.default

    @property
    def missing(self) -> str:
        """How the reason of a test that did not run begins."""
        return f"{self.name} is missing"

    def advice(self, tests: int) -> str:
        """The closing line about *tests* tests that did not run."""
        noun = "test" if tests == 1 else "tests"
        return f"{self.missing}: {tests} {noun} did not run. {self.mend}, or set {self.variable}."


POSTGRES = Part(
    "PostgreSQL",
    "KIRSCH_TEST_POSTGRES_URL",
    "postgresql+psycopg://postgres@127.0.0.1:5432/postgres",
    "sudo apt-get install postgresql (and let postgres in from 127.0.0.1)",
)
MARIADB = Part(
    "MariaDB",
    "KIRSCH_TEST_MARIADB_URL",
    "mysql+pymysql://root@127.0.0.1:3306/test",
    "sudo apt-get install mariadb-server (and let root in from 127.0.0.1)",
)
REDIS = Part("Redis", "KIRSCH_TEST_REDIS_URL", "redis://127.0.0.1:6379/0", "sudo apt-get install redis-server")
CHROMIUM = Part("Chromium", "KIRSCH_TEST_CHROMIUM", "", "sudo apt-get install chromium")
CURL = Part("curl", "KIRSCH_TEST_CURL", "curl", "sudo apt-get install curl")
OPENSSL = Part("openssl", "KIRSCH_TEST_OPENSSL", "openssl", "sudo apt-get install openssl")
PARTS = (POSTGRES, MARIADB, REDIS, CHROMIUM, CURL, OPENSSL)


def need(part: Part, fault: str | None) -> None:
    """Go on when *fault* is None; else fail where CI asks for everything, and skip on a user's machine."""
    if fault is None:
        return
    reason = f"{part.missing} ({fault})"
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        pytest.fail(f"{reason}, and with CI=true every part is needed. {part.mend}.", pytrace=False)
    pytest.skip(reason)


@cache
def postgres_fault() -> str | None:
    """Why no PostgreSQL answers, or None."""
    return _database_fault(POSTGRES)


@cache
def mariadb_fault() -> str | None:
    """Why no MariaDB answers, or None."""
    return _database_fault(MARIADB)


@cache
def redis_fault() -> str | None:
    """Why no Redis answers, or None."""
    try:
        with redis.Redis.from_url(REDIS.place, socket_connect_timeout=PATIENCE) as server:
            server.ping()
    except (redis.RedisError, ValueError) as error:
        return _first_line(error)
    return None


@cache
def chromium_path() -> str | None:
    """The browser's executable, or None."""
    if chosen := CHROMIUM.place:
        return shutil.which(chosen)
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


@contextmanager
def fresh_postgres() -> Iterator[str]:
    """The URL of an empty PostgreSQL database, gone afterwards."""
    with _fresh(
        POSTGRES,
        lambda name: f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'",
        lambda connection, name: connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")),
    ) as url:
        yield url


@contextmanager
def fresh_mariadb() -> Iterator[str]:
    """The URL of an empty MariaDB database, gone afterwards."""
    with _fresh(MARIADB, lambda name: f"CREATE DATABASE {name} CHARACTER SET utf8mb4", _drop_mariadb) as url:
        yield url


@contextmanager
def fresh_redis() -> Iterator[str]:
    """The URL of an empty Redis database that is this test's alone: one of 1 to 15, emptied afterwards.

    A database that holds somebody's keys is never touched. Who has which is written in the database of the given URL.
    """
    with redis.Redis.from_url(REDIS.place) as ledger:
        number = next((n for n in range(1, 16) if _claim(ledger, n)), None)
        if number is None:
            pytest.fail("Redis has no empty database among 1 to 15 for the tests.", pytrace=False)
        try:
            yield _redis_url(number)
        finally:
            with redis.Redis.from_url(_redis_url(number)) as server:
                server.flushdb()
            ledger.srem("kirsch_test:used", number)
            ledger.delete(f"kirsch_test:claim:{number}")


def _database_fault(part: Part) -> str | None:
    try:
        url = make_url(part.place)
        with _connected(url):
            return None
    except SQLAlchemyError as error:
        return _first_line(error)


@contextmanager
def _connected(url: URL) -> Iterator[Connection]:
    engine = create_engine(
        url, isolation_level="AUTOCOMMIT", poolclass=NullPool, connect_args={"connect_timeout": PATIENCE}
    )
    with engine.connect() as connection:
        yield connection


@contextmanager
def _fresh(part: Part, create: Callable[[str], str], drop: Callable[[Connection, str], object]) -> Iterator[str]:
    server = make_url(part.place)
    name = f"{PREFIX}{os.getpid()}_{secrets.token_hex(4)}"
    with _connected(server) as connection:
        connection.execute(text(create(name)))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with _connected(server) as connection:
            drop(connection, name)


def _drop_mariadb(connection: Connection, name: str) -> None:
    # An open transaction would hold the database's tables, so its connections end first.
    query = text("SELECT id FROM information_schema.processlist WHERE db = :name")
    for (identifier,) in connection.execute(query, {"name": name}).all():
        try:
            connection.execute(text(f"KILL {identifier}"))
        except SQLAlchemyError as error:
            if "Unknown thread" not in str(error):
                raise
    connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))


def _claim(ledger: redis.Redis, number: int) -> bool:
    claim = f"kirsch_test:claim:{number}"
    if not ledger.set(claim, os.getpid(), nx=True, ex=900):
        return False
    with redis.Redis.from_url(_redis_url(number)) as server:
        if server.dbsize():
            if not ledger.sismember("kirsch_test:used", number):
                ledger.delete(claim)
                return False
            server.flushdb()  # the remains of a run of ours that was killed
    ledger.sadd("kirsch_test:used", number)
    return True


def _redis_url(number: int) -> str:
    return urlunsplit(urlsplit(REDIS.place)._replace(path=f"/{number}"))


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
