"""Where an attempt begins: with what lies here, with a checkpoint that another machine sent, or at step 0."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from afsweb.core.artifacts.fetching import fetch_artifact
from afsweb.core.jobs.context import JobContext
from afsweb.storage import ArtifactDamaged, ArtifactMissing, PlaceLacks
from afsweb.storage.room import room_in
from training_app.backends.trl import work_dir
from training_app.checkpoints.sending import folder_of
from training_app.errors import WorkFolderBusy
from training_app.models import Checkpoint, TrainingRun
from training_app.trainer.checkpoints import ASIDE, CHECKPOINTS
from training_app.trainer.errors import WorkDirBusy
from training_app.trainer.events import EVENTS
from training_app.trainer.lock import hold
from training_app.trainer.result import ADAPTER, WEIGHTS

MEGABYTE = 1_000_000


def begin_here(ctx: JobContext, run: TrainingRun) -> None:
    """Have in the work folder what this attempt goes on from. Fetches; call it outside transactions.

    A run that another machine had begun goes on from the checkpoint that it sent, under a file of events of its own:
    what was kept of later steps is forgotten, and comes again. Raises WorkFolderBusy, and what a fetch raises.
    """
    if not run.events_seen or _lies_here(ctx, run):
        return
    found = _newest_sent(ctx, run)
    with _alone(run) as folder:
        _empty(folder, ADAPTER, WEIGHTS, ASIDE, CHECKPOINTS, EVENTS)
        if found is not None:
            _put(*found)
    newest = found[0] if found else None
    with ctx.fenced():
        ctx.log(
            f"goes on from step {newest.step}: its checkpoint came from {run.host}"
            if newest
            else f"begins at step 0 again: the checkpoints are on {run.host}"
        )
        run.events_seen = 0
        _forget_after(run, newest)
        if newest:
            Checkpoint.objects.filter(pk=newest.pk).update(host=ctx.job.host)


def begin_at_zero(ctx: JobContext, run: TrainingRun) -> None:
    """Forget all steps of the run, here and in its rows: what comes is another training. The events are counted on."""
    with _alone(run) as folder:
        _empty(folder, ASIDE, CHECKPOINTS)
    with ctx.fenced():
        _forget_after(run, None)


def _lies_here(ctx: JobContext, run: TrainingRun) -> bool:
    return run.host == (ctx.job.host or run.host) and (work_dir(run) / EVENTS).exists()


def _newest_sent(ctx: JobContext, run: TrainingRun) -> tuple[Checkpoint, Path] | None:
    """The newest checkpoint whose files are on the hub, and its folder here; older ones where that is damaged."""
    rows = run.checkpoints.filter(is_kept=True, artifact__isnull=False).select_related("artifact", "run")
    for one in rows.order_by("-step"):
        assert one.artifact is not None
        try:
            tell = lambda done, total: ctx.progress(done // MEGABYTE, total // MEGABYTE, "MB of the checkpoint")  # noqa: E731
            return one, fetch_artifact(one.artifact, tell)
        except (ArtifactMissing, ArtifactDamaged, PlaceLacks) as error:
            ctx.log(f"the checkpoint of step {one.step} cannot be gone on from: {error}")
    return None


@contextmanager
def _alone(run: TrainingRun) -> Iterator[Path]:
    """The work folder, held as a trainer holds it: one that lost its parent may still be ending its step there."""
    folder = work_dir(run)
    try:
        with hold(folder):
            yield folder
    except WorkDirBusy:
        raise WorkFolderBusy(run=run) from None


def _empty(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _put(checkpoint: Checkpoint, files: Path) -> None:
    target = folder_of(checkpoint)
    target.parent.mkdir(parents=True)
    with room_in(target.parent):
        shutil.copytree(files, target)


def _forget_after(run: TrainingRun, newest: Checkpoint | None) -> None:
    run.step = newest.step if newest else 0
    run.metrics.filter(step__gt=run.step).delete()
    run.texts.filter(step__gt=run.step).delete()
    others = run.checkpoints.exclude(pk=newest.pk) if newest else run.checkpoints.all()
    others.update(is_kept=False, artifact=None)
    run.save(update_fields=["events_seen", "step"])
