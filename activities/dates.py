"""A date as it stands in an address."""

import datetime as dt


class DayConverter:
    """2026-06-14; a date the calendar lacks is an address that does not exist."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date) -> str:
        return value.isoformat()
