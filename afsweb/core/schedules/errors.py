"""What a person can put right about schedules."""

from __future__ import annotations

from afsweb.refusal import Refusal


class ScheduleError(Refusal):
    """This schedule cannot be as it is."""


class BadCronLine(ScheduleError):
    """“{line}” says no time: {problem}. Write five fields (minute, hour, day of the month, month, day of the week),
    such as 0 3 * * * for 3 o'clock every day."""


class NoSuchTimeZone(ScheduleError):
    """There is no time zone “{name}”. Write its name as in Europe/Vienna, or UTC."""


class NoSuchKind(ScheduleError):
    """There is no job of the kind “{kind}”. The Jobs page's filter lists the kinds."""


class BadParams(ScheduleError):
    """A job of the kind “{kind}” cannot be run with these parameters: {problem}."""


class StillBusy(ScheduleError):
    """“{schedule}” is not done with its last run yet. Look at its job, or stop that first."""
