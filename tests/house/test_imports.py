"""Optional parts stay out until they are asked for."""

import subprocess
import sys

import pytest

OPTIONAL = {"mako", "jinja2", "sqlalchemy", "alembic", "psycopg", "pymysql", "redis", "wtforms", "msgspec", "pydantic"}
OPTIONAL |= {"cheroot", "click"}


def loaded_by(module: str) -> set[str]:
    program = f"import sys, {module}; print(*sys.modules)"
    words = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    return {word.partition(".")[0] for word in words}


@pytest.mark.parametrize("module", ["kirsch", "kirsch.application", "kirsch.testing"])
def test_the_framework_loads_nothing_optional(module):
    """A site pays, in seconds and in memory, only for what its configuration switches on."""
    assert loaded_by(module).intersection(OPTIONAL) == set()
