"""A body of a gibibyte, in memory that does not notice."""

import subprocess
import sys
from pathlib import Path

import pytest

CHILD = Path(__file__).with_name("gibibyte.py")


@pytest.mark.slow
@pytest.mark.parametrize("action", ["stream", "parts", "part_to_file", "upload"])
def test_a_gibibyte_fits_into_16_mebibytes(action, tmp_path):
    """Through a whole application, in a process of its own: as a stream, as parts, saved, and as an argument."""
    found = subprocess.run(
        [sys.executable, str(CHILD), action, str(tmp_path)], capture_output=True, text=True, timeout=280, check=True,
    )  # fmt: skip

    size, grown = found.stdout.split()
    assert int(size) == 2**30
    assert int(grown) <= 16 * 2**20
