"""When a cron line is due: after any moment, in any time zone, also in the nights when the clock is changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afsweb.core.schedules.cron import next_after
from afsweb.core.schedules.errors import BadCronLine, NoSuchTimeZone

VIENNA = ZoneInfo("Europe/Vienna")  # 2026: forward on 29 March at 2:00, back on 25 October at 3:00


def due_times(line: str, start: datetime, count: int, zone: str = "Europe/Vienna") -> list[str]:
    """The next due times, in the zone's own time with its offset."""
    found, moment = [], start
    for _ in range(count):
        moment = next_after(line, zone, moment)
        found.append(moment.astimezone(ZoneInfo(zone)).strftime("%d %H:%M %z"))
    return found


def test_a_night_run_keeps_its_time_of_day_when_summer_begins() -> None:
    times = due_times("0 1 * * *", datetime(2026, 3, 28, tzinfo=VIENNA), 3)
    assert times == ["28 01:00 +0100", "29 01:00 +0100", "30 01:00 +0200"]


def test_a_time_that_the_clock_jumps_over_comes_right_after_the_jump() -> None:
    times = due_times("30 2 * * *", datetime(2026, 3, 28, 12, tzinfo=VIENNA), 2)
    assert times == ["29 03:00 +0200", "30 02:30 +0200"]


def test_a_time_that_the_clock_shows_twice_comes_once() -> None:
    times = due_times("30 2 * * *", datetime(2026, 10, 24, 12, tzinfo=VIENNA), 2)
    assert times == ["25 02:30 +0200", "26 02:30 +0100"]


def test_every_half_hour_goes_by_real_time() -> None:
    times = due_times("*/30 * * * *", datetime(2026, 10, 25, 2, tzinfo=VIENNA), 4)
    assert times == ["25 02:30 +0200", "25 02:00 +0100", "25 02:30 +0100", "25 03:00 +0100"]


def test_twice_a_day_stays_at_noon_and_midnight() -> None:
    times = due_times("0 0,12 * * *", datetime(2026, 10, 24, 6, tzinfo=VIENNA), 4)
    assert times == ["24 12:00 +0200", "25 00:00 +0200", "25 12:00 +0100", "26 00:00 +0100"]


moments = st.datetimes(datetime(2025, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from(["UTC", "Europe/Vienna", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia"])
minutes, hours = st.integers(0, 59), st.integers(0, 23)


@given(moments, zones, minutes, hours)
def test_a_daily_line_comes_once_each_day_and_never_twice(start: datetime, zone: str, minute: int, hour: int) -> None:
    first = next_after(f"{minute} {hour} * * *", zone, start)
    second = next_after(f"{minute} {hour} * * *", zone, first)
    assert start < first < second
    days = [moment.astimezone(ZoneInfo(zone)).date() for moment in (first, second)]
    assert days[1] == days[0] + timedelta(days=1)


@given(moments, zones)
def test_the_next_time_lies_ahead_by_a_minute_at_most_for_every_minute(start: datetime, zone: str) -> None:
    assert timedelta(0) < next_after("* * * * *", zone, start) - start <= timedelta(minutes=1)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("", "it has 0 fields"),
        ("@daily", "it has 1 fields"),
        ("0 0 3 * * *", "it has 6 fields"),
        ("61 * * * *", "it is wrong in the field minute"),
        ("0 25 * * *", "it is wrong in the field hour"),
        ("0 3 32 * *", "it is wrong in the field day of the month"),
        ("0 3 * 13 *", "it is wrong in the field month"),
        ("0 3 * * 9", "it is wrong in the field day of the week"),
        ("0 3 31 2 *", "it is wrong in the field day of the month"),
        ("a b c d e", "it is wrong in the field minute"),
        ("*/0 * * * *", "it is wrong in the field minute"),
    ],
)
def test_a_wrong_line_is_refused_with_what_is_wrong(line: str, problem: str) -> None:
    with pytest.raises(BadCronLine) as refused:
        next_after(line, "UTC", datetime(2026, 1, 1, tzinfo=UTC))
    assert f"“{line}” says no time: {problem}. Write five fields" in str(refused.value)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "/etc/localtime", "UTC\0"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(NoSuchTimeZone, match="There is no time zone"):
        next_after("0 3 * * *", zone, datetime(2026, 1, 1, tzinfo=UTC))
