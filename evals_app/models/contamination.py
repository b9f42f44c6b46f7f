from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse

from afsweb.core.models import Job, Public, Worked, WorkState
from datasets_app.models import Snapshot
from evals_app.models.suite import Suite


class Contamination(Worked, Public):
    """Which cases of a suite stand in a training snapshot. Neither ever changes, so a job looks once.

    `method` says how it was looked: found by another one, it is looked for anew (evals_app.contamination.looking).
    """

    suite = models.ForeignKey(Suite, models.CASCADE, related_name="contaminations")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="+")
    method = models.CharField(max_length=64, blank=True)
    samples = models.PositiveIntegerField(null=True, blank=True, help_text="How many were looked through.")
    leaks = models.JSONField(default=list, help_text="key, how, sample, figure, words, samples of each leaked case.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["suite", "snapshot"], name="one_contamination_per_snapshot")]

    def __str__(self) -> str:
        return f"{self.suite} in {self.snapshot}"

    def get_absolute_url(self) -> str:
        return reverse("show_contamination", args=[self.suite.uuid])

    def begin(self, job: Job) -> None:
        """A job takes it up."""
        Contamination.objects.filter(pk=self.pk).update(state=WorkState.RUNNING, error="", job=job)

    def end(self, state: WorkState, **changes: Any) -> None:
        """A job leaves it in `state`. Call it fenced."""
        Contamination.objects.filter(pk=self.pk).update(state=state, **changes)
