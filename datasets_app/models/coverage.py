from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from datasets_app.models.domain import Domain


class CoverageCell(models.Model):
    """How many samples of one kind there are about one topic of a domain, as counted at `counted_at`."""

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="cells")
    kind = models.CharField(max_length=48, blank=True)
    topic = models.CharField(max_length=48, blank=True)
    waiting = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    golden = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["domain", "kind", "topic"]
        constraints = [models.UniqueConstraint(fields=["domain", "kind", "topic"], name="one_cell_per_kind_and_topic")]

    def __str__(self) -> str:
        return f"{self.kind} about {self.topic or 'nothing in particular'}"
