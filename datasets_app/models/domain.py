from __future__ import annotations

from django.db import models


class Domain(models.Model):
    """A subject. Its generators, verifier and facts are code (datasets_app.domains); its threshold is a row."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=300, blank=True)
    threshold = models.FloatField(help_text="The lowest overall score that the gate passes.")
    golden_approvals = models.PositiveSmallIntegerField(
        default=1,
        choices=[(1, "one person"), (2, "two persons")],
        help_text="Who must approve a sample before it is golden. It counts for what is approved from now on.",
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(name="threshold_is_a_share", condition=models.Q(threshold__gte=0, threshold__lte=1)),
            models.CheckConstraint(name="golden_needs_one_or_two", condition=models.Q(golden_approvals__in=(1, 2))),
        ]

    def __str__(self) -> str:
        return self.name
