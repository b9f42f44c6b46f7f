from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from afsweb.core.models import Job, Public
from evals_app.models.suite import Case, Suite
from training_app.models import ModelVersion


class EvalState(models.TextChoices):
    QUEUED = "queued", "queued"
    RUNNING = "running", "running"
    STOPPED = "stopped", "stopped"
    SUCCEEDED = "succeeded", "succeeded"
    FAILED = "failed", "failed"


class EvalRun(Public):
    """One version answering one suite. `hashes` holds every hash that makes it comparable with another run."""

    suite = models.ForeignKey(Suite, models.PROTECT, related_name="runs")
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="eval_runs")
    state = models.CharField(max_length=16, choices=EvalState, default=EvalState.QUEUED)
    sampling = models.JSONField(default=dict, help_text="temperature, max_new_tokens, seed")
    repeats = models.PositiveSmallIntegerField(default=1)
    hashes = models.JSONField(default=dict, help_text="suite, scorer, template, sampling, weights, training data")
    score = models.FloatField(null=True, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    error = models.TextField(blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-id"], name="eval_newest")]

    def __str__(self) -> str:
        return f"{self.version} on {self.suite}"

    def get_absolute_url(self) -> str:
        return reverse("show_eval_run", args=[self.uuid])


class ResultState(models.TextChoices):
    PLANNED = "planned", "planned"
    SCORED = "scored", "scored"
    UNPARSED = "unparsed", "unparsed"
    FAILED = "failed", "failed"


class Result(models.Model):
    """One answer to one case and its score. Claimed with the claiming job's lease, like a campaign's item."""

    run = models.ForeignKey(EvalRun, models.CASCADE, related_name="results")
    case = models.ForeignKey(Case, models.PROTECT, related_name="results")
    repeat = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=16, choices=ResultState, default=ResultState.PLANNED)
    lease = models.UUIDField(null=True, blank=True)
    answer = models.TextField(blank=True)
    score = models.FloatField(null=True, blank=True)
    extracted = models.CharField(max_length=200, blank=True)
    evidence = models.JSONField(default=list, help_text="Spans of the answer: start, end, verdict, text.")
    explanation = models.CharField(max_length=300, blank=True)
    scorer_version = models.CharField(max_length=32, blank=True)
    input_tokens = models.PositiveIntegerField(null=True, blank=True)
    output_tokens = models.PositiveIntegerField(null=True, blank=True)
    milliseconds = models.PositiveIntegerField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["run", "id"], name="result_open", condition=Q(state=ResultState.PLANNED))]
        constraints = [
            models.UniqueConstraint(fields=["run", "case", "repeat"], name="one_result_per_repeat"),
            models.CheckConstraint(
                name="result_score_is_a_share", condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=1)
            ),
            models.CheckConstraint(
                name="a_scored_result_has_a_score", condition=~Q(state=ResultState.SCORED) | Q(score__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} in {self.run_id}: {self.score}"
