"""The log files of a site that is served are rotated under its hands."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

SITE = """
[site]
name = "shop"
[tools.accesslog]
file = "access.log"
format = "{target} {status}"
"""
PATIENCE = 10


def holds(path: Path, line: str) -> bool:
    """Whether a line is there, now or in a moment: it is written when the answer has gone out."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if path.exists() and line in path.read_text().splitlines():
            return True
        time.sleep(0.02)
    return False


@pytest.mark.slow
def test_a_log_that_is_moved_away_is_begun_anew(shop):
    """With a SIGHUP after it, as rotating programs send, or without; no line is lost."""
    shop.write("config/site.toml", SITE)
    log, first, second = (shop.root / name for name in ("access.log", "access.log.2", "access.log.1"))
    command = [sys.executable, "manage.py", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=shop.root, stdout=subprocess.PIPE, text=True) as process:
        url = re.search(r"http://\S+", process.stdout.readline()).group()
        urlopen(f"{url}/?1").close()
        assert holds(log, "/?1 200")
        log.rename(first)
        process.send_signal(signal.SIGHUP)
        urlopen(f"{url}/?2").close()
        assert holds(log, "/?2 200")
        log.rename(second)
        urlopen(f"{url}/?3").close()
        assert holds(log, "/?3 200")
        process.send_signal(signal.SIGTERM)

    lines = [path.read_text().splitlines() for path in (first, second, log)]
    assert lines == [["/?1 200"], ["/?2 200"], ["/?3 200"]]
    assert process.returncode == 0
