from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from evals_app.models.run import Result


class Score(models.Model):
    """What an answer was worth by one scorer in one version, beside the score that counts: that stands on the result.

    A rescored answer keeps here what it had before; a judge's and people's opinions are here too.
    """

    result = models.ForeignKey(Result, models.CASCADE, related_name="scores")
    scorer = models.CharField(max_length=48)
    version = models.CharField(max_length=80, help_text="Of the scorer; a judge's holds its model and rubric.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    value = models.FloatField(null=True, blank=True)
    extracted = models.CharField(max_length=200, blank=True)
    evidence = models.JSONField(default=list)
    explanation = models.TextField(blank=True)
    measures = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["result", "scorer", "version", "by"], name="one_score_per_opinion", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="a_score_is_a_share", condition=Q(value__isnull=True) | Q(value__gte=0, value__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scorer} {self.version}: {self.value}"
