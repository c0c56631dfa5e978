"""What the tests of routing share."""

import pytest

from kirsch.routing import Mapper


@pytest.fixture
def mapper():
    """An empty table of routes."""
    return Mapper()
