from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from afsweb.core.models import Public
from datasets_app.models.domain import Domain


class SymbolMap(Public):
    """A project's own names for addresses, imported by a person: they join the facts of a domain while in use."""

    domain = models.ForeignKey(Domain, models.PROTECT, related_name="symbol_maps")
    name = models.CharField(max_length=200)
    licence = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, help_text="Of the names with their addresses, in order.")
    pairs = models.JSONField(help_text="[[24-bit address, name], …]")
    is_archived = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "sha256"], name="one_map_of_these_names", condition=models.Q(is_archived=False)
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("show_symbols", args=[self.uuid])
