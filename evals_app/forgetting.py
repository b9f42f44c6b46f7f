"""Whether a version forgot what its base could: both on the general suites, against the noise of asking twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from afsweb.core.models import WorkState
from evals_app.compare.pairing import difference, pair_up
from evals_app.models import EvalRun, Purpose, ResultState, Suite
from evals_app.scores import UNPARSED_SCORE, case_scores
from evals_app.stats import Paired
from evals_app.stats.intervals import cluster_means
from training_app.models import ModelVersion

SUITES = 4
SCORED = (ResultState.SCORED, ResultState.UNPARSED)


@dataclass(frozen=True)
class Ability:
    """A version on one general suite. `base`: its base's newest run there, None without one.

    `floor`: how far two askings of the same version lay apart at most; None where nobody asked twice.
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
    return Ability(run, base, found.paired if found else None, noise_floor(run.suite, (base, run)))


def _base_run(run: EvalRun) -> EvalRun | None:
    """The newest run of the plain base on the same cases, drawn the same way, scored by the same scorers."""
    plain = ModelVersion.objects.filter(
        base_model=run.version.base_model_id, run=None, adapter=None, weights=None, imported_from=""
    )
    runs = EvalRun.objects.filter(suite__sha256=run.suite.sha256, state=WorkState.SUCCEEDED, version__in=plain)
    same = [one for one in runs.select_related("version", "suite").order_by("-pk")[:20] if _is_like(one, run)]
    return same[0] if same else None


def _is_like(one: EvalRun, other: EvalRun) -> bool:
    return all(one.hashes.get(name) == other.hashes.get(name) for name in ("scorer", "sampling"))


def noise_floor(suite: Suite, runs: Iterable[EvalRun]) -> float | None:
    """The largest difference between two askings of one version: repeats of a run, and other runs of these versions.

    None where nobody asked twice.
    """
    apart: list[float] = []
    for run in runs:
        others = EvalRun.objects.filter(version=run.version_id, suite__sha256=suite.sha256, state=WorkState.SUCCEEDED)
        alike = [one for one in others.order_by("-pk")[:5] if _is_like(one, run)]
        askings = [asking for one in alike for asking in _askings(one)]
        apart += [abs(_mean_difference(a, b)) for a, b in combinations(askings, 2)]
    return max(apart, default=None)


def _askings(run: EvalRun) -> list[dict[str, tuple[str, float]]]:
    """For each repeat: case key -> its fact and score."""
    rows = run.results.filter(state__in=SCORED).values_list("repeat", "case__key", "case__cluster", "score")
    found: dict[int, dict[str, tuple[str, float]]] = {}
    for repeat, key, cluster, score in rows:
        found.setdefault(repeat, {})[key] = cluster, UNPARSED_SCORE if score is None else score
    return list(found.values())


def _mean_difference(one: dict[str, tuple[str, float]], other: dict[str, tuple[str, float]]) -> float:
    pairs = [(one[key][0], one[key][1] - other[key][1]) for key in one if key in other]
    return float(cluster_means(pairs).mean()) if pairs else 0.0
