"""Dates, numbers and sums as people of one language write them: `locale()` of a template."""

from datetime import UTC, date, datetime, timedelta

from kirsch.request import Request
from kirsch.tool import Setup
from kirsch.tools import load_tool


def formatted(root, language, **options):
    """The formats of one language, as templates see them."""
    (root / "locale").mkdir()
    tool = load_tool("translation")(languages=[language], source=language, **options)
    tool.prepare(Setup(root))
    return tool.offers()["translations"](Request.blank("/")).locale


def test_dates_and_numbers_look_as_people_write_them(tmp_path):
    """In the site's time zone; what has no zone is UTC."""
    locale = formatted(tmp_path, "de", timezone="Europe/Berlin")
    late = datetime(2026, 12, 31, 23, 30)

    assert locale.date(date(2026, 3, 1)) == "01.03.2026"
    assert locale.date(late) == "01.01.2027"
    assert locale.time(late) == "00:30"
    assert locale.datetime(late, "short") == "01.01.27, 00:30"
    assert locale.datetime(late.replace(tzinfo=UTC), "yyyy-MM-dd HH:mm") == "2027-01-01 00:30"
    assert locale.ago(late, now=late + timedelta(hours=3)) == "vor 3 Stunden"
    assert locale.ago(late, now=late - timedelta(days=2)) == "in 2 Tagen"
    assert locale.span(timedelta(minutes=5)) == "5 Minuten"
    assert locale.number(1234567.891) == "1.234.567,891"
    assert locale.number(0.5, "#,##0.00") == "0,50"
    assert locale.percent(0.25) == "25\xa0%"
    assert locale.currency(9.5, "EUR") == "9,50\xa0€"
    assert locale.list(["a", "b", "c"]) == "a, b und c"
    assert (locale.name, locale.language) == ("Deutsch", "de")


def test_a_language_that_is_written_from_the_right_says_so(tmp_path):
    """For `<html dir>`."""
    assert formatted(tmp_path, "ar").direction == "rtl"
