"""What every test may ask for: fresh databases, Redis, a browser, a seed; and closing lines about what was missing."""

import os
import secrets
import shutil
from collections.abc import Iterator

import pytest

import parts


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The SQLAlchemy URL of an empty PostgreSQL database, dropped afterwards."""
    parts.need(parts.POSTGRES, parts.postgres_fault())
    with parts.fresh_postgres() as url:
        yield url


@pytest.fixture
def mariadb_url() -> Iterator[str]:
    """The SQLAlchemy URL of an empty MariaDB database, dropped afterwards."""
    parts.need(parts.MARIADB, parts.mariadb_fault())
    with parts.fresh_mariadb() as url:
        yield url


@pytest.fixture
def redis_url() -> Iterator[str]:
    """The URL of an empty Redis database that no other test uses, emptied afterwards."""
    parts.need(parts.REDIS, parts.redis_fault())
    with parts.fresh_redis() as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser's executable."""
    path = parts.chromium_path()
    parts.need(parts.CHROMIUM, None if path else "no executable found")
    return str(path)


@pytest.fixture(scope="session")
def curl() -> str:
    """The path of the program curl."""
    return _program(parts.CURL)


@pytest.fixture(scope="session")
def openssl() -> str:
    """The path of the program openssl."""
    return _program(parts.OPENSSL)


@pytest.fixture
def seed() -> int:
    """The number that starts a randomised test: shown when the test fails, and set again by KIRSCH_TEST_SEED."""
    number = int(os.environ.get("KIRSCH_TEST_SEED") or secrets.randbelow(2**32))
    print(f"KIRSCH_TEST_SEED={number}")
    return number


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Close with one line per missing part that says how to get it."""
    reasons = [report.longrepr[2] for report in terminalreporter.stats.get("skipped", []) if _has_reason(report)]
    for part in parts.PARTS:
        if count := sum(part.missing in reason for reason in reasons):
            terminalreporter.write_line(part.advice(count), yellow=True)


def _program(part: parts.Part) -> str:
    path = shutil.which(part.place)
    parts.need(part, None if path else "no executable found")
    return str(path)


def _has_reason(report: pytest.TestReport) -> bool:
    return isinstance(report.longrepr, tuple)
