"""How a version answers the same cases again: its repeats, and its other runs of the same suite asked the same way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from afsweb.core.models import WorkState
from evals_app.models import EvalRun, Result, ResultState
from evals_app.results.scores import UNPARSED_SCORE
from evals_app.stats import Noise, noise_floor, noise_of

# Two runs answered the same way when these are the same; the seed of the draws is what may differ.
ALIKE = ("scorer", "template", "judge", "simulator")
DRAWN = ("temperature", "max_new_tokens")


@dataclass(frozen=True)
class Repeats:
    """The scores of every answer that a version gave to each case, by the case's key; `counted`: repeats of the run."""

    counted: int
    cases: dict[str, tuple[str, list[float]]]

    def noise(self, keys: Collection[str] | None = None) -> Noise | None:
        """The noise of the run's score over all cases, or over those with these keys."""
        chosen = (told for key, told in self.cases.items() if keys is None or key in keys)
        return noise_of(chosen, self.counted)


def repeats_of(run: EvalRun) -> Repeats:
    """The run's answers and those of its version's other finished runs that were made the same way. Two queries."""
    others = EvalRun.objects.filter(version=run.version_id, suite__sha256=run.suite.sha256, state=WorkState.SUCCEEDED)
    runs = [other.pk for other in others if other.pk == run.pk or _is_alike(run, other)]
    found = Repeats(run.repeats, {})
    if len(runs) == 1 and run.repeats == 1:
        return found
    rows = Result.objects.filter(run__in=runs, state__in=(ResultState.SCORED, ResultState.UNPARSED))
    for key, cluster, score in rows.order_by("case__key").values_list("case__key", "case__cluster", "score"):
        found.cases.setdefault(key, (cluster, []))[1].append(UNPARSED_SCORE if score is None else score)
    return found


def floor_of(repeats: tuple[Repeats, Repeats], keys: Collection[str] | None = None) -> float | None:
    """The noise floor of the difference of two runs, over all cases or over those with these keys."""
    return noise_floor(*(side.noise(keys) for side in repeats))


def _is_alike(run: EvalRun, other: EvalRun) -> bool:
    hashes = all(run.hashes.get(name, "") == other.hashes.get(name, "") for name in ALIKE)
    return hashes and all(run.sampling.get(name) == other.sampling.get(name) for name in DRAWN)
