from __future__ import annotations

from django.db import models

from afsweb.core.models import Public, Worked
from datasets_app.models import Snapshot
from training_app.models import ModelVersion


class HeldOut(Worked, Public):
    """How well a version predicts text it did not train on: the mean loss over a snapshot's held-out answers."""

    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="held_out")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="+")
    rows = models.PositiveIntegerField(null=True, blank=True)
    tokens = models.PositiveBigIntegerField(null=True, blank=True, help_text="Of the answers; only they count.")
    loss = models.FloatField(null=True, blank=True, help_text="Nats a token; perplexity is its exponential.")
    per_row = models.JSONField(default=list, blank=True, help_text="[nats, tokens] of each row, in the split's order.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "snapshot"], name="one_held_out_loss_per_snapshot")]

    def __str__(self) -> str:
        return f"{self.version} on what {self.snapshot} holds out"
