"""What people write into a field, and the value it stands for."""

from datetime import UTC, datetime

import pytest

from kirsch.crud.parsing import parse_moment


def test_a_moment_with_a_zone_is_kept_in_utc():
    """Without a zone it is in UTC already."""
    assert parse_moment("2026-03-31T09:30+02:00", zoned=True) == datetime(2026, 3, 31, 7, 30, tzinfo=UTC)
    assert parse_moment("2026-03-31 09:30", zoned=True) == datetime(2026, 3, 31, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00+14:00", "0001-01-01T12:00", "9999-12-31T12:00", "9999-12-31T23:59-14:00"]
)
def test_a_moment_that_some_zone_would_put_outside_the_calendar_is_refused(text: str):
    """A database would give it back in a zone where Python has no such year, and nobody could read the row again."""
    with pytest.raises(ValueError, match="Write a date and time"):
        parse_moment(text, zoned=True)
