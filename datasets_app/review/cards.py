"""Cards: a sample with the evidence about it, as the review page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, Exists, OuterRef, Prefetch, QuerySet, Subquery, When
from django.db.models.functions import JSONObject

from datasets_app.comments.forms import blank_form
from datasets_app.comments.places import place_words, texts_of
from datasets_app.comments.threads import Thread, count_by_line, load_comments, threads_of
from datasets_app.models import (
    Comment,
    RejectReason,
    Review,
    Sample,
    SampleState,
    SampleVersion,
    Score,
    SnapshotEntry,
    Verdict,
    open_flags,
)
from datasets_app.quality.scoring import threshold
from datasets_app.review.evidence import Evidence, Findings, findings_of
from datasets_app.review.parts import Part, parts_of
from datasets_app.secrets.guard import held_back
from datasets_app.secrets.scanning import KINDS

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
    """What a person needs to judge one sample. Made by `load_cards`, which reads everything in a few statements.

    `of` is the version that is shown, where that is not the current one; `repeat_of_id` the decision that the card
    silently repeats.
    """

    sample: Sample
    of: SampleVersion | None = None
    repeat_of_id: int | None = None

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
    def bound(self) -> float | None:
        """The overall score that the gate asks for."""
        return threshold(self.score.gate, self.sample.domain) if self.score else None

    @cached_property
    def parts(self) -> list[Part]:
        """The text, part by part, with the marked lines."""
        return parts_of(self.version, self.findings, self.sample.domain.slug, count_by_line(self.threads))

    @cached_property
    def threads(self) -> list[Thread]:
        """What people remarked on its texts, open comments first."""
        comments = self.sample.comments.all() if getattr(self.sample, "has_comments", True) else ()
        return threads_of(comments, self.version.pk)

    @property
    def comment_form(self) -> str:
        """An empty form for a comment on this version."""
        return blank_form(tuple(texts_of(self.version)))

    @property
    def sides(self) -> tuple[list[Part], list[Part]]:
        """What is asked, and what is answered."""
        return self.parts[:-1], self.parts[-1:]

    @property
    def opinions(self) -> list[dict[str, str]]:
        """What each person judged and why, once they are found to differ: {who, decision, why}."""
        told: list[dict[str, str]] = getattr(self.sample, "opinions", None) or []
        labels = dict(RejectReason.choices)
        return [
            one | {"why": ": ".join(part for part in (labels.get(one["reason"], ""), one["note"]) if part)}
            for one in told
        ]

    @property
    def secrets(self) -> list[dict[str, str]]:
        """What looks like a secret in the sample's current text and nobody let pass: {kind, excerpt, place}."""
        told: list[dict[str, Any]] = getattr(self.sample, "held_back", None) or []
        return [
            one | {"kind": KINDS.get(one["kind"], one["kind"]), "place": place_words(one["field"], one["line"])}
            for one in told
        ]

    @property
    def used_in(self) -> list[dict[str, str]]:
        """The snapshots that hold it; a repeat tells none, or it would tell that somebody accepted it."""
        told: list[dict[str, str]] = self.sample.used_in if self.repeat_of_id is None else []  # type: ignore[attr-defined]
        return told

    @property
    def is_golden(self) -> bool:
        return self.sample.is_golden and self.repeat_of_id is None

    @property
    def waits(self) -> bool:
        """Whether the card looks as if nobody had decided: a repeat does, whatever became of its sample."""
        return self.repeat_of_id is not None or self.sample.state == SampleState.PENDING


def load_cards(claimed: Mapping[int, int | None]) -> list[Card]:
    """The cards of the samples that `claim` claimed, in their order. Three statements, four with comments."""
    samples = with_evidence(Sample.objects.filter(pk__in=claimed)).in_bulk()
    load_comments(samples.values())
    return [Card(samples[pk], repeat_of_id=repeated) for pk, repeated in claimed.items() if pk in samples]


def with_evidence(samples: QuerySet[Sample]) -> QuerySet[Sample]:
    """`samples` with all that a card shows."""
    alike = (
        Sample.objects.filter(cluster=OuterRef("cluster"))
        .exclude(state=SampleState.ARCHIVED)
        .exclude(pk=OuterRef("pk"))
    )
    snapshots = SnapshotEntry.objects.filter(version__sample=OuterRef("pk")).order_by("-snapshot_id")
    flags = open_flags().filter(sample=OuterRef("pk"))
    opinions = Review.objects.filter(seat__version=OuterRef("current"), undone_at__isnull=True).order_by("pk")
    secrets = held_back().filter(version=OuterRef("current")).order_by("field", "line", "pk")
    secret = JSONObject(kind="kind", excerpt="excerpt", field="field", line="line")
    opinion = JSONObject(who="reviewer__username", decision="decision", reason="reason", note="note")
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
            held_back=ArraySubquery(secrets.values(one=secret)[:5]),
            flags=ArraySubquery(flags.values(one=JSONObject(who="reviewer__username", note="note", uuid="uuid"))[:5]),
            has_comments=Exists(Comment.objects.filter(sample=OuterRef("pk"))),
            opinions=Case(When(is_disputed=True, then=ArraySubquery(opinions.values(one=opinion)[:9]))),
        )
    )
