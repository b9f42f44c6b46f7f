"""Answers about which program, judge and people disagree, and the samples near them: somebody should look at those."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, QuerySet
from pgvector import HalfVector

from afsweb.core.models import EventSource, User
from datasets_app.models import Decider, MapSelection, ReviewQueue, Sample, SampleState
from datasets_app.quality.embedding import default_embedder, embed
from datasets_app.review.queues import add_queue
from datasets_app.search.conditions import expected_rows
from datasets_app.search.hybrid import best_by_meaning
from evals_app.contamination.index import asked_by
from evals_app.errors import NoDisagreements, NothingNear
from evals_app.models import EvalRun, Result, Score

# Half a point: what one takes for right, the other takes for wrong.
APART = 0.5
MOST = 50
NEAREST = 5


@dataclass(frozen=True)
class Disagreement:
    """One answer, what it earned, and who says otherwise."""

    result: Result
    other: Score

    @property
    def apart(self) -> float:
        """How far both are apart, 0 to 1."""
        return abs((self.other.value or 0.0) - (self.result.score or 0.0))


def disagreements(run: EvalRun) -> list[Disagreement]:
    """The answers of the run that another scorer, a judge or a person values otherwise, the furthest apart first.

    What the same scorer said in an earlier version is no other opinion. MOST at most. One query.
    """
    rows = Score.objects.filter(result__run=run, value__isnull=False, result__score__isnull=False)
    rows = rows.annotate(apart=F("value") - F("result__score")).exclude(apart__gt=-APART, apart__lt=APART)
    others = [row for row in rows.select_related("result__case", "by") if _is_other(row, run)]
    found = [Disagreement(row.result, row) for row in others]
    return sorted(found, key=lambda one: (-one.apart, one.other.pk))[:MOST]


def review_near(run: EvalRun, by: User, source: EventSource = EventSource.UI) -> list[ReviewQueue]:
    """Queues of the samples that are nearest to what is disagreed about: those that wait, and those that the gate took.

    Raises NoDisagreements, NothingNear, and NameTaken where the run's queues are there already.
    """
    texts = [_text(one.result) for one in disagreements(run)]
    if not texts:
        raise NoDisagreements(run=run)
    undecided = Sample.objects.filter(domain=run.suite.domain_id, current__isnull=False)
    parts = {
        "": undecided.filter(state=SampleState.PENDING, decided_by=Decider.NOBODY),
        "gate": undecided.filter(state=SampleState.ACCEPTED, decided_by=Decider.GATE),
    }
    near = {part: _nearest(samples, texts) for part, samples in parts.items()}
    if not any(near.values()):
        raise NothingNear(run=run)
    with transaction.atomic():
        return [_queue(run, by, part, ids, source) for part, ids in near.items() if ids]


def _is_other(row: Score, run: EvalRun) -> bool:
    case = row.result.case
    return row.by_id is not None or row.scorer != (case.scorer or run.suite.scorer)


def _text(result: Result) -> str:
    """As samples are embedded: what is asked, then the answer, the reference where there is one."""
    return f"{asked_by(result.case)}\n{result.case.references[0] if result.case.references else result.answer}"


def _nearest(samples: QuerySet[Sample], texts: list[str]) -> list[int]:
    """Keys of the NEAREST samples to each text. The vector index bounds what a large domain costs."""
    embedder = default_embedder()
    found: dict[int, None] = {}
    with transaction.atomic():
        (expected,) = expected_rows(samples)
        for vector in embed(embedder, texts):
            if vector.any():
                ids = best_by_meaning(samples, embedder, HalfVector(vector), expected)
                found |= dict.fromkeys(ids[:NEAREST])
    return list(found)


def _queue(run: EvalRun, by: User, part: str, ids: list[int], source: EventSource) -> ReviewQueue:
    chosen = MapSelection.objects.create(outline=[], sample_ids=ids, count=len(ids), created_by=by)
    name = f"Near what is disputed of {run.version} on {run.suite}"[:80]
    query = {"selection": str(chosen.uuid)} | ({"decided_by": Decider.GATE.value} if part else {})
    label = f"{name} ({'taken by the gate' if part else 'waiting'})"
    return add_queue(by, name=label, query=query, is_shared=True, source=source)
