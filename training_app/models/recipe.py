from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from afsweb.core.models import Public
from training_app.models.base_model import BaseModel


class Method(models.TextChoices):
    LORA = "lora", "LoRA"
    LORA8 = "lora8", "LoRA (8-bit base)"
    QLORA = "qlora", "QLoRA (4-bit base)"
    FULL = "full", "full fine-tuning"


class Backend(models.TextChoices):
    TRL = "trl", "trl + peft"
    UNSLOTH = "unsloth", "unsloth"
    MLX = "mlx", "MLX"


class Recipe(Public):
    """How to train: base model, method, backend, hyper-parameters. A change makes a new version; versions stay."""

    name = models.SlugField(max_length=64)
    number = models.PositiveIntegerField(default=1)
    base_model = models.ForeignKey(BaseModel, models.PROTECT, related_name="recipes")
    method = models.CharField(max_length=8, choices=Method, default=Method.LORA)
    backend = models.CharField(max_length=8, choices=Backend, default=Backend.TRL)
    params = models.JSONField(help_text="Checked by training_app.backends.params; units and reasons stand there.")
    source = models.CharField(max_length=300, blank=True, help_text="Where the settings come from.")
    is_preset = models.BooleanField(default=False)
    is_archived = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    class Meta:
        ordering = ["name", "-number"]
        constraints = [models.UniqueConstraint(fields=["name", "number"], name="one_recipe_per_number")]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("show_recipe", args=[self.uuid])
