"""A whole source can be undone while no snapshot holds a sample of it, and archived and brought back at any time."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from afsweb.core.models import Event, Job, JobState, User
from datasets_app.exchange.errors import SourceBusy, SourceInUse
from datasets_app.exchange.sources import archive_source, dependents_of, restore_source, undo_source
from datasets_app.models import (
    Decision,
    Embedding,
    Review,
    Sample,
    SampleState,
    SampleVersion,
    Score,
    Snapshot,
    SnapshotEntry,
    Source,
    SourceState,
    Text,
    Verdict,
)
from datasets_app.review.decisions import decide
from datasets_app.review.edit import edit
from tests.datasets.conftest import ImportLines, line, run_queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(import_lines: ImportLines, reviewer: User) -> Source:
    """Three examined samples: one accepted, one golden, one edited."""
    made = import_lines([line(number) for number in range(3)])
    run_queue()
    first, second, third = Sample.objects.filter(source=made).order_by("pk")
    assert first.current and second.current and third.current
    decide(reviewer, first.current, Decision.ACCEPT, revision=0)
    decide(reviewer, second.current, Decision.GOLDEN, revision=0)
    edit(reviewer, third.current, Text("Edited?", "", "Edited."))
    return made


def snapshot_with(source: Source) -> Snapshot:
    snapshot = Snapshot.objects.create(name="held", domain=source.domain)
    version = SampleVersion.objects.filter(sample__source=source)[0]
    SnapshotEntry.objects.create(snapshot=snapshot, version=version, split="train", position=0)
    return snapshot


def test_undo_deletes_all_that_hangs_on_it(source: Source) -> None:
    assert undo_source(source, by=None) == 3
    source.refresh_from_db()
    assert source.state == SourceState.UNDONE
    for model in (Sample, SampleVersion, Verdict, Score, Embedding, Review):
        assert not model.objects.exists(), model


def test_undo_leaves_other_sources_alone(source: Source, import_lines: ImportLines) -> None:
    other = import_lines([line(5)])
    undo_source(source, by=None)
    assert Sample.objects.filter(source=other).count() == SampleVersion.objects.count() == 1


def test_undo_is_history(source: Source, trainer: User) -> None:
    undo_source(source, by=trainer)
    event = Event.objects.get(object_type="datasets.source", object_id=source.pk, verb="undo")
    assert (event.actor, event.before["state"], event.after) == (trainer, "active", {"state": "undone", "deleted": 3})


def test_undo_twice_does_nothing_more(source: Source) -> None:
    undo_source(source, by=None)
    assert undo_source(source, by=None) == 0
    assert Event.objects.filter(object_type="datasets.source", verb="undo").count() == 1


def test_undo_is_refused_while_a_snapshot_holds_a_sample(source: Source) -> None:
    snapshot_with(source)
    with pytest.raises(SourceInUse, match="“held”"):
        undo_source(source, by=None)
    source.refresh_from_db()
    assert (source.state, Sample.objects.count()) == (SourceState.ACTIVE, 3)


def test_undo_waits_for_the_import(source: Source) -> None:
    Job.objects.filter(about_uuid=source.uuid).update(state=JobState.QUEUED)
    with pytest.raises(SourceBusy, match="Wait until its job has ended"):
        undo_source(source, by=None)


def test_undo_of_a_failed_import_throws_its_file_away(
    import_lines: ImportLines, django_capture_on_commit_callbacks: Any
) -> None:
    failed = import_lines([{"instruction": "only"}])
    assert list(settings.MEDIA_ROOT.glob("**/*.jsonl"))
    with django_capture_on_commit_callbacks(execute=True):
        undo_source(failed, by=None)
    assert not list(settings.MEDIA_ROOT.glob("**/*.jsonl"))


def test_the_same_file_may_come_again_after_undo(import_lines: ImportLines) -> None:
    undo_source(import_lines([line(0)]), by=None)
    assert import_lines([line(0)]).state == SourceState.ACTIVE


def test_what_hangs_on_a_source_is_counted(source: Source) -> None:
    snapshot = snapshot_with(source)
    found = dependents_of(source)
    assert (found.samples, found.accepted, found.golden, found.reviews) == (3, 2, 1, 3)
    assert found.snapshots == [snapshot]


def test_archive_takes_every_sample_along(source: Source) -> None:
    assert archive_source(source, by=None) == 3
    source.refresh_from_db()
    assert source.state == SourceState.ARCHIVED
    assert set(Sample.objects.values_list("state", "is_golden")) == {(SampleState.ARCHIVED, False)}


def test_archive_is_possible_while_a_snapshot_holds_a_sample(source: Source) -> None:
    snapshot_with(source)
    assert archive_source(source, by=None) == 3


def test_restored_samples_wait_for_review(source: Source) -> None:
    archive_source(source, by=None)
    assert restore_source(source, by=None) == 3
    assert set(Sample.objects.values_list("state", "decided_by")) == {(SampleState.PENDING, "")}
    source.refresh_from_db()
    assert source.state == SourceState.ACTIVE


def test_archiving_twice_counts_once(source: Source) -> None:
    archive_source(source, by=None)
    assert archive_source(source, by=None) == 0
