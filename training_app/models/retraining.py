from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from afsweb.core.models import Host, Public
from datasets_app.models import Domain, Snapshot
from training_app.models.recipe import Recipe
from training_app.models.run import TrainingRun


class Retraining(Public):
    """A rule: when a domain has so many new accepted samples, make a snapshot of it and train the recipe on that.

    `snapshot` is the newest that it made; while `run` trained on another, the run of that snapshot is still to come.
    """

    name = models.SlugField(max_length=48, unique=True)
    domain = models.ForeignKey(Domain, models.PROTECT, related_name="retrainings")
    recipe = models.ForeignKey(Recipe, models.PROTECT, related_name="retrainings")
    host = models.ForeignKey(Host, models.PROTECT, null=True, blank=True, related_name="+")
    threshold = models.PositiveIntegerField(help_text="New accepted samples that are worth a training.")
    golden_only = models.BooleanField(default=False)
    validation_share = models.FloatField(default=0.05)
    seed = models.BigIntegerField(default=0)
    is_enabled = models.BooleanField(default=True)
    problem = models.CharField(max_length=500, blank=True, help_text="Why it paused itself.")
    rounds = models.PositiveIntegerField(default=0, help_text="Snapshots that it made so far.")
    snapshot = models.ForeignKey(Snapshot, models.SET_NULL, null=True, blank=True, related_name="+")
    run = models.ForeignKey(TrainingRun, models.SET_NULL, null=True, blank=True, related_name="+")
    new_count = models.PositiveIntegerField(null=True, blank=True, help_text="New samples at the last look.")
    looked_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_retraining_waits_for_something", condition=Q(threshold__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("show_retraining", args=[self.uuid])

    @property
    def owes_a_run(self) -> bool:
        """Whether its newest snapshot is not trained on yet."""
        return self.snapshot_id is not None and (self.run is None or self.run.snapshot_id != self.snapshot_id)
