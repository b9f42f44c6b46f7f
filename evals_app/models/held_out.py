from __future__ import annotations

from math import exp
from typing import Any

from django.db import models

from afsweb.core.models import Public, Worked, WorkState
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

    def get_absolute_url(self) -> str:
        return self.version.get_absolute_url()

    @property
    def perplexity(self) -> float | None:
        """Out of how many tokens, as it were, the version chooses each."""
        return None if self.loss is None else exp(self.loss)

    @property
    def left_out(self) -> int:
        """Rows that are longer than the model's context."""
        return sum(not tokens for _, tokens in self.per_row)

    def begin(self) -> None:
        """A job takes it up, for the first time or again."""
        HeldOut.objects.filter(pk=self.pk).update(state=WorkState.RUNNING, error="")

    def end(self, state: WorkState, **changes: Any) -> None:
        """A job leaves it in `state`. Call it fenced."""
        HeldOut.objects.filter(pk=self.pk).update(state=state, **changes)

    def keep(self, per_row: list[list[float]]) -> None:
        """Write down the rows so far. Call it fenced."""
        HeldOut.objects.filter(pk=self.pk).update(per_row=per_row)
