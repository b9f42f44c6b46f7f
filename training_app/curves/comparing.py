"""Several runs side by side: what differs in how they were made, and what came of it. Nothing here ranks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from afsweb.core.finding import read_uuid
from training_app.curves.reading import Curve, Curves
from training_app.diagnosis.finding import Finding
from training_app.diagnosis.overfitting import find_overfitting
from training_app.differences import compare_settings
from training_app.errors import NothingToCompare
from training_app.models import TrainingRun
from training_app.rows import run_rows

MOST = 50


@dataclass(frozen=True)
class Side:
    """One run: its values of the settings that differ, and the ends of its curves; None where it has no such point."""

    run: TrainingRun
    values: list[str]
    train: float | None
    validation: float | None
    best: float | None
    best_step: int | None
    overfits: Finding | None


def find_runs(called: Sequence[str]) -> list[TrainingRun]:
    """The runs with these uuids, each once, in this order; what names none is left out. Raises NothingToCompare."""
    wanted = list(dict.fromkeys(uuid for text in called if (uuid := read_uuid(text))))
    found = {run.uuid: run for run in run_rows().filter(uuid__in=wanted[: MOST + 1])}
    runs = [found[uuid] for uuid in wanted if uuid in found]
    if not 2 <= len(runs) <= MOST:
        raise NothingToCompare(most=MOST)
    return runs


def differing(runs: Sequence[TrainingRun]) -> dict[str, list[str]]:
    """Setting -> its value in each run, of the settings that are not the same in all."""
    own = {"snapshot": [run.snapshot.name for run in runs], "seed": [str(run.seed) for run in runs]}
    compared = compare_settings([run.recipe for run in runs])
    table = own | {one.name: [value.text for value in one.values] for one in compared}
    return {name: values for name, values in table.items() if len(set(values)) > 1}


def sides_of(
    runs: Sequence[TrainingRun], curves: Mapping[int, Curves], table: Mapping[str, Sequence[str]]
) -> list[Side]:
    """Each run with what `differing` said of it, `table`, and the ends of its curves."""
    return [_side(run, curves[run.pk], [column[at] for column in table.values()]) for at, run in enumerate(runs)]


def _side(run: TrainingRun, curves: Curves, values: list[str]) -> Side:
    validation = curves.validation
    best = int(validation.values.argmin()) if len(validation) else None
    return Side(
        run=run,
        values=values,
        train=_last(curves.train),
        validation=_last(validation),
        best=None if best is None else float(validation.values[best]),
        best_step=None if best is None else int(validation.steps[best]),
        overfits=find_overfitting(curves, run.recipe.params),
    )


def _last(curve: Curve) -> float | None:
    return float(curve.values[-1]) if len(curve) else None
