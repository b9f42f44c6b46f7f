from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from datasets_app.models.queue import ReviewQueue
from datasets_app.models.review import Review
from datasets_app.models.sample import SampleVersion


class Seat(models.Model):
    """One of the `overlap` places at which people judge one text in one queue: held until a moment, or used.

    The constraints say what overlap promises: no place is used twice, and nobody sits twice before the same text.
    """

    queue = models.ForeignKey(ReviewQueue, models.CASCADE, related_name="seats")
    version = models.ForeignKey(SampleVersion, models.CASCADE, related_name="seats")
    number = models.PositiveSmallIntegerField()
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    until = models.DateTimeField(help_text="Free again from then on, unless there is a judgement.")
    review = models.OneToOneField(Review, models.CASCADE, null=True, blank=True, related_name="seat")

    class Meta:
        indexes = [models.Index(fields=["reviewer", "version"], name="seat_held", condition=Q(review__isnull=True))]
        constraints = [
            models.UniqueConstraint(fields=["version", "queue", "number"], name="one_person_per_seat"),
            models.UniqueConstraint(fields=["version", "queue", "reviewer"], name="one_seat_per_person"),
            models.CheckConstraint(name="nine_seats_at_most", condition=Q(number__lte=8)),
        ]

    def __str__(self) -> str:
        return f"seat {self.number} at {self.version_id}"
