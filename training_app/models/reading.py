from __future__ import annotations

from django.db import models

from training_app.models.run import TrainingRun


class Reading(models.Model):
    """What the trainer took of its machine at one moment; of a long run the older ones are thinned."""

    run = models.ForeignKey(TrainingRun, models.CASCADE, related_name="readings")
    at = models.DateTimeField(help_text="By the clock of the machine that trains.")
    step = models.PositiveIntegerField()
    cpu_percent = models.FloatField(help_text="Of one core.")
    rss_bytes = models.BigIntegerField()
    gpus = models.JSONField(
        default=list,
        help_text="Of each card: gpu, busy (0 to 1), memory_used, memory_total (bytes), watts, celsius; null: unknown",
    )

    class Meta:
        ordering = ["run", "id"]

    def __str__(self) -> str:
        return f"reading at {self.at} of {self.run_id}"
