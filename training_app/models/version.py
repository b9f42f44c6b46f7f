from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from afsweb.core.models import Artifact, Endpoint, Public
from training_app.models.base_model import BaseModel
from training_app.models.run import TrainingRun


class ModelVersion(Public):
    """What evaluation and serving use: a base model as it is, or with the adapter that a run trained."""

    name = models.SlugField(max_length=64)
    number = models.PositiveIntegerField(default=1)
    base_model = models.ForeignKey(BaseModel, models.PROTECT, related_name="versions")
    run = models.OneToOneField(TrainingRun, models.PROTECT, null=True, blank=True, related_name="version")
    adapter = models.ForeignKey(Artifact, models.PROTECT, null=True, blank=True, related_name="versions")
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, null=True, blank=True, related_name="versions")
    note = models.CharField(max_length=300, blank=True)
    is_archived = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "number"], name="one_version_per_number"),
            models.CheckConstraint(
                name="a_trained_version_has_its_adapter",
                condition=models.Q(run__isnull=True) | models.Q(adapter__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("show_version", args=[self.uuid])


class Expert(Public):
    """A named role (din, nayru, farore, veran). Its current version is one that was promoted to it.

    The database holds that: (id, current_version, current_promotion) refers to a Promotion's (expert, version, id).
    """

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    purpose = models.CharField(max_length=200)
    current_version = models.ForeignKey(
        ModelVersion, models.PROTECT, null=True, blank=True, related_name="current_for", editable=False
    )
    current_promotion = models.ForeignKey(
        "training.Promotion", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="current_version_has_its_promotion",
                condition=models.Q(current_version__isnull=True, current_promotion__isnull=True)
                | models.Q(current_version__isnull=False, current_promotion__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("show_expert", args=[self.uuid])


class Promotion(Public):
    """The signed decision that made a version an expert's current one: a passed gate, or a reason to override it."""

    expert = models.ForeignKey(Expert, models.PROTECT, related_name="promotions")
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="promotions")
    gate_passed = models.BooleanField()
    gate_report = models.JSONField(default=dict)
    override_reason = models.CharField(max_length=300, blank=True)
    promoted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["expert", "version", "id"], name="promotion_of_expert_and_version"),
            models.CheckConstraint(
                name="a_failed_gate_needs_a_reason",
                condition=models.Q(gate_passed=True) | ~models.Q(override_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} for {self.expert_id}"
