"""A snapshot freezes accepted versions: chosen, divided, stored by content, and never changed afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from afsweb.core.artifacts import artifact_path, keep_artifact
from afsweb.core.models import Artifact, Event, Job, JobState, User
from datasets_app.exchange.sources import undo_source
from datasets_app.models import (
    Decider,
    Decision,
    Domain,
    Sample,
    SampleState,
    SampleVersion,
    Snapshot,
    SnapshotEntry,
    SnapshotState,
    Source,
    Text,
)
from datasets_app.models.snapshot import SnapshotIsImmutable
from datasets_app.review.decisions import decide
from datasets_app.samples.adding import make_current
from datasets_app.snapshots.building import Plan, delete_snapshot, set_archived, start_snapshot
from datasets_app.snapshots.choosing import Selection
from datasets_app.snapshots.errors import NameTaken, SnapshotEmpty, SnapshotInUse
from tests import rows
from tests.datasets.conftest import ImportLines, line, run_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(import_lines: ImportLines, reviewer: User) -> Source:
    """Twelve samples in eight groups; eleven accepted, two of them by a person, one golden."""
    made = import_lines([line(number) for number in range(12)])
    samples = list(Sample.objects.filter(source=made).order_by("pk"))
    Sample.objects.filter(pk__in=[one.pk for one in samples[:9]]).update(
        state=SampleState.ACCEPTED, decided_by=Decider.GATE
    )
    Sample.objects.filter(pk__in=[one.pk for one in samples[9:11]]).update(
        state=SampleState.ACCEPTED, decided_by=Decider.PERSON
    )
    assert samples[9].current is not None
    decide(reviewer, samples[9].current, Decision.GOLDEN, revision=samples[9].revision)
    return made


def build(name: str, source: Source, **wishes: Any) -> Snapshot:
    """A snapshot after its job ran."""
    asked: dict[str, Any] = {"name": name, "selection": Selection.of(source.domain), "validation_share": 0.2} | wishes
    plan = Plan(**asked)
    snapshot = start_snapshot(plan, by=None)
    assert snapshot.job is not None
    run_job(snapshot.job)
    snapshot.refresh_from_db()
    return snapshot


def lines_of(snapshot: Snapshot, split: str) -> list[dict[str, Any]]:
    assert snapshot.artifact is not None
    text = (artifact_path(snapshot.artifact) / f"{split}.jsonl").read_text(encoding="utf-8")
    return [json.loads(one) for one in text.split("\n") if one]


def test_it_holds_the_accepted_versions(source: Source) -> None:
    snapshot = build("first", source)
    assert (snapshot.state, snapshot.count, snapshot.gate_accepted_count) == (SnapshotState.READY, 11, 9)
    assert snapshot.validation_count == 2
    accepted = Sample.objects.filter(state=SampleState.ACCEPTED).values_list("current", flat=True)
    assert set(snapshot.entries.values_list("version", flat=True)) == set(accepted)


def test_the_files_hold_the_entries_in_their_order(source: Source) -> None:
    snapshot = build("first", source)
    for split, count in (("train", snapshot.train_count), ("validation", snapshot.validation_count)):
        entries = SnapshotEntry.objects.filter(snapshot=snapshot, split=split).order_by("position")
        assert [entry.position for entry in entries] == list(range(count))
        assert lines_of(snapshot, split) == [{"messages": entry.version.chat()} for entry in entries]


def test_the_trainer_reads_its_files(source: Source) -> None:
    from training_app.trainer.rows import read_rows

    snapshot = build("first", source)
    assert snapshot.artifact is not None
    folder = artifact_path(snapshot.artifact)
    assert len(read_rows(folder / "train.jsonl", required=True)) == snapshot.train_count
    assert len(read_rows(folder / "validation.jsonl", required=False)) == snapshot.validation_count


def test_no_group_is_on_both_sides(source: Source) -> None:
    snapshot = build("first", source, validation_share=0.5)
    groups = [
        set(snapshot.entries.filter(split=split).values_list("version__sample__group_id", flat=True))
        for split in ("train", "validation")
    ]
    assert groups[0] and groups[1] and not groups[0] & groups[1]


def test_equal_content_has_one_name(source: Source) -> None:
    first, second = build("first", source), build("second", source)
    assert first.sha256 == second.sha256
    assert first.artifact_id == second.artifact_id
    assert Artifact.objects.count() == 1


def test_another_seed_divides_another_way(source: Source) -> None:
    assert build("first", source).sha256 != build("second", source, seed=1).sha256


def test_the_name_is_the_same_in_another_database(source: Source, import_lines: ImportLines) -> None:
    first = build("first", source)
    Sample.objects.filter(source=source).update(state=SampleState.ARCHIVED, is_golden=False)
    again = import_lines([line(number) for number in reversed(range(11))])
    Sample.objects.filter(source=again).update(state=SampleState.ACCEPTED)
    assert build("second", again).sha256 == first.sha256


def test_golden_samples_alone(source: Source) -> None:
    snapshot = build("gold", source, selection=Selection({"golden": "yes"}))
    assert (snapshot.train_count, snapshot.validation_count) == (1, 0)
    assert snapshot.query == {"filter": {"golden": "yes"}, "source_ids": []}


def test_chosen_sources_alone(source: Source, import_lines: ImportLines) -> None:
    other = import_lines([line(20)])
    Sample.objects.filter(source=other).update(state=SampleState.ACCEPTED)
    assert build("one", source, selection=Selection(source_ids=(other.pk,))).count == 1


def test_an_edit_afterwards_changes_nothing(source: Source) -> None:
    snapshot = build("first", source)
    before = lines_of(snapshot, "train")
    sample = Sample.objects.filter(state=SampleState.ACCEPTED)[0]
    edited = SampleVersion.objects.create(sample=sample, number=2, **Text("Edited?", "", "Edited.").columns())
    make_current([edited.pk])
    assert lines_of(snapshot, "train") == before
    assert edited.pk not in snapshot.entries.values_list("version", flat=True)


def test_without_accepted_samples_it_is_refused(import_lines: ImportLines) -> None:
    import_lines([line(0)])
    with pytest.raises(SnapshotEmpty, match="let the gate decide"):
        start_snapshot(Plan("empty"), by=None)
    assert not Snapshot.objects.exists()


def test_samples_that_vanish_before_the_build_fail_it(source: Source) -> None:
    snapshot = start_snapshot(Plan("late"), by=None)
    undo_source(source, by=None)
    assert snapshot.job is not None
    job = run_job(snapshot.job)
    snapshot.refresh_from_db()
    assert (job.state, snapshot.state) == (JobState.FAILED, SnapshotState.FAILED)
    assert "No accepted sample" in snapshot.error
    assert job.error == snapshot.error


def test_samples_that_vanish_during_the_build_fail_it(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    def keep_then_undo(*args: Any) -> Artifact:
        artifact = keep_artifact(*args)
        undo_source(source, by=None)
        return artifact

    monkeypatch.setattr("datasets_app.snapshots.building.keep_artifact", keep_then_undo)
    snapshot = build("late", source)
    assert snapshot.state == SnapshotState.FAILED
    assert "Build it again" in snapshot.error
    assert not SnapshotEntry.objects.exists()


def test_a_name_is_taken_once(source: Source) -> None:
    build("first", source)
    with pytest.raises(NameTaken, match="Choose another name"):
        start_snapshot(Plan("first"), by=None)


def test_building_twice_gives_the_same(source: Source) -> None:
    snapshot = build("first", source)
    before = Snapshot.objects.values().get(pk=snapshot.pk)
    job = Job.objects.get(about_uuid=snapshot.uuid)
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, lease=None)
    run_job(job)
    assert Snapshot.objects.values().get(pk=snapshot.pk) == before
    assert Event.objects.filter(object_type="datasets.snapshot", verb="ready").count() == 1


def test_nothing_half_written_is_left(source: Source) -> None:
    build("first", source)
    assert not list(Path(settings.ARTIFACT_DIR, ".incoming").iterdir())


def test_a_ready_snapshot_refuses_every_change(source: Source) -> None:
    snapshot = build("first", source)
    snapshot.name = "renamed"
    with pytest.raises(SnapshotIsImmutable, match="never changed"):
        snapshot.save()
    with pytest.raises(SnapshotIsImmutable):
        snapshot.save(update_fields=["name", "is_archived"])
    entry = snapshot.entries.all()[0]
    entry.split = "validation"
    with pytest.raises(SnapshotIsImmutable):
        entry.save()


def test_it_can_be_archived_and_restored(source: Source) -> None:
    snapshot = build("first", source)
    set_archived(snapshot, True, by=None)
    snapshot.refresh_from_db()
    assert snapshot.is_archived
    set_archived(snapshot, False, by=None)
    verbs = Event.objects.filter(object_type="datasets.snapshot").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["build", "ready", "archive", "restore"]


def test_an_unused_snapshot_can_be_deleted(source: Source) -> None:
    delete_snapshot(build("first", source), by=None)
    assert not Snapshot.objects.exists()
    assert not SnapshotEntry.objects.exists()
    assert Sample.objects.filter(state=SampleState.ACCEPTED).count() == 11


def test_what_trained_on_it_keeps_it(source: Source) -> None:
    from training_app.models import TrainingRun

    snapshot = build("first", source)
    recipe = rows.make_recipe(rows.make_base())
    TrainingRun.objects.create(name="run 12", recipe=recipe, snapshot=snapshot)
    with pytest.raises(SnapshotInUse, match="run 12"):
        delete_snapshot(snapshot, by=None)
    assert snapshot.entries.count() == 11


def test_other_domains_stay_out(source: Source) -> None:
    with pytest.raises(SnapshotEmpty):
        start_snapshot(Plan("text", Selection.of(Domain.objects.get(slug="text"))), by=None)
