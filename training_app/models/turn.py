from __future__ import annotations

from django.conf import settings
from django.db import models

from afsweb.core.models import Job
from training_app.models.version import ModelVersion


class Turn(models.Model):
    """One question of a person's conversation with a version; its job has the answer. Cleared ones are sent no more."""

    version = models.ForeignKey(ModelVersion, models.CASCADE, related_name="turns")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="turns")
    job = models.OneToOneField(Job, models.CASCADE, related_name="turn")
    question = models.TextField()
    is_cleared = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["version", "person", "id"], name="turn_open", condition=models.Q(is_cleared=False))
        ]

    def __str__(self) -> str:
        return self.question[:60]

    @property
    def answer(self) -> str | None:
        """What came back; None while nothing has."""
        answer = self.job.result.get("answer")
        return None if answer is None else str(answer)
