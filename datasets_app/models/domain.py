from __future__ import annotations

from django.db import models


class Domain(models.Model):
    """A subject. Its generators, verifier and facts are code (datasets_app.domains); its threshold is a row."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=300, blank=True)
    threshold = models.FloatField(help_text="The lowest overall score that the gate passes.")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(name="threshold_is_a_share", condition=models.Q(threshold__gte=0, threshold__lte=1))
        ]

    def __str__(self) -> str:
        return self.name
