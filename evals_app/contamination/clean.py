"""The score of a run with and without the cases that its version has seen in training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datasets_app.models import Snapshot
from evals_app.contamination.keeping import kept, leaks_of, training_snapshots
from evals_app.contamination.looking import Leak
from evals_app.models import EvalRun
from evals_app.results.scores import CaseScore, estimate_scores
from evals_app.stats import Estimate


@dataclass(frozen=True)
class Seen:
    """What is known of a run's cases in the training data of its version.

    `snapshots`: what it was trained on, none for one that was not trained here; `open`: those not looked through yet.
    `samples` were looked through; `leaks` is by case, the surest finding of each.
    """

    snapshots: list[Snapshot]
    open: list[Snapshot]
    samples: int
    leaks: dict[str, Leak]

    @property
    def is_known(self) -> bool:
        """Whether all that it was trained on was looked through."""
        return bool(self.snapshots) and not self.open


@dataclass(frozen=True)
class CleanScores:
    """The score over all cases, over those never seen, and over the leaked ones alone."""

    all: Estimate | None
    clean: Estimate | None
    dirty: Estimate | None


def seen_by(run: EvalRun) -> Seen:
    """What is kept about the run's suite and its version's training data. Three queries, more for a merged version."""
    snapshots = training_snapshots(run.version)
    rows = kept(run.suite, snapshots) if snapshots else {}
    leaks: dict[str, Leak] = {}
    for row in rows.values():
        for leak in leaks_of(row):
            known = leaks.get(leak.key)
            leaks[leak.key] = leak if known is None or _surer(leak, known) else known
    missing = [snapshot for snapshot in snapshots if snapshot.pk not in rows]
    return Seen(snapshots, missing, sum(row.samples or 0 for row in rows.values()), leaks)


def clean_scores(scores: Sequence[CaseScore], seen: Seen) -> CleanScores:
    """The three scores, each over facts with its interval."""
    dirty = [case for case in scores if case.key in seen.leaks]
    clean = [case for case in scores if case.key not in seen.leaks]
    return CleanScores(estimate_scores(scores), estimate_scores(clean), estimate_scores(dirty))


def _surer(leak: Leak, known: Leak) -> bool:
    order = ("exact", "words", "near")
    return order.index(leak.how) < order.index(known.how)
