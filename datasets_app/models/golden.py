from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Now

from datasets_app.models.review import Review
from datasets_app.models.sample import Sample, SampleVersion


class Golden(models.Model):
    """Who approved one text as golden: the persons, and how many its domain asked for.

    `Sample.is_golden` may be true only while the current version stands in an `approved` of this table: a foreign key
    holds it (migration 0015). A rejection ends an approval without touching its row, so that undo need not mend it; the
    next golden decision then adds a row in its place (`replaces`). Rows go only when their own review is undone.
    """

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="goldens", db_index=False)
    version = models.ForeignKey(SampleVersion, models.CASCADE, related_name="goldens")
    review = models.OneToOneField(Review, models.CASCADE, related_name="golden", help_text="The decision that made it.")
    first_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    needed = models.PositiveSmallIntegerField(default=1, help_text="How many persons must approve.")
    is_current = models.BooleanField(default=True, help_text="No later row is in its place.")
    replaces = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="+", db_index=False)
    passed = models.BooleanField(null=True, help_text="Whether the gate passed the text then; null: not scored.")
    looked_at = models.DateTimeField(db_default=Now(), help_text="When a person last said that it is to be followed.")
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    approved = models.GeneratedField(
        expression=Case(
            When(Q(is_current=True) & (Q(needed=1) | Q(second_by__isnull=False)), then=F("version")), default=None
        ),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
        unique=True,
        help_text="The version, once enough persons approved it.",
    )

    class Meta:
        indexes = [
            models.Index(fields=["sample", "-id"], name="golden_of_sample"),
            models.Index(
                F("id").desc(),
                name="golden_waiting",
                condition=Q(is_current=True, needed=2, second_by__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["version"], name="one_golden_per_text", condition=Q(is_current=True)),
            models.UniqueConstraint(
                fields=["replaces"], name="golden_replaced_once", condition=Q(replaces__isnull=False)
            ),
            models.CheckConstraint(name="golden_approvals_are_one_or_two", condition=Q(needed__in=(1, 2))),
            models.CheckConstraint(
                name="two_persons_approve", condition=Q(second_by__isnull=True) | ~Q(second_by=F("first_by"))
            ),
        ]

    def __str__(self) -> str:
        return f"golden of {self.version_id}"
