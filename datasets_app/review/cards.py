"""Cards: a sample with the evidence about it, as the review page shows it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import JSONObject

from datasets_app.comments.forms import CommentForm
from datasets_app.comments.places import TURN, texts_of
from datasets_app.comments.threads import Thread, count_by_line, threads_of, with_comments
from datasets_app.facts.links import ASSEMBLY_DOMAINS
from datasets_app.flags.flags import open_flags
from datasets_app.models import (
    Sample,
    SampleState,
    SampleVersion,
    Score,
    SnapshotEntry,
    Verdict,
)
from datasets_app.quality.scoring import threshold
from datasets_app.review.blocks import Block, blocks
from datasets_app.review.evidence import Evidence, Findings, findings_of

COMPONENTS = (
    ("overall", "Overall", False),
    ("diversity", "Diversity", False),
    ("kg_consistency", "KG consistency", False),
    ("hallucination_risk", "Hallucination risk", True),
    ("coherence", "Coherence", False),
)


@dataclass(frozen=True)
class Part:
    """One labelled part of the text: a field, or a turn of a conversation."""

    label: str
    blocks: list[Block]


@dataclass(frozen=True)
class Figure:
    """One component of a score: its value or None, the sentence beside it, whether more of it is worse."""

    label: str
    value: float | None
    reason: str
    is_risk: bool


@dataclass(frozen=True)
class Card:
    """What a person needs to judge one sample. Made by `load_cards`, which reads everything in four statements.

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
        version = self.version
        if version.messages:
            turns = enumerate(version.messages, 1)
            return [self._part(one["role"].capitalize(), f"{TURN}{n}", one["content"]) for n, one in turns]
        return [self._part(name.capitalize(), name, text) for name, text in texts_of(version).items()]

    @cached_property
    def threads(self) -> list[Thread]:
        """What people remarked on its texts, open comments first."""
        return threads_of(self.sample.comments.all(), self.version.pk)

    @cached_property
    def _comments(self) -> dict[str, dict[int, int]]:
        return count_by_line(self.threads)

    @property
    def comment_form(self) -> CommentForm:
        """An empty form for a comment on this version."""
        return CommentForm(self.version)

    @property
    def sides(self) -> tuple[list[Part], list[Part]]:
        """What is asked, and what is answered."""
        return self.parts[:-1], self.parts[-1:]

    def _part(self, label: str, field: str, text: str) -> Part:
        about = [one for one in self.findings if one.get("where", "output") == field and one.get("line")]
        marks = {one["line"]: one["level"] for one in reversed(about) if one["level"] in ("bad", "warn")}
        assembly, comments = self.sample.domain.slug in ASSEMBLY_DOMAINS, self._comments.get(field, {})
        return Part(label, blocks(text, assembly=assembly, marks=marks, comments=comments))

    @property
    def waits(self) -> bool:
        return self.sample.state == SampleState.PENDING


def load_cards(ids: Collection[int]) -> list[Card]:
    """The cards of these samples, the most uncertain first. Four statements, however many."""
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
    flags = open_flags().filter(sample=OuterRef("pk"))
    return (
        samples.select_related("domain", "source", "current")
        .defer("current__search")
        .prefetch_related(
            Prefetch("current__scores", Score.objects.filter(gate__is_current=True).select_related("gate")),
            Prefetch("current__verdicts", Verdict.objects.order_by("-pk")),
            with_comments(),
        )
        .annotate(
            near_duplicates=Subquery(alike.order_by().values("cluster").annotate(n=Count("pk")).values("n")),
            used_in=ArraySubquery(snapshots.values(one=JSONObject(name="snapshot__name", uuid="snapshot__uuid"))[:5]),
            flags=ArraySubquery(flags.values(one=JSONObject(who="reviewer__username", note="note", uuid="uuid"))[:5]),
        )
    )
