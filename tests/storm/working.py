"""Work that goes on and on: trainings, evaluations, exports. What failed is started again, as a person does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from itertools import count

from afsweb.core.models import EventSource, Host, WorkState
from datasets_app.exchange.exports import start_export
from datasets_app.exchange.formats import find_format
from datasets_app.models import Export
from evals_app.models import EvalRun
from evals_app.runs.launch import go_on, launch_eval
from tests.storm.acknowledged import Acknowledged
from tests.storm.ground import Ground
from tests.storm.patience import patiently
from training_app.launch import launch_run, resume_run
from training_app.models import TrainingRun

LOOK = 1.0  # seconds between two looks whether the last one ended
REST = 4.0  # seconds between two exports
SEED = 7  # of every training: equal trainings come to equal losses, whatever happened to them
EXPORTED = {"domain": "asm65816"}
BY_COMMAND = EventSource.CLI


def keep_training(ground: Ground, host: str, over: threading.Event, taken: Acknowledged) -> None:
    """One training after the other on a host."""
    for number in count():
        if over.wait(LOOK):
            return
        run = patiently(partial(launch_training, ground, f"storm-{host}-{number}", host))
        see_through(partial(go_on_training, run.pk, taken), over)


def launch_training(ground: Ground, name: str, host: str) -> TrainingRun:
    on = Host.objects.get(name=host)
    return launch_run(ground.recipe, ground.snapshot, name=name, by=None, host=on, seed=SEED, source=BY_COMMAND)


def go_on_training(pk: int, taken: Acknowledged) -> bool:
    """Whether the training has come to its end; one that failed is resumed."""
    run = TrainingRun.objects.select_related("job").get(pk=pk)
    if run.can_go_on and run.job and run.job.is_final:
        taken.count("trainings_resumed")
        resume_run(run, by=None, source=BY_COMMAND)
    return run.state == WorkState.SUCCEEDED


def keep_evaluating(ground: Ground, over: threading.Event, taken: Acknowledged) -> None:
    """One evaluation after the other."""
    while not over.wait(LOOK):
        run = patiently(partial(launch_eval, ground.suite, ground.version, None, source=BY_COMMAND))
        see_through(partial(go_on_evaluating, run.pk, taken), over)


def go_on_evaluating(pk: int, taken: Acknowledged) -> bool:
    """Whether the evaluation has come to its end; one that failed goes on."""
    run = EvalRun.objects.select_related("job").get(pk=pk)
    if run.can_go_on and run.job and run.job.is_final:
        taken.count("evaluations_resumed")
        go_on(run, None, BY_COMMAND)
    return run.state == WorkState.SUCCEEDED


def keep_exporting(over: threading.Event, taken: Acknowledged) -> None:
    """One export after the other; one that failed stays so, the next is another."""
    own = find_format("jsonl")
    for number in count(1):
        if over.wait(REST):
            return
        export = patiently(partial(start_export, f"storm-{number}", own, query=EXPORTED, by=None, via=BY_COMMAND))
        see_through(partial(has_ended, export.pk), over)
        taken.count(f"exports_{patiently(partial(Export.objects.select_related('job').get, pk=export.pk)).state}")


def has_ended(pk: int) -> bool:
    return Export.objects.select_related("job").get(pk=pk).state != "writing"


def see_through(is_over: Callable[[], bool], over: threading.Event) -> None:
    """Look now and then until it is over, or nobody waits any more."""
    while not patiently(is_over):
        if over.wait(LOOK):
            return
