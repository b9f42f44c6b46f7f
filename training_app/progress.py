"""How a run stands: its newest figures, its last sealed checkpoint, and the end of its log."""

from __future__ import annotations

from dataclasses import dataclass

from afsweb.core.models import JobLog
from training_app.models import Checkpoint, Metric, TrainingRun

LOG_LINES = 40


@dataclass(frozen=True)
class Progress:
    """The newest step's figures of each split, None before the first; the log's last lines, oldest first."""

    train: Metric | None
    validation: Metric | None
    checkpoint: Checkpoint | None
    log: list[JobLog]


def progress_of(run: TrainingRun) -> Progress:
    """Four queries."""
    return Progress(
        train=run.metrics.filter(is_validation=False).order_by("-step").first(),
        validation=run.metrics.filter(is_validation=True).order_by("-step").first(),
        checkpoint=run.checkpoints.order_by("-step").first(),
        log=list(run.job.log.order_by("-pk")[:LOG_LINES])[::-1] if run.job else [],
    )
