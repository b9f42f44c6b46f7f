"""Why conversations ended, version by version: what tells a good version from a bad simulator."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from afsweb.core.models import WorkState
from evals_app.models import EvalRun, Result, ResultState
from evals_app.simulate.stops import SIMULATORS, StopReason

MOST = 8


@dataclass(frozen=True)
class Stops:
    """How many conversations of a run ended for which reason. Those that are still open are not among them."""

    run: EvalRun
    counts: Counter[str]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def cells(self) -> list[int]:
        """One count for each reason, in the order of StopReason."""
        return [self.counts[reason] for reason in StopReason]

    @property
    def spoilt_share(self) -> float | None:
        """The simulator's error rate: what it broke off, of all that ended; None before the first."""
        return sum(self.counts[reason] for reason in SIMULATORS) / self.total if self.total else None


def stop_table(run: EvalRun) -> list[Stops]:
    """The run, then the newest finished one of each other version on the same conversations. Two queries."""
    others = EvalRun.objects.filter(suite__sha256=run.suite.sha256, state=WorkState.SUCCEEDED)
    others = others.exclude(version=run.version).order_by("version", "-pk").distinct("version")
    runs = [run, *others.select_related("version", "suite")[: MOST - 1]]
    ended = Result.objects.filter(run__in=runs).exclude(state=ResultState.PLANNED).order_by()
    found: dict[int, Counter[str]] = {one.pk: Counter() for one in runs}
    for run_id, reason, count in ended.values_list("run", "stop_reason").annotate(count=Count("pk")):
        found[run_id][reason] += count
    return [Stops(one, found[one.pk]) for one in runs]
