from __future__ import annotations

from django.db import models

from training_app.models.version import ModelVersion


class Claimed(models.TextChoices):
    """What a document says about a version that was trained elsewhere; a run would know it."""

    STANDING = "standing", "status"
    METHOD = "method", "method"
    PLATFORM = "platform", "platform"
    HARDWARE = "hardware", "hardware"
    EXAMPLES = "examples", "training examples"
    CATEGORY_EXAMPLES = "category_examples", "training examples of a category"
    RANK = "rank", "LoRA rank"
    ALPHA = "alpha", "LoRA alpha"
    TARGETS = "targets", "LoRA target modules"
    DROPOUT = "dropout", "LoRA dropout"
    INITIAL_LOSS = "initial_loss", "initial loss"
    FINAL_LOSS = "final_loss", "final loss"
    TRAIN_SECONDS = "train_seconds", "training time"
    SCORE = "score", "score"
    FILE = "file", "file"


class Claim(models.Model):
    """One thing that a document says about an imported version, and that nobody here measured."""

    version = models.ForeignKey(ModelVersion, models.CASCADE, related_name="claims")
    what = models.CharField(max_length=20, choices=Claimed)
    category = models.CharField(max_length=100, blank=True, help_text="Of a score, of examples, of a file.")
    value = models.JSONField(help_text="A number (a score from 0 to 1, seconds, a count) or a text.")
    n = models.PositiveIntegerField(null=True, blank=True, help_text="How many tests a score is from.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "what", "category"], name="one_claim_per_category"),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.category}".strip()
