"""A purge takes a sample's texts from everywhere, and leaves of what held them only what says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.db import IntegrityError, connection, transaction

from afsweb.core.models import Call, CallState, Endpoint, Event, Job, JobState, Notification, Provider, User
from datasets_app.comments.writing import write
from datasets_app.exchange.errors import NotReady
from datasets_app.exchange.exporting import export
from datasets_app.exchange.exports import start_export
from datasets_app.exchange.formats import find_format
from datasets_app.models import (
    Decision,
    Export,
    PairOrigin,
    PreferencePair,
    Sample,
    SampleVersion,
    Snapshot,
    SnapshotEntry,
    SnapshotState,
    Text,
)
from datasets_app.purge.errors import NotTyped, PurgeMustWait
from datasets_app.purge.looking import what_breaks
from datasets_app.purge.purging import PURGE, start_purge
from datasets_app.quality.examine import examine
from datasets_app.review.decisions import decide
from datasets_app.review.edit import edit
from datasets_app.snapshots.building import Plan, delete_snapshot, start_snapshot
from datasets_app.snapshots.choosing import Selection
from tests.datasets.conftest import run_job, run_queue
from tests.purge.conftest import WORD
from tests.rows import leased, make_base, make_recipe
from training_app.errors import SnapshotNotReady
from training_app.launch import launch_run
from training_app.models import TrainingRun

pytestmark = pytest.mark.django_db
FilesWith = Callable[[str], list[Path]]
JSONL = find_format("jsonl")


def build(name: str) -> Snapshot:
    snapshot = start_snapshot(Plan(name, Selection({"domain": "asm65816"}), 0.25), by=None)
    assert snapshot.job
    run_job(snapshot.job)
    snapshot.refresh_from_db()
    assert snapshot.state == SnapshotState.READY
    return snapshot


def purge(sample: Sample, by: User | None = None) -> Job:
    return run_job(start_purge(sample, str(sample.pk), by=by))


def everything() -> str:
    """All rows of all tables, as text."""
    rows = (row for model in apps.get_models() if model._meta.managed for row in model._default_manager.all())
    return str(serializers.serialize("json", rows))


def test_no_row_and_no_file_holds_its_text(samples: list[Sample], reviewer: User, files_with: FilesWith) -> None:
    sample, other = samples[0], samples[1]
    assert sample.current and other.current
    call = Call.objects.create(
        endpoint=Endpoint.objects.create(name="an endpoint", provider=Provider.GEMINI, model="m"),
        key="k", request_sha256="0" * 64, state=CallState.OK, answer=f"A {WORD}.",
    )  # fmt: skip
    SampleVersion.objects.filter(pk=sample.current.pk).update(call=call)
    write(reviewer, sample.current, f"Is a {WORD} meant, @{reviewer.username}?", field="output", line=1)
    decide(reviewer, sample.current, Decision.FLAG, revision=sample.revision, note=f"A {WORD}?")
    PreferencePair.objects.create(chosen=other.current, rejected=sample.current, origin=PairOrigin.CHOICE)
    edit(reviewer, sample.current, Text(f"What is a {WORD}?", "", f"An edited {WORD}."))
    run_queue()
    Sample.objects.update(state="accepted")
    build("first")
    made = start_export("all", JSONL, query={}, by=None)
    run_queue()
    assert WORD in everything() and len(files_with(WORD)) >= 2
    assert purge(sample).state == JobState.SUCCEEDED
    assert WORD not in everything()
    assert not files_with(WORD)
    made.refresh_from_db()
    assert (made.artifact, made.state) == (None, "failed")
    assert "purged since" in made.error
    assert not Notification.objects.exists()
    assert Sample.objects.count() == 3


def test_a_snapshot_that_held_it_says_so_and_keeps_the_rest(samples: list[Sample]) -> None:
    snapshot, before = build("first"), SnapshotEntry.objects.count()
    sha256 = snapshot.sha256
    purge(samples[0])
    snapshot.refresh_from_db()
    assert (snapshot.state, snapshot.artifact, snapshot.sha256) == (SnapshotState.PURGED, None, sha256)
    assert snapshot.figures and SnapshotEntry.objects.count() == before - 1
    with pytest.raises(NotReady, match="held a purged sample"):
        export(snapshot, JSONL)
    with pytest.raises(SnapshotNotReady):
        launch_run(make_recipe(make_base()), snapshot, name="again", by=None)
    event = Event.objects.get(verb="purge", object_type="datasets.snapshot")
    assert event.after == {"state": "purged", "sample": str(samples[0].uuid)}


def test_what_was_trained_on_it_stays(samples: list[Sample]) -> None:
    snapshot = build("first")
    run = TrainingRun.objects.create(name="veran", recipe=make_recipe(make_base()), snapshot=snapshot)
    ((shown, uses),) = what_breaks(samples[0]).snapshots
    assert (shown, [use.name for use in uses]) == (snapshot, ["veran"])
    purge(samples[0])
    assert TrainingRun.objects.get().snapshot == run.snapshot


def test_a_snapshot_that_did_not_hold_it_stays_as_it_is(samples: list[Sample], files_with: FilesWith) -> None:
    Sample.objects.filter(pk=samples[0].pk).update(state="rejected")
    snapshot = build("without")
    purge(samples[0])
    assert build("again").sha256 == snapshot.sha256
    assert files_with("one it is")


def test_another_sample_of_a_purged_snapshot_can_be_purged(samples: list[Sample]) -> None:
    snapshot = build("first")
    purge(samples[0])
    assert purge(samples[1]).state == JobState.SUCCEEDED
    assert SnapshotEntry.objects.filter(snapshot=snapshot).count() == 2


def test_files_of_a_deleted_snapshot_go_too(samples: list[Sample], files_with: FilesWith) -> None:
    delete_snapshot(build("first"), by=None)
    assert files_with(WORD)
    purge(samples[0])
    assert not files_with(WORD)


def test_one_line_of_history_stays(samples: list[Sample], admin_user: User) -> None:
    build("first")
    job = purge(samples[0], admin_user)
    line = Event.objects.get(verb="purge", object_type="datasets.sample")
    assert (line.actor, line.job_id, line.object_id) == (admin_user, job.pk, samples[0].pk)
    told = {name: line.after[name] for name in ("sample", "versions", "snapshots", "exports")}
    assert told == {"sample": str(samples[0].uuid), "versions": 1, "snapshots": 1, "exports": 0}
    assert len(line.after["files"]) == 1


def test_broken_off_before_its_files_it_goes_on_there(
    samples: list[Sample], files_with: FilesWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    build("first")
    job = start_purge(samples[0], str(samples[0].pk), by=None)
    with monkeypatch.context() as patch:
        patch.setattr("afsweb.core.artifacts.keeping.remove", _broken)
        assert run_job(job).state == JobState.FAILED
    assert not Sample.objects.filter(pk=samples[0].pk).exists() and files_with(WORD)
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, finished_at=None)
    job.refresh_from_db()
    assert run_job(job).state == JobState.SUCCEEDED
    assert not files_with(WORD)


def _broken(*_: Any) -> None:
    raise OSError("the disk is away")


def test_its_number_must_be_typed(samples: list[Sample]) -> None:
    for typed in ("", "yes", str(samples[1].pk)):
        with pytest.raises(NotTyped, match=f"Type the number of the sample, {samples[0].pk}"):
            start_purge(samples[0], typed, by=None)
    assert not Job.objects.filter(kind=PURGE).exists()


@pytest.mark.parametrize("work", ["snapshot", "export", "examination"])
def test_it_waits_for_what_may_write_the_text(work: str, samples: list[Sample]) -> None:
    jobs: dict[str, Callable[[], Job | None]] = {
        "snapshot": lambda: start_snapshot(Plan("slow", Selection({"domain": "asm65816"})), by=None).job,
        "export": lambda: start_export("slow", JSONL, query={}, by=None).job,
        "examination": lambda: examine(samples[0].source, None),
    }
    job = jobs[work]()
    assert job
    with pytest.raises(PurgeMustWait, match=job.title):
        start_purge(samples[0], str(samples[0].pk), by=None)
    run_job(job)
    assert purge(samples[0]).state == JobState.SUCCEEDED


def test_what_began_after_it_was_asked_for_stops_it(samples: list[Sample]) -> None:
    job = start_purge(samples[0], str(samples[0].pk), by=None)
    other = start_export("slow", JSONL, query={}, by=None)
    with leased(job) as ctx, pytest.raises(PurgeMustWait):
        from datasets_app.purge.purging import purge_sample

        purge_sample(ctx, **job.params)
    assert Sample.objects.count() == 4 and Export.objects.get() == other


def test_the_database_lets_a_ready_snapshot_be_purged_and_nothing_else(samples: list[Sample]) -> None:
    snapshot = build("first")
    for sql in (
        "UPDATE datasets_snapshot SET state = 'purged'",  # its files stay
        "UPDATE datasets_snapshot SET state = 'purged', artifact_id = NULL, seed = 9",
        "DELETE FROM datasets_snapshotentry",
    ):
        refused(sql)
    purge(samples[0])
    for sql in (
        "UPDATE datasets_snapshot SET state = 'ready'",
        "UPDATE datasets_snapshot SET state = 'building'",
        "UPDATE datasets_snapshot SET figures = '{}'",
        "UPDATE datasets_snapshotentry SET position = position + 10",
        f"INSERT INTO datasets_snapshotentry (snapshot_id, version_id, sample_id, split, position) "
        f"VALUES ({snapshot.pk}, {samples[1].current_id}, {samples[0].pk}, 'train', 99)",
    ):
        refused(sql)
    Snapshot.objects.filter(pk=snapshot.pk).update(is_archived=True)
    delete_snapshot(snapshot, by=None)
    assert not SnapshotEntry.objects.exists()


def test_a_line_of_history_can_be_emptied_and_not_rewritten(samples: list[Sample]) -> None:
    build("first")
    other, emptied = """'{"state": "other"}'""", """'{"purged": true}'"""
    for change in ("verb = 'other'", "reason = 'other'", f"after = {other}", f"before = {emptied}"):
        refused(f"UPDATE core_event SET {change}", "history is append-only")


def refused(sql: str, words: str = "immutable") -> None:
    with pytest.raises(Exception, match=words) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert isinstance(raised.value, IntegrityError) or "append-only" in str(raised.value)
