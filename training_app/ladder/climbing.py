"""Climbing the ladder in a training's job: the next rung becomes a row of the run's story, and the next spec."""

from __future__ import annotations

from typing import Any

from django.template.defaultfilters import filesizeformat

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.text import storable
from training_app.checkpoints.beginning import begin_at_zero
from training_app.errors import MemoryNeverEnough
from training_app.ladder.rungs import Change, next_change
from training_app.models import Rung, TrainingRun

PAST_THE_LAST = Change("nothing is left to change")


def with_rungs(run: TrainingRun, spec: dict[str, Any]) -> dict[str, Any]:
    """The spec with what earlier attempts had to change: an attempt begins on the rung that the last one was on."""
    for settings in run.rungs.values_list("settings", flat=True):
        spec = spec | settings
    return spec


def climb(ctx: JobContext, run: TrainingRun, spec: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """The spec of the next rung, written down with what the trainer `told` (its event `out_of_memory`).

    Raises MemoryNeverEnough past the last rung, and where memory ran out before a batch was made, which no rung helps.
    """
    change = None if told["step"] is None else next_change(spec, on_cpu=told["device"] == "cpu")
    if change is not None and change.begins_anew:
        begin_at_zero(ctx, run)
    _write_down(ctx, run, change or PAST_THE_LAST, told)
    if change is None:
        raise MemoryNeverEnough(when=_when(told["step"]), said=said_by(told).rstrip("."))
    return spec | change.settings


def _write_down(ctx: JobContext, run: TrainingRun, change: Change, told: dict[str, Any]) -> None:
    with ctx.fenced():
        last = run.rungs.order_by("-number").first()
        if last is None or last.what != change.what:  # past the last again, after a resume
            number, said = (last.number if last else 0) + 1, storable(said_by(told))[:300]
            facts = {"what": change.what, "settings": change.settings, "step": told["step"], "said_by": said}
            Rung.objects.create(run=run, number=number, **facts)
        if change.settings:
            run.spec = {**run.spec, **change.settings}
            run.save(update_fields=["spec"])
        ctx.log(f"memory ran out {_when(told['step'])}: {change.what}")


def _when(step: int | None) -> str:
    if step is None:
        return "while the model was loaded"
    return f"after step {step:,}" if step else "in the first step"


def said_by(told: dict[str, Any]) -> str:
    """The device, its bytes where they are known, and its own words."""
    taken = told.get("reserved") or told.get("allocated")
    of = f" of {filesizeformat(told['total'])}" if told.get("total") else ""
    figures = f", {filesizeformat(taken)}{of} taken" if taken else ""
    return f"{told.get('device') or 'the device'}{figures}: {told['said']}".replace("\xa0", " ")
