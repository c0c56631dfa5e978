"""The databases, the Redis and the browser of the tests are fresh, and leave nothing behind."""

import subprocess
import sys
from pathlib import Path

import pytest
import redis
from sqlalchemy import create_engine, text

import parts


@pytest.mark.parametrize(
    ("part", "fresh"), [(parts.POSTGRES, parts.fresh_postgres), (parts.MARIADB, parts.fresh_mariadb)]
)
def test_a_test_database_is_empty_and_goes_away_with_its_connections(part, fresh):
    """A connection that a test forgot, with an open transaction, does not keep the database alive."""
    parts.need(part, parts.postgres_fault() if part is parts.POSTGRES else parts.mariadb_fault())
    with fresh() as url:
        forgotten = create_engine(url).connect()
        forgotten.execute(text("CREATE TABLE album (id INTEGER PRIMARY KEY)"))
        forgotten.execute(text("INSERT INTO album VALUES (1)"))

    with pytest.raises(Exception, match=r"(?i)unknown database|does not exist"):
        create_engine(url).connect()
    forgotten.invalidate()
    forgotten.close()


def test_two_tests_never_share_a_redis_database():
    """Keys of one are not seen by the other, and both are empty afterwards."""
    parts.need(parts.REDIS, parts.redis_fault())
    with parts.fresh_redis() as first, parts.fresh_redis() as second:
        redis.Redis.from_url(first).set("key", "value")
        seen = redis.Redis.from_url(second).get("key")

    assert first != second
    assert seen is None
    assert redis.Redis.from_url(first).dbsize() == 0


@pytest.mark.slow
@pytest.mark.parametrize(("continuous", "outcome"), [("", 0), ("true", 1)])
def test_a_missing_part_is_named_with_its_cure(tmp_path, monkeypatch, continuous, outcome):
    """On a user's machine the test is skipped and the last line says how to get the part; with CI=true it fails."""
    (tmp_path / "conftest.py").write_text(_conftest())
    (tmp_path / "test_some.py").write_text("def test_it(chromium): pass\ndef test_that(chromium): pass\n")
    monkeypatch.setenv("KIRSCH_TEST_CHROMIUM", "no-such-browser")
    monkeypatch.setenv("CI", continuous)

    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)

    assert ran.returncode == outcome, ran.stdout + ran.stderr
    assert "Chromium is missing" in ran.stdout
    assert "sudo apt-get install chromium" in ran.stdout


def _conftest() -> str:
    folder = Path(parts.__file__).parent
    return f"import sys\nsys.path.insert(0, {str(folder)!r})\n" + (folder / "conftest.py").read_text()
