from __future__ import annotations

from django.conf import settings
from django.db import models

from afsweb.core.models import Public
from training_app.models import Expert


class Gate(Public):
    """The rules that a version must pass to become an expert's current one. A change makes the next number."""

    expert = models.ForeignKey(Expert, models.PROTECT, related_name="gates")
    number = models.PositiveIntegerField(default=1)
    rules = models.JSONField(help_text="As evals_app.gate.rules reads them.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["expert", "-number"]
        constraints = [models.UniqueConstraint(fields=["expert", "number"], name="one_gate_per_number")]

    def __str__(self) -> str:
        return f"gate {self.number} of {self.expert}"
