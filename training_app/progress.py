"""How a run stands: its newest figures, how long it will take, its checkpoints, and the end of its log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from django.db.models import Count, Sum

from afsweb.core.models import JobLog
from training_app.models import Checkpoint, Metric, TrainingRun

LOG_LINES, STATES = 40, 20
REMEMBERED = 50  # steps whose times the usual one is the median of
# Kernels compile and caches fill in the first steps of a run: they take longer than those that are still to come.
WARM_UP, ENOUGH = 3, 4


@dataclass(frozen=True)
class State:
    """The run at one step: its sealed checkpoint, and how many of `questions` it answered right there; None: not asked.

    A checkpoint is None where the run answered questions and sealed nothing.
    """

    step: int
    checkpoint: Checkpoint | None
    right: float | None
    questions: int | None


@dataclass(frozen=True)
class Progress:
    """The newest step's figures of each split, None before the first; the log's last lines, oldest first.

    `seconds_left` until the last step, None while nobody can say.
    """

    train: Metric | None
    validation: Metric | None
    states: list[State]
    log: list[JobLog]
    seconds_left: float | None

    @property
    def checkpoint(self) -> Checkpoint | None:
        """The newest that is sealed."""
        return next((one.checkpoint for one in self.states if one.checkpoint), None)


def progress_of(run: TrainingRun) -> Progress:
    """Five queries."""
    newest = list(run.metrics.filter(is_validation=False).order_by("-step")[: REMEMBERED + 1])
    return Progress(
        train=newest[0] if newest else None,
        validation=run.metrics.filter(is_validation=True).order_by("-step").first(),
        states=states_of(run),
        log=list(run.job.log.order_by("-pk")[:LOG_LINES])[::-1] if run.job else [],
        seconds_left=seconds_left(run, newest) if run.is_active else None,
    )


def states_of(run: TrainingRun) -> list[State]:
    """The newest states of the run, the last one first. Two queries."""
    sealed = {one.step: one for one in run.checkpoints.select_related("host").order_by("-step")[:STATES]}
    answers = run.texts.order_by("-step").values_list("step").annotate(Sum("right"), Count("pk"))[:STATES]
    said = {step: (right, count) for step, right, count in answers}
    steps = sorted({*sealed, *said}, reverse=True)[:STATES]
    return [State(step, sealed.get(step), *said.get(step, (None, None))) for step in steps]


def seconds_left(run: TrainingRun, newest: Sequence[Metric]) -> float | None:
    """How long the steps that are left take at the usual pace of the newest ones; None while nobody can say.

    `newest` are the last steps, the last one first. The first steps of a run are left out, and so are, by taking the
    median, those that also saved, validated or waited for a machine.
    """
    usual = usual_seconds(newest)
    if usual is None or not run.max_steps:
        return None
    return usual * max(0, run.max_steps - newest[0].step)


def usual_seconds(newest: Sequence[Metric]) -> float | None:
    """The median time of a step in seconds; None before there are enough of them."""
    timed = [(one.step, one.at) for one in newest if one.at is not None and one.step > WARM_UP]
    paces = [
        (later - earlier).total_seconds() / (step - before)
        for (step, later), (before, earlier) in pairwise(timed)
        if step > before
    ]
    return max(0.0, median(paces)) if len(paces) >= ENOUGH else None
