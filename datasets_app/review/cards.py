"""Cards: a sample with the evidence about it, as the review page shows it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import JSONObject

from datasets_app.models import (
    Decision,
    Review,
    Sample,
    SampleState,
    SampleVersion,
    Score,
    SnapshotEntry,
    Verdict,
)
from datasets_app.quality.scoring import threshold
from datasets_app.review.evidence import Evidence, Findings, findings_of
from datasets_app.review.parts import Part, parts_of

COMPONENTS = (
    ("overall", "Overall", False),
    ("diversity", "Diversity", False),
    ("kg_consistency", "KG consistency", False),
    ("hallucination_risk", "Hallucination risk", True),
    ("coherence", "Coherence", False),
)


@dataclass(frozen=True)
class Figure:
    """One component of a score: its value or None, the sentence beside it, whether more of it is worse."""

    label: str
    value: float | None
    reason: str
    is_risk: bool


@dataclass(frozen=True)
class Card:
    """What a person needs to judge one sample. Made by `load_cards`, which reads everything in three statements.

    `of` is the version that is shown, where that is not the current one.
    """

    sample: Sample
    of: SampleVersion | None = None

    @property
    def version(self) -> SampleVersion:
        version = self.of or self.sample.current
        assert version is not None
        return version

    @cached_property
    def score(self) -> Score | None:
        return next(iter(self.version.scores.all()), None)

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """The newest verdict of each verifier."""
        newest = {verdict.verifier: verdict for verdict in reversed(self.version.verdicts.all())}
        return list(newest.values())

    @cached_property
    def findings(self) -> Findings:
        """What the verifiers found, worst first."""
        return findings_of(self.verdicts)

    @property
    def evidence(self) -> list[Evidence]:
        """The verdicts in words: how far up the ladder, how long, how slow."""
        return [Evidence(verdict) for verdict in self.verdicts]

    @property
    def figures(self) -> list[Figure]:
        """The components of the score under the current gate; what could not be computed says why."""
        score = self.score
        if score is None:
            return []
        return [
            Figure(label, getattr(score, name), str(score.reasons.get(name, "")), is_risk)
            for name, label, is_risk in COMPONENTS
        ]

    @property
    def vetoes(self) -> list[str]:
        """Why the gate refuses it whatever its score, in words."""
        return [str(self.score.reasons.get(veto, veto)) for veto in self.score.vetoes] if self.score else []

    @property
    def distance(self) -> float:
        """How far the score is from the threshold, for the order of the queue; unknown comes last."""
        overall, bound = (self.score.overall if self.score else None), self.bound
        return 2.0 if overall is None or bound is None else abs(overall - bound)

    @property
    def bound(self) -> float | None:
        """The overall score that the gate asks for."""
        return threshold(self.score.gate, self.sample.domain) if self.score else None

    @cached_property
    def parts(self) -> list[Part]:
        """The text, part by part, with the marked lines."""
        return parts_of(self.version, self.findings, self.sample.domain.slug)

    @property
    def sides(self) -> tuple[list[Part], list[Part]]:
        """What is asked, and what is answered."""
        return self.parts[:-1], self.parts[-1:]

    @property
    def waits(self) -> bool:
        return self.sample.state == SampleState.PENDING


def load_cards(ids: Collection[int]) -> list[Card]:
    """The cards of these samples, the most uncertain first. Three statements, however many."""
    cards = [Card(sample) for sample in with_evidence(Sample.objects.filter(pk__in=ids))]
    return sorted(cards, key=lambda card: (card.distance, card.sample.pk))


def with_evidence(samples: QuerySet[Sample]) -> QuerySet[Sample]:
    """`samples` with all that a card shows."""
    alike = (
        Sample.objects.filter(cluster=OuterRef("cluster"))
        .exclude(state=SampleState.ARCHIVED)
        .exclude(pk=OuterRef("pk"))
    )
    snapshots = SnapshotEntry.objects.filter(version__sample=OuterRef("pk")).order_by("-snapshot_id")
    flags = Review.objects.filter(sample=OuterRef("pk"), decision=Decision.FLAG, undone_at__isnull=True)
    return (
        samples.select_related("domain", "source", "current")
        .defer("current__search")
        .prefetch_related(
            Prefetch("current__scores", Score.objects.filter(gate__is_current=True).select_related("gate")),
            Prefetch("current__verdicts", Verdict.objects.order_by("-pk")),
        )
        .annotate(
            near_duplicates=Subquery(alike.order_by().values("cluster").annotate(n=Count("pk")).values("n")),
            used_in=ArraySubquery(snapshots.values(one=JSONObject(name="snapshot__name", uuid="snapshot__uuid"))[:5]),
            flags=ArraySubquery(flags.values(one=JSONObject(who="reviewer__username", note="note"))[:5]),
        )
    )
