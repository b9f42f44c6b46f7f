from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from afsweb.core.models import Endpoint, Public


class Rubric(Public):
    """What a judge is told to look for. A version never changes; a change makes the next number.

    `criteria`: {name, text, weight} each, judged from 0 to 4; `safety`: {name, text} each, broken or not; one that is
    broken makes the whole worth nothing.
    """

    slug = models.SlugField(max_length=64)
    number = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=200)
    criteria = models.JSONField(default=list)
    safety = models.JSONField(default=list, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["slug", "-number"]
        constraints = [models.UniqueConstraint(fields=["slug", "number"], name="one_rubric_per_number")]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("show_rubric", args=[self.uuid])


class JudgeCheck(Public):
    """A judge's marks for a rubric's anchors: answers that never change, so that a judge that changed is seen."""

    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="checks")
    judge = models.ForeignKey(Endpoint, models.PROTECT, related_name="+")
    marks = models.JSONField(help_text="Of each anchor, by its key: 0 to 1, null where none could be read.")

    class Meta:
        indexes = [models.Index(fields=["rubric", "judge", "-id"], name="judge_checks")]

    def __str__(self) -> str:
        return f"{self.judge} on {self.rubric}"
