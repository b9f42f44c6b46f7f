from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from afsweb.core.models import Public
from datasets_app.models.sample import SampleVersion


class PairOrigin(models.TextChoices):
    EDIT = "edit", "an edit"
    CHOICE = "choice", "a choice between two"
    IMPORT = "import", "an import"


class PreferencePair(Public):
    """Two answers to one prompt, the better one named. It is data to train on while its chosen text is accepted."""

    chosen = models.ForeignKey(SampleVersion, models.CASCADE, related_name="pairs_won")
    rejected = models.ForeignKey(SampleVersion, models.CASCADE, related_name="pairs_lost")
    origin = models.CharField(max_length=8, choices=PairOrigin)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    was_first = models.BooleanField(
        null=True, blank=True, help_text="Whether the chosen one stood first, where a person chose: sides are drawn."
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(F("id").desc(), name="pair_newest", condition=Q(undone_at__isnull=True))]
        constraints = [
            models.UniqueConstraint(
                fields=["chosen", "rejected"], name="one_pair_of_two", condition=Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(name="a_pair_has_two", condition=~Q(chosen=F("rejected"))),
        ]

    def __str__(self) -> str:
        return f"{self.chosen_id} over {self.rejected_id}"
