from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from afsweb.core.models import Public, Worked, WorkState
from evals_app.models.run import EvalRun


class Comparison(Worked, Public):
    """Two runs of one suite, paired case by case. Its statistics are computed once, by a job, and kept."""

    baseline = models.ForeignKey(EvalRun, models.PROTECT, related_name="compared_as_baseline")
    candidate = models.ForeignKey(EvalRun, models.PROTECT, related_name="compared_as_candidate")
    statistics = models.JSONField(default=dict)
    note = models.TextField(blank=True, help_text="What people say about it.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["baseline", "candidate"], name="one_comparison_per_pair"),
            models.CheckConstraint(name="two_different_runs", condition=~Q(baseline=F("candidate"))),
        ]

    def __str__(self) -> str:
        return f"{self.baseline} against {self.candidate}"

    def get_absolute_url(self) -> str:
        return reverse("show_comparison", args=[self.uuid])

    def begin(self) -> None:
        """A job takes it up."""
        Comparison.objects.filter(pk=self.pk).update(state=WorkState.RUNNING, error="")

    def end(self, state: WorkState, **changes: Any) -> None:
        """A job leaves it in `state`. Call it fenced."""
        Comparison.objects.filter(pk=self.pk).update(state=state, **changes)
