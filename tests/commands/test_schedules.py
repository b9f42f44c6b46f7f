"""`afs schedule` and `afs finding`: what the house does by itself, and what it found wrong."""

from __future__ import annotations

import pytest
from django.db import transaction

from afsweb.core.findings import Found, report
from afsweb.core.models import Event, EventSource, Job, JobState, Schedule
from tests.commands.conftest import Afs
from tests.schedules.making import make_schedule

pytestmark = pytest.mark.django_db


def test_the_usual_ones_are_added_and_listed(afs: Afs) -> None:
    assert afs("schedule", "list").out == "There are none. `afs schedule usual` adds the usual ones.\n"
    assert afs("schedule", "usual").out.startswith("added: Catalogue, Dataset sync, Clean-up, Model backup")
    assert afs("schedule", "usual").out == "all of them are there\n"
    lines = afs("schedule", "list").out.splitlines()
    assert len(lines) == Schedule.objects.count()
    assert "At 03:00 every day, UTC" in next(line for line in lines if line.startswith("Model backup"))


def test_one_is_run_and_waited_for(afs: Afs, worker: None) -> None:
    make_schedule(kind="datasets.mirror", params={})
    said = afs("schedule", "run", "nightly")
    assert (said.status, said.out) == (0, "nightly: succeeded  Off: AFS_MIRROR names no folder on this machine.\n")
    shown = afs("schedule", "show", "nightly").out
    assert "At 03:00 every day, UTC (0 3 * * *), next " in shown
    assert "succeeded" in shown


def test_one_is_left_to_the_workers_and_not_run_twice_at_once(afs: Afs) -> None:
    make_schedule()
    assert afs("schedule", "run", "nightly", "--no-wait").out.startswith("nightly: in the line  /jobs/")
    said = afs("schedule", "run", "nightly")
    assert (said.status, said.out) == (1, "")
    assert "is not done with its last run yet" in said.err
    assert Job.objects.get().state == JobState.QUEUED


def test_off_and_on(afs: Afs) -> None:
    make_schedule()
    assert afs("schedule", "disable", "nightly").out == "nightly: runs no more by itself\n"
    assert "off" in afs("schedule", "list").out
    assert afs("schedule", "enable", "nightly").out.startswith("nightly: next ")
    assert set(Event.objects.values_list("source", flat=True)) == {EventSource.CLI}


def test_one_that_is_not_there_is_refused(afs: Afs) -> None:
    make_schedule()
    said = afs("schedule", "run", "weekly")
    assert said.status == 1
    assert "There is no schedule “weekly”. There are: nightly." in said.err


def test_findings_are_listed_with_what_to_do(afs: Afs) -> None:
    assert (afs("finding", "list").status, afs("finding", "list").out) == (0, "nothing\n")
    with transaction.atomic():
        report("counters", [Found("1", "It does not add up.", "Count again.", "/samples/")])
    said = afs("finding", "list")
    assert said.status == 1
    assert "counters: It does not add up." in said.out
    assert "Count again.  /samples/" in said.out
    with transaction.atomic():
        report("counters", [])
    assert afs("finding", "list").status == 0
    assert "It does not add up." in afs("finding", "list", "--settled").out
