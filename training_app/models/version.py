from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from afsweb.core.models import Artifact, Endpoint, Public
from training_app.models.base_model import BaseModel
from training_app.models.run import TrainingRun


class Standing(models.TextChoices):
    """What people think of a version. Which one is current is not among them: promotions say that."""

    BEST = "best", "best so far"
    FAILED = "failed", "failed experiment"
    BASELINE = "baseline", "baseline"


class ModelVersion(Public):
    """What evaluation and serving use: a base model as it is, with an adapter, or with whole weights of its own.

    What a run or a merge knows about it is read there. Here stands what only people know; of a version that was trained
    elsewhere (`imported_from`) the rest is claims.
    """

    name = models.SlugField(max_length=64)
    number = models.PositiveIntegerField(default=1)
    base_model = models.ForeignKey(BaseModel, models.PROTECT, related_name="versions")
    run = models.OneToOneField(TrainingRun, models.PROTECT, null=True, blank=True, related_name="version")
    adapter = models.ForeignKey(Artifact, models.PROTECT, null=True, blank=True, related_name="versions")
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, null=True, blank=True, related_name="versions")
    weights = models.ForeignKey(
        Artifact,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="whole_versions",
        help_text="Its own whole weights in place of the base's, trained or merged.",
    )
    note = models.CharField(max_length=300, blank=True)
    standing = models.CharField(max_length=8, choices=Standing, blank=True)
    tag = models.CharField(max_length=200, blank=True, help_text="What it is called where it is served.")
    system_prompt = models.TextField(blank=True)
    temperature = models.FloatField(null=True, blank=True)
    known_issues = models.TextField(blank=True)
    lessons = models.TextField(blank=True)
    billed_cost = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="US dollars that somebody was billed for it."
    )
    imported_from = models.CharField(max_length=300, blank=True, help_text="The document that tells of it.")
    is_archived = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "number"], name="one_version_per_number"),
            models.CheckConstraint(
                name="a_temperature_is_one",
                condition=models.Q(temperature__isnull=True) | models.Q(temperature__range=(0, 5)),
            ),
            models.CheckConstraint(
                name="a_trained_version_has_its_result",
                condition=models.Q(run__isnull=True)
                | models.Q(adapter__isnull=False)
                | models.Q(weights__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("show_version", args=[self.uuid])

    @property
    def is_plain_base(self) -> bool:
        """Whether it is the base model as it is."""
        return self.run_id is None and self.adapter_id is None and self.weights_id is None and not self.imported_from

    @property
    def origin(self) -> str:
        """Where it came from, in a few words."""
        if self.run_id is not None:
            return "trained here"
        if self.imported_from:
            return f"imported from {self.imported_from}"
        if self.weights_id is not None:
            return "an adapter merged into its base"
        return "adapters merged" if self.adapter_id is not None else "the base as it is"


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
