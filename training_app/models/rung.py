from __future__ import annotations

from django.db import models

from training_app.models.run import TrainingRun


class Rung(models.Model):
    """One rung of the ladder that a run climbed when memory ran out; without `settings` nothing was left to change."""

    run = models.ForeignKey(TrainingRun, models.CASCADE, related_name="rungs")
    number = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=200, help_text="What changed, from what to what.")
    settings = models.JSONField(default=dict, help_text="What the trainer is given instead of the recipe's.")
    step = models.PositiveIntegerField(null=True, blank=True, help_text="The last step made; none before the first.")
    said_by = models.CharField(max_length=300, help_text="The device, and what it said.")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["run", "number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_rung_per_number")]

    def __str__(self) -> str:
        return f"rung {self.number} of {self.run_id}: {self.what}"
