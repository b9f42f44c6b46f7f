"""Whether a version forgot what its base could: both on the general suites, against the noise of asking twice."""

from __future__ import annotations

from dataclasses import dataclass

from afsweb.core.models import WorkState
from evals_app.compare.comparability import are_alike
from evals_app.compare.noise import floor_of, repeats_of
from evals_app.compare.pairing import difference, pair_up
from evals_app.models import EvalRun, Purpose
from evals_app.results.scores import case_scores
from evals_app.stats import Paired
from training_app.models import ModelVersion
from training_app.registry.versions import plain_bases

SUITES = 4


@dataclass(frozen=True)
class Ability:
    """A version on one general suite. `base`: its base's newest run there, None without one.

    `floor`: how far apart two scores stay when nothing differs but the draws; None where nobody asked twice.
    """

    run: EvalRun
    base: EvalRun | None
    paired: Paired | None
    floor: float | None

    @property
    def has_forgotten(self) -> bool:
        """Whether the whole interval of the difference lies below zero by more than the noise floor."""
        return self.paired is not None and self.paired.high < -(self.floor or 0.0)


def abilities_of(version: ModelVersion) -> list[Ability]:
    """The version on the general suites that it answered, its newest run on each."""
    runs = EvalRun.objects.filter(version=version, state=WorkState.SUCCEEDED, suite__purpose=Purpose.GENERAL)
    newest = runs.order_by("suite__slug", "-pk").distinct("suite__slug").select_related("suite", "version")
    return [_ability(run) for run in newest[:SUITES]]


def _ability(run: EvalRun) -> Ability:
    base = None if run.version.is_plain_base else _base_run(run)
    if base is None:
        return Ability(run, None, None, None)
    found = difference(pair_up(case_scores(base), case_scores(run)))
    return Ability(run, base, found.paired if found else None, floor_of((repeats_of(base), repeats_of(run))))


def _base_run(run: EvalRun) -> EvalRun | None:
    """The newest run of the plain base on the same cases, drawn the same way, scored by the same scorers."""
    plain = plain_bases().filter(base_model=run.version.base_model_id)
    runs = EvalRun.objects.filter(suite__sha256=run.suite.sha256, state=WorkState.SUCCEEDED, version__in=plain)
    same = [one for one in runs.select_related("version", "suite").order_by("-pk")[:20] if are_alike(one, run)]
    return same[0] if same else None
