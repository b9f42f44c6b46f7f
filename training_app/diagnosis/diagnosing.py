"""All rules on one run: two statements for its curves, one for its answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from training_app.curves.reading import Curve, Curves, Measure, read_curves
from training_app.diagnosis.answers import Answer, find_collapse, find_forgetting
from training_app.diagnosis.finding import Finding
from training_app.diagnosis.gradients import find_explosion
from training_app.diagnosis.loss import find_divergence, find_flat
from training_app.diagnosis.overfitting import find_overfitting
from training_app.models import RunText, TrainingRun


@dataclass(frozen=True)
class Diagnosis:
    """What the rules found, and how much they had to look at."""

    findings: list[Finding]
    steps: int
    validations: int
    answers: int


def diagnose(run: TrainingRun, texts: Iterable[RunText]) -> Diagnosis:
    """Look at the run as it is now; `texts` are its answers at checkpoints. Two statements."""
    curves, gradients = read_curves([run.pk])[run.pk], read_curves([run.pk], Measure.GRADIENT)[run.pk].train
    answers = [Answer(one.step, one.question, one.expected, one.said, one.right) for one in texts]
    found = look(curves, gradients, answers, run.recipe.params)
    return Diagnosis(found, len(curves.train), len(curves.validation), len(answers))


def look(curves: Curves, gradients: Curve, answers: Sequence[Answer], params: dict[str, object]) -> list[Finding]:
    """What the rules find in these, in the order in which a person should read it."""
    found = (
        find_divergence(curves.train, gradients, params),
        find_explosion(gradients, params),
        find_flat(curves.train, gradients, params),
        find_overfitting(curves, params),
        find_forgetting(answers, params),
        find_collapse(answers, params),
    )
    return [one for one in found if one is not None]
