"""Dates, numbers and sums as people write them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from babel import Locale, dates, lists, numbers

Length = Literal["full", "long", "medium", "short"]
Number = int | float | Decimal
Moment: TypeAlias = datetime
Clock: TypeAlias = time


class Localized:
    """What a value looks like in one language; ``locale()`` in templates."""

    def __init__(self, locale: Locale, zone: tzinfo) -> None:
        self._locale = locale
        self._zone = zone

    @property
    def language(self) -> str:
        """The tag of the language, for ``<html lang="...">``."""
        return str(self._locale).replace("_", "-")

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return self._locale.get_display_name() or self.language

    @property
    def direction(self) -> str:
        """The way it is written, ltr or rtl, for ``<html dir="...">``."""
        return self._locale.text_direction

    def date(self, value: date, format: Length | str = "medium") -> str:
        """A day; a moment is the day it is in the site's time zone."""
        return dates.format_date(self._here(value), format, locale=self._locale)

    def time(self, value: Moment | Clock, format: Length | str = "short") -> str:
        """A time of day."""
        here = self._here(value) if isinstance(value, datetime) else value
        return dates.format_time(here, format, tzinfo=self._zone, locale=self._locale)

    def datetime(self, value: Moment, format: Length | str = "medium") -> str:
        """A moment, in the site's time zone."""
        return dates.format_datetime(self._here(value), format, tzinfo=self._zone, locale=self._locale)

    def ago(self, value: Moment, now: Moment | None = None) -> str:
        """How long ago a moment was, or in how long it will be, roughly."""
        since = self._here(value) - self._here(now or datetime.now(UTC))
        return dates.format_timedelta(since, add_direction=True, locale=self._locale)

    def span(self, value: timedelta) -> str:
        """How long something takes, roughly."""
        return dates.format_timedelta(value, locale=self._locale)

    def number(self, value: Number, format: str | None = None) -> str:
        """A number, by a pattern such as ``#,##0.00`` if one is given."""
        return numbers.format_decimal(value, format, locale=self._locale)

    def percent(self, value: Number, format: str | None = None) -> str:
        """0.25 as 25 %."""
        return numbers.format_percent(value, format, locale=self._locale)

    def currency(self, value: Number, currency: str) -> str:
        """A sum of money; *currency* is its code in ISO 4217, ``EUR``."""
        return numbers.format_currency(value, currency, locale=self._locale)

    def list(self, items: Sequence[str]) -> str:
        """Things in a row: a, b and c."""
        return lists.format_list([str(item) for item in items], locale=self._locale)

    def _here(self, value: Any) -> Any:
        if not isinstance(value, datetime):
            return value
        return (value if value.tzinfo is not None else value.replace(tzinfo=UTC)).astimezone(self._zone)
