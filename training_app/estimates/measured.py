"""What runs like this one took of their machines: the peak of memory beside what was estimated, and the power."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from afsweb.core.models import WorkState
from training_app.estimates.speed import same_size
from training_app.models import Recipe, TrainingRun
from training_app.preview.fit import memory_of
from training_app.preview.shape import Shape

NEWEST = 50
SHOWN = 5


@dataclass(frozen=True)
class Peak:
    """A run's estimate beside its measured peak, in bytes; `error` is the estimate's, as a share of the measured."""

    run: TrainingRun
    estimated: float
    measured: float

    @property
    def error(self) -> float:
        return self.estimated / self.measured - 1


def runs_like(recipe: Recipe) -> list[TrainingRun]:
    """The newest finished runs with the same method on a base of this size that measured anything; one statement."""
    runs = TrainingRun.objects.filter(
        same_size(recipe, "recipe"),
        state=WorkState.SUCCEEDED,
        recipe__method=recipe.method,
        environment__has_key="measured",
    )
    return list(runs.select_related("recipe").order_by("-pk")[:NEWEST])


def peaks(runs: Iterable[TrainingRun], shape: Shape) -> list[Peak]:
    """Estimate and peak of the newest of these runs that trained on a card."""
    told = [run for run in runs if run.environment["measured"].get("peak_bytes") and _on_card(run)][:SHOWN]
    return [Peak(run, _estimate(run, shape), run.environment["measured"]["peak_bytes"]) for run in told]


def _on_card(run: TrainingRun) -> bool:
    """On a processor the peak is that of the whole program, libraries and all, which nobody estimates."""
    return not str(run.environment.get("device", "cpu")).startswith("cpu")


def _estimate(run: TrainingRun, shape: Shape) -> float:
    """At the longest row of the run where it said so, else at its limit."""
    length = run.environment.get("longest") or run.recipe.params["max_length"]
    return memory_of(run.recipe, shape, length).total


def watts(runs: Iterable[TrainingRun]) -> dict[int, float]:
    """Host -> the median of its runs' mean power, of those whose cards said what they took."""
    by_host: dict[int, list[float]] = defaultdict(list)
    for run in runs:
        spent = run.environment["measured"].get("wh")
        if spent and run.host_id and run.started_at and run.finished_at:
            hours = (run.finished_at - run.started_at).total_seconds() / 3600
            by_host[run.host_id].append(spent / hours if hours else 0.0)
    return {host: median(means) for host, means in by_host.items()}
