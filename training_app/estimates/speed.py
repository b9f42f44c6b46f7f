"""How fast runs like this one were, host by host: the median of what was measured."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from django.db.models import Avg, Q

from afsweb.core.models import WorkState
from training_app.models import Metric, Recipe

# The first steps load, compile and warm up: they are slower than all others by far.
WARM_UP = 3
SIZE = 0.1
NEWEST = 200


@dataclass(frozen=True)
class Speed:
    """Tokens a second, the median over `runs` runs of each one's mean, without the steps in which they warm up."""

    tokens_per_second: float
    runs: int


def speeds(recipe: Recipe) -> dict[int, Speed]:
    """Host -> the speed of its runs with the same method and backend on a base of the same size; one statement."""
    measured = (
        Metric.objects.filter(
            same_size(recipe, "run__recipe"),
            run__state=WorkState.SUCCEEDED,
            run__host__isnull=False,
            run__recipe__method=recipe.method,
            run__recipe__backend=recipe.backend,
            is_validation=False,
            step__gt=WARM_UP,
            tokens_per_second__gt=0,
        )
        .order_by()
        .values("run", "run__host")
        .annotate(mean=Avg("tokens_per_second"))
        .order_by("-run")[:NEWEST]
    )
    by_host: dict[int, list[float]] = defaultdict(list)
    for row in measured:
        by_host[row["run__host"]].append(row["mean"])
    return {host: Speed(median(means), len(means)) for host, means in by_host.items()}


def same_size(recipe: Recipe, at: str) -> Q:
    """Rows whose recipe, under the name `at`, is for this base or for one with a tenth more or fewer parameters."""
    same, size = Q(**{f"{at}__base_model": recipe.base_model_id}), recipe.base_model.parameters
    if not size:
        return same
    return same | Q(**{f"{at}__base_model__parameters__range": (round((1 - SIZE) * size), round((1 + SIZE) * size))})
