from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from afsweb.core.models import Public
from evals_app.models.run import Result


class Winner(models.TextChoices):
    LEFT = "left", "the left one"
    RIGHT = "right", "the right one"
    BOTH = "both", "both the same"
    NEITHER = "neither", "neither"


class Duel(Public):
    """Two versions' answers to one case, judged by a person who did not know whose they were.

    Which one stood on the left was drawn at random and is kept: people favour a side.
    """

    left = models.ForeignKey(Result, models.CASCADE, related_name="duels_on_the_left")
    right = models.ForeignKey(Result, models.CASCADE, related_name="duels_on_the_right")
    winner = models.CharField(max_length=8, choices=Winner, blank=True, help_text="Empty while it is on the screen.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    seconds = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="two_different_answers", condition=~Q(left=F("right"))),
            models.UniqueConstraint(fields=["by", "left", "right"], name="one_duel_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.left_id} against {self.right_id}: {self.winner}"
