from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Now
from django.urls import reverse

from afsweb.core.models import Endpoint, Job, Public, Worked, WorkState
from evals_app.models.suite import Case, Suite
from training_app.models import ModelVersion

# An answer is right when it earned the whole point; shares of 1 add up to a hair below it.
RIGHT = 0.999


class EvalRun(Worked, Public):
    """One version answering one suite. `hashes` holds every hash that makes it comparable with another run.

    queued -> running -> succeeded | stopped | failed; a stopped or failed one goes on where it was.
    """

    suite = models.ForeignKey(Suite, models.PROTECT, related_name="runs")
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="eval_runs")
    sampling = models.JSONField(default=dict, help_text="temperature, max_new_tokens, seed")
    repeats = models.PositiveSmallIntegerField(default=1)
    judge = models.ForeignKey(
        Endpoint,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who judges where a rubric decides.",
    )
    simulator = models.ForeignKey(
        Endpoint, models.PROTECT, null=True, blank=True, related_name="+", help_text="Who plays the user."
    )
    may_reuse = models.BooleanField(default=False, help_text="Answers kept of the same question are taken, not asked.")
    hashes = models.JSONField(
        default=dict, help_text="suite, scorer, template, sampling, weights, training data, judge, simulator"
    )
    score = models.FloatField(null=True, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-id"], name="eval_newest")]

    def __str__(self) -> str:
        return f"{self.version} on {self.suite}"

    def get_absolute_url(self) -> str:
        return reverse("show_eval_run", args=[self.uuid])

    @property
    def planned(self) -> int:
        """How many answers it takes in all."""
        return self.suite.cases.count() * self.repeats

    def begin(self, hashes: dict[str, str]) -> None:
        """A job takes it up, for the first time or again."""
        EvalRun.objects.filter(pk=self.pk).update(
            state=WorkState.RUNNING, started_at=Coalesce("started_at", Now()), finished_at=None, error="", hashes=hashes
        )

    def end(self, state: WorkState, **changes: Any) -> None:
        """A job leaves it in `state`. Call it fenced."""
        EvalRun.objects.filter(pk=self.pk).update(state=state, finished_at=Now(), **changes)

    def queue_again(self, job: Job) -> bool:
        """Put a run that ended back in the line, for `job`; False when somebody else was faster."""
        unchanged = EvalRun.objects.filter(pk=self.pk, state=self.state, job=self.job)
        return bool(unchanged.update(state=WorkState.QUEUED, job=job, error="", finished_at=None))


class ResultState(models.TextChoices):
    PLANNED = "planned", "planned"
    ANSWERED = "answered", "answered, not scored yet"
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
    request_sha256 = models.CharField(max_length=64, blank=True, help_text="Of all that was sent, to find it again.")
    is_reused = models.BooleanField(default=False, help_text="Taken from an earlier run, not asked.")
    answer = models.TextField(blank=True)
    transcript = models.JSONField(default=list, blank=True, help_text="Of a conversation: every message in order.")
    stop_reason = models.CharField(max_length=32, blank=True, help_text="Why the answer or the conversation ended.")
    is_unsafe = models.BooleanField(
        null=True, blank=True, help_text="Whether a safety rule was broken; null: not asked."
    )
    score = models.FloatField(null=True, blank=True)
    measures = models.JSONField(default=dict, blank=True, help_text="What else was measured: bytes, cycles, …")
    extracted = models.CharField(max_length=200, blank=True)
    evidence = models.JSONField(default=list, help_text="Spans of the answer: start, end, verdict, text.")
    explanation = models.CharField(max_length=300, blank=True)
    scorer_version = models.CharField(max_length=32, blank=True)
    input_tokens = models.PositiveIntegerField(null=True, blank=True)
    output_tokens = models.PositiveIntegerField(null=True, blank=True)
    milliseconds = models.PositiveIntegerField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["run", "id"], name="result_open", condition=Q(state=ResultState.PLANNED)),
            models.Index(fields=["request_sha256"], name="result_asked", condition=~Q(request_sha256="")),
        ]
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

    @property
    def is_right(self) -> bool:
        """Whether the answer earned the whole point."""
        return self.score is not None and self.score >= RIGHT
