"""`afs dashboard`: what the first page says."""

from __future__ import annotations

import pytest

from afsweb.core.models import JobState, Role, User
from tests.commands.conftest import Afs
from tests.web import loop

pytestmark = pytest.mark.django_db


def test_an_empty_hub_says_what_each_station_needs(afs: Afs) -> None:
    User.objects.create_user("ann", role=Role.VIEWER)
    said = afs("dashboard").out
    assert said.startswith("what waits for ann\nnothing runs and nothing waits\nwhere the loop stands\n")
    assert "Training run  none yet: needs a snapshot" in said
    assert "comparison said" not in said


def test_what_waits_runs_and_was_compared(afs: Afs) -> None:
    User.objects.create_user("ann", role=Role.TRAINER)
    loop.add_source(3)
    loop.add_jobs(JobState.LEASED, 1)
    loop.add_jobs(JobState.QUEUED, 2)
    comparison = loop.add_comparison()
    said = afs("dashboard").out
    assert "  3 samples to review  /review/\n" in said
    assert "what runs\n" in said
    assert "  2 more wait\n" in said
    assert "improved by 0.75: +0.75, 95 % interval " in said
    assert said.endswith(f"  18 fixed, 0 broke  {comparison.get_absolute_url()}\n")


def test_of_several_people_one_is_named(afs: Afs) -> None:
    User.objects.create_user("ann", role=Role.VIEWER)
    User.objects.create_user("ben", role=Role.REVIEWER)
    loop.add_source(3)
    assert "ann, ben" in afs("dashboard").err
    assert "samples to review" in afs("dashboard", "--as", "ben").out
    assert "samples to review" not in afs("dashboard", "--as", "ann").out
