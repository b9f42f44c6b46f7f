"""A run whose machine is lost goes on elsewhere from the checkpoint that it sent: no gap in its curve, no double."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from afsweb.core.artifacts import drop_artifact, keep_artifact
from afsweb.core.models import Artifact, ArtifactKind, Host, WorkState
from afsweb.storage.store import place_of
from tests import trainer_double
from tests.rows import run_job
from tests.training.conftest import Launch
from training_app.backends.trl import work_dir
from training_app.checkpoints import sending
from training_app.launch import resume_run
from training_app.models import Metric, TrainingRun

BREAKS = {"breaks_after": 7}
STEPS = {"max_steps": 12, "save_every": 3, "eval_every": 0}


def curve(run: TrainingRun) -> list[tuple[int, float | None]]:
    return list(run.metrics.filter(is_validation=False).order_by("step").values_list("step", "loss"))


def expected(run: TrainingRun) -> list[tuple[int, float]]:
    return list(enumerate(trainer_double.undisturbed(12, run.seed), start=1))


def go_on(run: TrainingRun, host: Host, settings: Any, folder: Path) -> TrainingRun:
    """Resume it on a machine whose runs lie in `folder`."""
    settings.WORK_DIR = folder
    resume_run(run, by=None)
    run.refresh_from_db()
    assert run.job is not None
    run_job(run.job, host)
    return TrainingRun.objects.select_related("job", "host").get(pk=run.pk)


@pytest.fixture
def broken(launch: Launch) -> TrainingRun:
    """A run whose trainer broke off after step 7; its checkpoint of step 6 is sent."""
    run, job = launch(BREAKS, **STEPS)
    assert run_job(job).name == "failed"
    return TrainingRun.objects.get(pk=run.pk)


@pytest.fixture
def attic(db: None) -> Host:
    return Host.objects.create(name="attic")


def test_the_newest_checkpoint_is_sent_and_earlier_ones_go(broken: TrainingRun) -> None:
    sent = broken.checkpoints.get(artifact__isnull=False)
    assert sent.step == 6
    assert Artifact.objects.filter(kind=ArtifactKind.CHECKPOINT).get() == sent.artifact


def test_another_machine_goes_on_from_it(broken: TrainingRun, attic: Host, settings: Any, tmp_path: Path) -> None:
    Metric.objects.create(run=broken, step=9, loss=9.0)  # the lost machine was further than what it sent
    Metric.objects.filter(run=broken, step=7).update(loss=9.0)
    run = go_on(broken, attic, settings, tmp_path / "attic")
    assert (run.state, run.step, run.host) == (WorkState.SUCCEEDED, 12, attic)
    assert curve(run) == expected(run)
    assert run.job and run.job.log.filter(text="goes on from step 6: its checkpoint came from tests").exists()
    assert run.job.log.filter(text__endswith="goes on from step 6").exists()
    kept = run.checkpoints.filter(is_kept=True).order_by("step").values_list("step", "host__name")
    assert list(kept) == [(9, "attic"), (12, "attic")]


def test_a_finished_run_leaves_no_checkpoint_on_the_hub(
    broken: TrainingRun, attic: Host, settings: Any, tmp_path: Path
) -> None:
    run = go_on(broken, attic, settings, tmp_path / "attic")
    assert not run.checkpoints.filter(artifact__isnull=False).exists()
    assert not Artifact.objects.filter(kind=ArtifactKind.CHECKPOINT).exists()


def test_the_same_machine_goes_on_with_what_lies_there(broken: TrainingRun, settings: Any) -> None:
    tests = Host.objects.get(name="tests")
    run = go_on(broken, tests, settings, settings.WORK_DIR)
    assert (run.state, curve(run)) == (WorkState.SUCCEEDED, expected(run))
    assert run.job and not run.job.log.filter(text__contains="came from").exists()


def test_a_machine_that_lost_its_work_folder_begins_from_what_was_sent(
    broken: TrainingRun, settings: Any, tmp_path: Path
) -> None:
    run = go_on(broken, Host.objects.get(name="tests"), settings, tmp_path / "new-disk")
    assert (run.state, curve(run)) == (WorkState.SUCCEEDED, expected(run))


def test_what_an_earlier_stay_left_is_not_gone_on_from(
    broken: TrainingRun, attic: Host, settings: Any, tmp_path: Path
) -> None:
    """The run was here, went elsewhere, and comes back: what lies here is of another course of it."""
    settings.WORK_DIR = tmp_path / "attic"
    stale = work_dir(broken)
    trainer_double.make_base(stale / "checkpoints" / "step-00000099")
    (stale / "events.jsonl").write_text('{"seq": 500, "type": "note", "text": "old"}\n')
    (stale / "adapter").mkdir()
    run = go_on(broken, attic, settings, tmp_path / "attic")
    assert (run.state, curve(run)) == (WorkState.SUCCEEDED, expected(run))
    assert run.job and not run.job.log.filter(text="old").exists()


def test_a_damaged_checkpoint_is_said_and_the_run_begins_anew(
    broken: TrainingRun, attic: Host, settings: Any, tmp_path: Path
) -> None:
    artifact = Artifact.objects.get(kind=ArtifactKind.CHECKPOINT)
    (place_of(settings.ARTIFACT_DIR, artifact.sha256) / "files" / "state.json").write_text("1.5")
    run = go_on(broken, attic, settings, tmp_path / "attic")
    assert (run.state, curve(run)) == (WorkState.SUCCEEDED, expected(run))
    lines = list(run.job.log.values_list("text", flat=True)) if run.job else []
    assert any(line.startswith("the checkpoint of step 6 cannot be gone on from: ") for line in lines)
    assert "begins at step 0 again: the checkpoints are on tests" in lines


def test_a_checkpoint_that_does_not_fit_the_quota_stays_here_and_the_log_says_why(
    launch: Launch, settings: Any
) -> None:
    run, job = launch(BREAKS, **STEPS)
    settings.ARTIFACT_QUOTA_BYTES = 1
    run_job(job)
    run.refresh_from_db()
    assert (run.step, run.checkpoints.filter(artifact__isnull=False).exists()) == (7, False)
    said = "^the checkpoint of step 6 is on this machine alone: .* more do not fit"
    assert job.log.filter(text__regex=said).exists()


def test_a_chosen_machine_stays_chosen(launch: Launch, attic: Host) -> None:
    run, job = launch(BREAKS, **STEPS)
    type(job).objects.filter(pk=job.pk).update(pinned_host=attic)
    run_job(job, attic)
    run.refresh_from_db()
    resume_run(run, by=None)
    run.refresh_from_db()
    assert run.job and run.job.pinned_host == attic


def test_any_machine_may_go_on_where_none_was_chosen(broken: TrainingRun) -> None:
    resume_run(broken, by=None)
    broken.refresh_from_db()
    assert broken.job and broken.job.pinned_host is None


def test_equal_files_that_another_run_lets_go_meanwhile_are_sent_again(
    launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Equal trainings seal equal files, which are one artifact: the other may drop it before this one refers to it."""
    real, seen = keep_artifact, []

    def keep_and_lose(*args: Any) -> Artifact:
        artifact = real(*args)
        seen.append(artifact.sha256)
        if len(seen) == 1:
            drop_artifact(artifact)
        return artifact

    monkeypatch.setattr(sending, "keep_artifact", keep_and_lose)
    run, job = launch(BREAKS, **STEPS)
    run_job(job)
    sent = run.checkpoints.get(artifact__isnull=False)
    assert (sent.step, len(seen) > 1) == (6, True)
