"""The trainer's events become rows once each, whatever is read twice or written again after a resume."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from afsweb.core.jobs.context import JobContext, LeaseLost
from afsweb.core.models import Job, JobState
from datasets_app.models import Snapshot, SnapshotState
from training_app.events import EventTail, keep_events
from training_app.models import TrainingRun

STARTED = {
    "seq": 1, "type": "started", "at": "now", "max_steps": 40, "device": "cpu", "trainable_parameters": 5,
    "total_parameters": 9, "versions": {"trl": "1"}, "resumed_from": None,
}  # fmt: skip


def log(seq: int, step: int, loss: float) -> dict[str, Any]:
    return {"seq": seq, "type": "log", "step": step, "loss": loss, "mean_token_accuracy": 0.5, "tokens_per_s": 10.0}


def sealed(seq: int, step: int, removed: list[int]) -> dict[str, Any]:
    return {"seq": seq, "type": "checkpoint", "step": step, "sha256": "a" * 64, "bytes": 7, "removed": removed}


def test_metrics_checkpoints_and_the_start_are_kept(ctx: JobContext, run: TrainingRun) -> None:
    keep_events(ctx, run, [STARTED, log(2, 1, 3.5), log(3, 2, 3.0), sealed(4, 2, [])])
    run.refresh_from_db()
    assert (run.step, run.max_steps, run.events_seen) == (2, 40, 4)
    assert run.environment["versions"] == {"trl": "1"}
    assert list(run.metrics.values_list("step", "loss", "accuracy")) == [(1, 3.5, 0.5), (2, 3.0, 0.5)]
    assert run.checkpoints.get().step == 2
    assert "40 steps" in ctx.job.log.all()[0].text


def test_an_event_read_twice_counts_once(ctx: JobContext, run: TrainingRun) -> None:
    events = [STARTED, log(2, 1, 3.5)]
    keep_events(ctx, run, events)
    keep_events(ctx, run, events)
    assert run.metrics.count() == 1
    assert ctx.job.log.count() == 1


def test_a_step_written_again_after_a_resume_replaces_the_first(ctx: JobContext, run: TrainingRun) -> None:
    keep_events(ctx, run, [log(1, 1, 3.5), log(2, 2, 3.0)])
    keep_events(ctx, run, [log(3, 2, 2.9)])
    assert list(run.metrics.values_list("step", "loss")) == [(1, 3.5), (2, 2.9)]


def test_train_and_validation_of_one_step_are_two_rows(ctx: JobContext, run: TrainingRun) -> None:
    keep_events(ctx, run, [log(1, 2, 3.0), {"seq": 2, "type": "eval", "step": 2, "loss": 3.2, "accuracy": 0.4}])
    assert list(run.metrics.order_by("is_validation").values_list("is_validation", "loss")) == [
        (False, 3.0),
        (True, 3.2),
    ]


def test_a_removed_checkpoint_is_marked(ctx: JobContext, run: TrainingRun) -> None:
    keep_events(ctx, run, [sealed(1, 2, []), sealed(2, 4, [2])])
    assert dict(run.checkpoints.values_list("step", "is_kept")) == {2: False, 4: True}


def answered(seq: int, step: int, *said: str) -> dict[str, Any]:
    texts = [{"question": f"q{n}", "expected": "A", "said": one, "right": one == "A"} for n, one in enumerate(said)]
    return {"seq": seq, "type": "texts", "step": step, "texts": texts, "right": said.count("A") / len(said)}


def test_answers_at_a_checkpoint_are_kept(ctx: JobContext, run: TrainingRun, tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text("".join(json.dumps(answered(n, 2 * n, "A", "B\x00")) + "\n" for n in (1, 2)))
    keep_events(ctx, run, EventTail(tmp_path / "events.jsonl").new())
    assert list(run.texts.filter(step=4).values_list("question", "said", "right")) == [
        ("q0", "A", 1.0),
        ("q1", "B�", 0.0),
    ]
    assert "step 4: 1 of 2 validation questions answered right" in ctx.job.log.values_list("text", flat=True)


def test_answers_given_again_after_a_resume_replace_the_first(ctx: JobContext, run: TrainingRun) -> None:
    keep_events(ctx, run, [answered(1, 2, "A", "B", "B")])
    keep_events(ctx, run, [answered(2, 2, "A", "A")])
    assert list(run.texts.values_list("said", flat=True)) == ["A", "A"]


def test_answers_go_and_come_no_more_when_their_samples_are_purged(ctx: JobContext, run: TrainingRun) -> None:
    keep_events(ctx, run, [answered(1, 2, "A")])
    Snapshot.objects.filter(pk=run.snapshot_id).update(state=SnapshotState.PURGED, artifact=None)
    assert not run.texts.exists()
    keep_events(ctx, run, [answered(2, 4, "A")])
    assert not run.texts.exists()


def test_a_step_keeps_the_time_at_which_the_trainer_wrote_it(ctx: JobContext, run: TrainingRun) -> None:
    times = {1: "2026-11-27T09:00:01.500+00:00", 2: "now", 3: "2026-11-27T09:00:03", 4: None}
    keep_events(ctx, run, [log(step, step, 1.0) | ({"at": at} if at else {}) for step, at in times.items()])
    assert [one.at and one.at.isoformat() for one in run.metrics.all()] == [
        "2026-11-27T09:00:01.500000+00:00",
        *[None] * 3,
    ]


def test_what_failed_is_told_with_what_to_do(ctx: JobContext, run: TrainingRun) -> None:
    keep_events(ctx, run, [{"seq": 1, "type": "failed", "error": "Out of memory.", "advice": "Halve the batch."}])
    run.refresh_from_db()
    assert run.error == "Out of memory. Halve the batch."


def test_without_the_lease_nothing_is_written(ctx: JobContext, run: TrainingRun) -> None:
    Job.objects.filter(pk=ctx.job.pk).update(state=JobState.QUEUED, lease=None)
    with pytest.raises(LeaseLost):
        keep_events(ctx, run, [log(1, 1, 3.5)])
    assert not run.metrics.exists()


def test_the_tail_waits_for_the_rest_of_a_line(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    tail = EventTail(path)
    assert tail.new() == []
    path.write_text(json.dumps({"seq": 1}) + '\n{"seq"')
    assert tail.new() == [{"seq": 1}]
    path.write_text(json.dumps({"seq": 1}) + '\n{"seq": 2}\n')
    assert tail.new() == [{"seq": 2}]
