from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from afsweb.core.models import Public
from datasets_app.models.quality import GateVersion
from datasets_app.models.queue import ReviewQueue
from datasets_app.models.sample import Decider, Sample, SampleState, SampleVersion


class Decision(models.TextChoices):
    ACCEPT = "accept", "accept"
    REJECT = "reject", "reject"
    SKIP = "skip", "skip"
    EDIT = "edit", "edit"
    GOLDEN = "golden", "golden"
    FLAG = "flag", "flag"
    UNGOLD = "ungold", "no longer golden"


# Decisions that leave the sample as it is, for somebody else or for later.
PASSING = (Decision.SKIP, Decision.FLAG)
# Decisions that say whether a sample is right: opinions agree or differ in these, and these are shown again.
JUDGING = (Decision.ACCEPT, Decision.REJECT, Decision.GOLDEN)
OPEN_FLAG = Q(decision=Decision.FLAG, undone_at__isnull=True, resolved_at__isnull=True)
_BY_PERSON = {"decided_by": Decider.PERSON, "is_disputed": False}
EFFECTS: dict[str, dict[str, Any]] = {
    Decision.ACCEPT: {"state": SampleState.ACCEPTED} | _BY_PERSON,
    Decision.REJECT: {"state": SampleState.REJECTED, "is_golden": False} | _BY_PERSON,
    Decision.GOLDEN: {"state": SampleState.ACCEPTED, "is_golden": True} | _BY_PERSON,
    Decision.EDIT: {
        "state": SampleState.PENDING,
        "decided_by": Decider.NOBODY,
        "is_golden": False,
        "is_disputed": False,
    },
    Decision.UNGOLD: {"is_golden": False},
}


class RejectReason(models.TextChoices):
    WRONG_FACT = "wrong_fact", "a fact is wrong"
    WRONG_CODE = "wrong_code", "the code is wrong"
    OFF_TASK = "off_task", "does not answer the task"
    DUPLICATE = "duplicate", "too much like another"
    FORMAT = "format", "badly formatted"
    UNCLEAR = "unclear", "hard to understand"
    UNSAFE = "unsafe", "must not be taught"
    LICENCE = "licence", "licence or private data"
    OTHER = "other", "another reason"


class Review(Public):
    """One decision on one version, by a person or by the gate. A person outranks the gate; undone ones stay."""

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="reviews", db_index=False)
    version = models.ForeignKey(SampleVersion, models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="reviews", db_index=False
    )
    gate = models.ForeignKey(GateVersion, models.PROTECT, null=True, blank=True, related_name="reviews", db_index=False)
    decision = models.CharField(max_length=16, choices=Decision)
    reason = models.CharField(max_length=16, choices=RejectReason, blank=True)
    note = models.CharField(max_length=300, blank=True)
    seconds = models.FloatField(null=True, blank=True, help_text="From the card's being painted to the key.")
    key = models.UUIDField(
        default=uuid.uuid4, unique=True, help_text="Sent by the page; the same decision twice counts once."
    )
    before = models.JSONField(default=dict, help_text="The sample's state before, for undo.")
    undone_at = models.DateTimeField(null=True, blank=True)
    queue = models.ForeignKey(
        ReviewQueue, models.SET_NULL, null=True, blank=True, related_name="reviews", db_index=False
    )
    is_opinion = models.BooleanField(
        default=False,
        help_text="One of several judgements, or a repeated one: by itself it changes nothing.",
    )
    waits = models.BooleanField(
        default=False, db_default=False, help_text="The first of two golden approvals: accepted, so far."
    )
    resolved_at = models.DateTimeField(null=True, blank=True, help_text="When somebody settled what was flagged.")
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    resolution = models.CharField(max_length=300, blank=True, db_default="")
    repeat_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="repeats", db_index=False
    )
    bulk = models.ForeignKey(
        "datasets.BulkAction", models.PROTECT, null=True, blank=True, related_name="reviews", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(
                F("reviewer"),
                F("id").desc(),
                name="review_newest",
                condition=Q(undone_at__isnull=True, bulk__isnull=True),
            ),
            models.Index(fields=["sample", "-id"], name="review_of_sample"),
            # Every claim leaves out what its person passed over, which is little beside what a bulk action decides.
            models.Index(
                fields=["reviewer", "sample"],
                name="review_passed_over",
                condition=Q(decision__in=PASSING, undone_at__isnull=True),
            ),
            models.Index(fields=["queue", "-id"], name="review_of_queue", condition=Q(queue__isnull=False)),
            models.Index(fields=["reviewer", "-id"], name="review_repeated", condition=Q(repeat_of__isnull=False)),
            models.Index(fields=["repeat_of"], name="review_repeats", condition=Q(repeat_of__isnull=False)),
            models.Index(fields=["bulk", "sample"], name="review_of_bulk", condition=Q(bulk__isnull=False)),
            models.Index(F("id").desc(), name="review_open_flag", condition=OPEN_FLAG),
        ]
        constraints = [
            models.CheckConstraint(
                name="a_person_or_the_gate",
                condition=Q(reviewer__isnull=False, gate__isnull=True) | Q(reviewer__isnull=True, gate__isnull=False),
            ),
            models.CheckConstraint(
                name="the_gate_only_accepts_or_rejects",
                condition=Q(gate__isnull=True) | Q(decision__in=[Decision.ACCEPT, Decision.REJECT]),
            ),
            models.CheckConstraint(
                name="only_golden_waits_for_a_second", condition=Q(waits=False) | Q(decision=Decision.GOLDEN)
            ),
            models.CheckConstraint(
                name="only_a_flag_is_resolved_by_somebody",
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False, decision=Decision.FLAG),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} of sample {self.sample_id}"

    def effect(self) -> dict[str, Any]:
        """What the decision changes in its sample: column -> value; the first of two golden approvals only accepts."""
        return EFFECTS.get(Decision.ACCEPT if self.waits else self.decision, {})

    def left(self) -> dict[str, Any]:
        """The standing in which a person's decision left the sample (`Sample.standing`); an opinion left it as it was.

        Decisions from before samples could be disputed do not say that theirs was not.
        """
        effect = {} if self.is_opinion else self.effect()
        return {"is_disputed": False} | dict(self.before) | effect | {"version": self.version_id}

    @property
    def why(self) -> str:
        """The reason and the note, as the history tells them."""
        return ": ".join(part for part in (self.get_reason_display() if self.reason else "", self.note) if part)

    @property
    def accepts(self) -> bool:
        """Whether a judging decision is for the sample: making it golden is."""
        return self.decision in (Decision.ACCEPT, Decision.GOLDEN)


def open_flags() -> models.QuerySet[Review]:
    """The flags that wait for somebody."""
    return Review.objects.filter(OPEN_FLAG)
