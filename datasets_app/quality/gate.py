"""The gate's own decisions: what passes is accepted, marked as the gate's. What a person decided it never touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from afsweb.core.clock import database_now
from afsweb.core.history import record
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.registry import job
from afsweb.core.models import Event, EventSource, Job, User
from datasets_app.coverage.counting import count_soon
from datasets_app.models import (
    Decider,
    Decision,
    GateVersion,
    RejectReason,
    Review,
    Sample,
    SampleState,
    Score,
    Seat,
    Source,
    open_flags,
)
from datasets_app.quality.scoring import CONTRADICTED_FACT, EXACT_DUPLICATE, WRONG_CODE

DECIDE = "datasets.gate_decide"
BATCH = 500


@dataclass(frozen=True)
class GateCount:
    """What the gate would do with the open samples of a source: accept, reject if asked to, leave as not yet scored."""

    passes: int
    fails: int
    unscored: int

    @property
    def open(self) -> int:
        """How many nobody has decided."""
        return self.passes + self.fails + self.unscored


def count_decisions(source: Source) -> GateCount:
    """What the current gate would decide in `source` now."""
    gate, still_open = current_gate(), open_samples(source)
    passes, fails = (scored(still_open, gate, passes=passes).count() for passes in (True, False))
    return GateCount(passes, fails, still_open.count() - passes - fails)


def current_gate() -> GateVersion:
    """The gate that scores and decides now."""
    return GateVersion.objects.get(is_current=True)


def open_samples(source: Source) -> QuerySet[Sample]:
    """The pending samples of `source` that no person decided, judged, flagged, or has in front of them just now."""
    flagged = open_flags().filter(sample=OuterRef("pk"), version=OuterRef("current"))
    seats = Seat.objects.filter(Q(review__isnull=False) | Q(until__gt=Now()), version=OuterRef("current"))
    return Sample.objects.filter(
        ~Exists(flagged),
        ~Exists(seats),
        Q(leased_until__isnull=True) | Q(leased_until__lt=Now()),
        source=source,
        state=SampleState.PENDING,
        decided_by=Decider.NOBODY,
        is_disputed=False,
    )


def scored(samples: QuerySet[Sample], gate: GateVersion, *, passes: bool) -> QuerySet[Sample]:
    """Those of `samples` whose current text passes `gate`, or fails it."""
    return samples.filter(current__scores__gate=gate, current__scores__passes=passes)


def let_gate_decide(source: Source, *, by: User | None, reject: bool = False) -> Job:
    """Enqueue the gate's decisions on `source`. With `reject` it also rejects what fails, which else stays pending."""
    params = {"source_id": source.pk, "reject": reject}
    return enqueue(DECIDE, params, title=f"Gate decides {source.name}", by=by, about=("show_source", source))


@job(DECIDE)
def gate_decide(ctx: JobContext, *, source_id: int, reject: bool) -> None:
    """Accept what passes the current gate, and with `reject` reject what fails. Safe to stop and to run twice."""
    source, gate, batch = Source.objects.get(pk=source_id), current_gate(), uuid4()
    accepted = accept_by_gate(ctx, source, gate, batch)
    rejected = reject_by_gate(ctx, source, gate, batch) if reject else 0
    with ctx.fenced():
        after = {"accepted": accepted, "rejected": rejected, "gate": gate.number}
        record(
            "let the gate decide",
            source,
            actor=ctx.job.created_by,
            source=EventSource.GATE,
            after=after,
            batch=batch,
            job_id=ctx.job.pk,
        )
        count_soon(source.domain)
        ctx.finish(**after)


def accept_by_gate(ctx: JobContext, source: Source, gate: GateVersion, batch: UUID) -> int:
    """Accept the open samples of `source` that pass; returns how many."""
    return _decide(ctx, source, gate, batch, Decision.ACCEPT)


def reject_by_gate(ctx: JobContext, source: Source, gate: GateVersion, batch: UUID) -> int:
    """Reject the open samples of `source` that fail; returns how many."""
    return _decide(ctx, source, gate, batch, Decision.REJECT)


def _decide(ctx: JobContext, source: Source, gate: GateVersion, batch: UUID, decision: Decision) -> int:
    wanted = scored(open_samples(source), gate, passes=decision == Decision.ACCEPT)
    total, done = wanted.count(), 0
    while True:
        with ctx.fenced():
            # A row that is locked is in a person's hands just now.
            rows = wanted.order_by("pk").select_for_update(of=("self",), skip_locked=True, no_key=True)[:BATCH]
            samples = list(rows)
            _write(samples, gate, decision, batch, ctx.job)
        if not samples:
            return done
        done += len(samples)
        ctx.progress(done, max(total, done), f"{decision.label}ing by {gate}")


def _write(samples: Sequence[Sample], gate: GateVersion, decision: Decision, batch: UUID, job: Job) -> None:
    state = SampleState.ACCEPTED if decision == Decision.ACCEPT else SampleState.REJECTED
    scores = {score.version_id: score for score in Score.objects.filter(gate=gate, version__current_of__in=samples)}
    now = database_now()
    reviews = [_review(sample, scores[sample.current_id or 0], decision, now) for sample in samples]
    Review.objects.bulk_create(reviews)
    Event.objects.bulk_create([_event(review, state, batch, job) for review in reviews])
    Sample.objects.filter(pk__in=[sample.pk for sample in samples]).update(
        state=state, decided_by=Decider.GATE, revision=F("revision") + 1, leased_to=None, leased_until=None
    )


def _review(sample: Sample, score: Score, decision: Decision, now: datetime) -> Review:
    review = Review(
        sample=sample,
        version_id=score.version_id,
        gate_id=score.gate_id,
        decision=decision,
        before=sample.standing(),
        created_at=now,
    )
    if decision == Decision.REJECT:
        review.reason, review.note = _why(score)
    return review


_REASONS = {
    CONTRADICTED_FACT: RejectReason.WRONG_FACT,
    WRONG_CODE: RejectReason.WRONG_CODE,
    EXACT_DUPLICATE: RejectReason.DUPLICATE,
}


def _why(score: Score) -> tuple[RejectReason, str]:
    for veto, reason in _REASONS.items():
        if veto in score.vetoes:
            return reason, str(score.reasons.get(veto, ""))[:300]
    return RejectReason.OTHER, str(score.reasons.get("overall", ""))


def _event(review: Review, state: SampleState, batch: UUID, job: Job) -> Event:
    return Event(
        at=review.created_at,
        source=EventSource.GATE,
        verb=review.decision,
        object_type=Sample._meta.label_lower,
        object_id=review.sample_id,
        before=review.before,
        after=review.before | {"state": state, "decided_by": Decider.GATE},
        reason=review.note,
        batch=batch,
        job_id=job.pk,
        is_part=True,
    )
