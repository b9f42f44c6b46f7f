"""Which days of a backup stay: 7 days, 4 weeks, 12 months, the usual grandfather-father-son.

It goes by the days that there are, not by today's date: a hub that was off for a year, or whose clock went wrong, loses
none of them. Models change slowly: a year of months has the last good one of any mistake that somebody still notices.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date

DAYS, WEEKS, MONTHS = 7, 4, 12


def days_to_keep(days: Iterable[date]) -> set[date]:
    """Of the days that have a backup: the newest 7, the newest of each of 4 weeks, the newest of each of 12 months."""
    newest_first = sorted(set(days), reverse=True)
    by_week = _newest_of(newest_first, lambda day: day.isocalendar()[:2], WEEKS)
    by_month = _newest_of(newest_first, lambda day: (day.year, day.month), MONTHS)
    return {*newest_first[:DAYS], *by_week, *by_month}


def _newest_of(newest_first: list[date], part: Callable[[date], Hashable], count: int) -> list[date]:
    first: dict[Hashable, date] = {}
    for day in newest_first:
        first.setdefault(part(day), day)
    return list(first.values())[:count]
