"""A bound on the statements of a block."""

import pytest
import sqlalchemy

from kirsch.testing import assert_queries


def ask(engine, times):
    """Send some statements."""
    with engine.connect() as connection:
        for number in range(times):
            connection.execute(sqlalchemy.text(f"SELECT {number}"))


@pytest.fixture
def engine():
    """A database in memory."""
    engine = sqlalchemy.create_engine("sqlite://")
    yield engine
    engine.dispose()


def test_statements_within_the_bound_pass(engine):
    """And are there to be looked at; those outside the block do not count."""
    with assert_queries(engine, at_most=2) as statements:
        ask(engine, 2)
    ask(engine, 5)

    assert statements == ["SELECT 0", "SELECT 1"]


def test_too_many_statements_are_listed(engine):
    """So that the one too many is seen at once."""
    listed = r"3 SQL statements where 2 are allowed:\n  1. SELECT 0\n"

    with pytest.raises(AssertionError, match=listed), assert_queries(engine, at_most=2):
        ask(engine, 3)


def test_a_failure_inside_is_not_hidden(engine):
    """The block's own exception comes first."""
    with pytest.raises(ZeroDivisionError), assert_queries(engine, at_most=0):
        ask(engine, 1 // 0)
