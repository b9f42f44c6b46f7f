"""When a cron line is due, in a time zone with its summer time.

By cronsim, whose rules are Debian cron's (cron(8), "Daylight Saving Time and other time changes"): a time of day that
the clock jumps over comes right after the jump, one that it shows twice comes once, and lines with a * in minute or
hour go by real time. croniter, which rq brings along, ran 2:30 twice in the night when the clock goes back.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from afsweb.core.schedules.errors import BadCronLine, NoSuchTimeZone

FIELDS = 5  # cronsim also takes a sixth, for seconds: the reconcile rounds come every 15


def next_after(line: str, zone: str, moment: datetime) -> datetime:
    """The first time after `moment` at which `line` is due in `zone`, in UTC. Raises BadCronLine, NoSuchTimeZone."""
    start = moment.astimezone(find_zone(zone))
    if len(line.split()) != FIELDS:
        raise BadCronLine(line=line, problem=f"it has {len(line.split())} fields")
    try:
        return next(CronSim(line, start)).astimezone(UTC)
    except CronSimError as error:
        raise BadCronLine(line=line, problem=_plain(str(error))) from None
    except (StopIteration, RuntimeError):
        raise BadCronLine(line=line, problem="no day within 50 years is like that") from None


def find_zone(name: str) -> ZoneInfo:
    """The time zone called `name`. Raises NoSuchTimeZone."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError; odd names are paths to it
        raise NoSuchTimeZone(name=name) from None


def _plain(error: str) -> str:
    """cronsim's “Bad day-of-month” in our words."""
    return error.replace("Bad ", "it is wrong in the field ").replace("-of-", " of the ")
