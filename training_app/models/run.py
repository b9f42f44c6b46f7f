from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from afsweb.core.models import Artifact, Host, Public, Worked, WorkState
from datasets_app.models import Snapshot
from training_app.models.recipe import Recipe


class TrainingRun(Worked, Public):
    """One training: a recipe on a snapshot on a host, with all that is needed to repeat it."""

    name = models.CharField(max_length=100)
    recipe = models.ForeignKey(Recipe, models.PROTECT, related_name="runs")
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="runs")
    host = models.ForeignKey(Host, models.PROTECT, null=True, blank=True, related_name="runs")
    seed = models.BigIntegerField(default=0)
    step = models.PositiveIntegerField(default=0)
    max_steps = models.PositiveIntegerField(null=True, blank=True)
    spec = models.JSONField(default=dict, help_text="What the trainer was given, resolved.")
    environment = models.JSONField(default=dict, help_text="Versions and device that the trainer reported.")
    events_seen = models.BigIntegerField(default=0, help_text="How far its events were read: the last seq.")
    adapter = models.ForeignKey(Artifact, models.PROTECT, null=True, blank=True, related_name="trained_by")
    weights = models.ForeignKey(
        Artifact, models.PROTECT, null=True, blank=True, related_name="trained_whole_by",
        help_text="The whole model, where it was trained instead of an adapter.",
    )  # fmt: skip
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    is_archived = models.BooleanField(default=False)
    is_paused = models.BooleanField(default=False, db_default=False, help_text="It stopped to go on later.")
    notes = models.TextField(blank=True, db_default="", help_text="What people wrote about it.")
    sweep = models.ForeignKey("training.Sweep", models.PROTECT, null=True, blank=True, related_name="runs")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-id"], name="run_newest")]
        constraints = [
            models.CheckConstraint(
                name="a_succeeded_run_has_its_result",
                condition=~models.Q(state=WorkState.SUCCEEDED)
                | models.Q(adapter__isnull=False)
                | models.Q(weights__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("show_run", args=[self.uuid])

    @property
    def state_word(self) -> str:
        """The state as people read it: a stopped run that is to go on later is paused."""
        if self.is_paused and self.shown_state == WorkState.STOPPED:
            return "paused"
        return "pausing" if self.is_paused and self.is_active else str(self.shown_state.label)


class Metric(models.Model):
    """What the trainer measured at one step. A resumed run writes the same steps again: the row is replaced."""

    run = models.ForeignKey(TrainingRun, models.CASCADE, related_name="metrics")
    step = models.PositiveIntegerField()
    is_validation = models.BooleanField(default=False)
    loss = models.FloatField(null=True, blank=True)
    accuracy = models.FloatField(null=True, blank=True, help_text="Mean token accuracy, 0 to 1.")
    learning_rate = models.FloatField(null=True, blank=True)
    grad_norm = models.FloatField(null=True, blank=True)
    tokens_per_second = models.FloatField(null=True, blank=True)
    at = models.DateTimeField(null=True, blank=True, help_text="When the trainer wrote it, by its machine's clock.")

    class Meta:
        ordering = ["run", "step"]
        constraints = [models.UniqueConstraint(fields=["run", "step", "is_validation"], name="one_metric_per_step")]

    def __str__(self) -> str:
        return f"step {self.step} of {self.run_id}"


class Checkpoint(Public):
    """A sealed state of a run that it can go on from."""

    run = models.ForeignKey(TrainingRun, models.CASCADE, related_name="checkpoints")
    step = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, help_text="Of its manifest.")
    size_bytes = models.BigIntegerField()
    host = models.ForeignKey(Host, models.PROTECT, null=True, blank=True)
    artifact = models.ForeignKey(Artifact, models.PROTECT, null=True, blank=True, related_name="checkpoints")
    is_kept = models.BooleanField(default=True, help_text="False when the trainer has removed it to keep the newest.")

    class Meta:
        ordering = ["run", "step"]
        constraints = [models.UniqueConstraint(fields=["run", "step"], name="one_checkpoint_per_step")]

    def __str__(self) -> str:
        return f"checkpoint {self.step} of {self.run_id}"


class RunText(models.Model):
    """What the model said to one validation question at one checkpoint. A resumed run answers anew: it is replaced."""

    run = models.ForeignKey(TrainingRun, models.CASCADE, related_name="texts")
    step = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField(help_text="Of the question among those of its step, from 0.")
    question = models.TextField()
    expected = models.TextField()
    said = models.TextField()
    right = models.FloatField(help_text="0 to 1: what the trainer found of it.")

    class Meta:
        ordering = ["run", "step", "position"]
        constraints = [models.UniqueConstraint(fields=["run", "step", "position"], name="one_text_per_question")]

    def __str__(self) -> str:
        return f"step {self.step} of {self.run_id}: {self.question[:40]}"
