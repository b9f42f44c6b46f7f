"""A worker started again under its name after a crash: what the dead one held need not wait for its lease to expire.

Which process had the name stands in the home, with the time it began, so that a number given out again fools nobody.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import psutil
from django.conf import settings

from afsweb.core.jobs.leases import lose
from afsweb.core.models import Job, JobState
from afsweb.services.home import write_private
from afsweb.services.pidfile import SLACK


def give_up_predecessor(label: str, name: str) -> int:
    """Give back the job of the last worker called `label` here, if that is dead; write down that `name` is it now.

    Returns how many jobs it were.
    """
    path = settings.HOME_DIR / "workers" / f"{label}.json"
    given_up = sum(map(_give_up, _jobs_of_the_dead(path)))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    me = psutil.Process()
    write_private(path, json.dumps({"name": name, "pid": me.pid, "created": me.create_time()}))
    return given_up


def _jobs_of_the_dead(path: Path) -> list[Job]:
    try:
        facts = json.loads(path.read_text())
        name, pid, created = str(facts["name"]), int(facts["pid"]), float(facts["created"])
    except (OSError, ValueError, KeyError, TypeError):
        return []
    # A process of somebody else, whose start nobody may ask for, is not it.
    with suppress(psutil.Error):
        if abs(psutil.Process(pid).create_time() - created) < SLACK:
            return []  # it lives, under the same name as we
    return list(Job.objects.filter(worker=name, state=JobState.LEASED))


def _give_up(job: Job) -> bool:
    assert job.lease is not None  # a constraint of the table
    return lose(job, job.lease, "its worker was killed, and another began under the same name")
