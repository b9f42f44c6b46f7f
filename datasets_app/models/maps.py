from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from afsweb.core.models import Artifact, Public, Worked, WorkState
from datasets_app.models.domain import Domain
from datasets_app.models.quality import Embedder


class Method(models.TextChoices):
    PCA = "pca", "PCA"
    UMAP = "umap", "UMAP"


class EmbeddingMap(Public, Worked):
    """The vectors of a domain's samples, laid out on a plane: near on the map is near in what is said.

    The artifact holds sample ids and coordinates, no text and no state: those are read when the map is shown.
    """

    domain = models.ForeignKey(Domain, models.PROTECT, related_name="maps")
    method = models.CharField(max_length=8, choices=Method, default=Method.PCA)
    embedder = models.ForeignKey(Embedder, models.PROTECT, related_name="+")
    sample_bound = models.PositiveIntegerField(
        null=True, blank=True, help_text="It was fitted on so many vectors at most; none: on all."
    )
    count = models.PositiveIntegerField(default=0)
    variance = models.JSONField(default=list, help_text="PCA: the share of the variance that each axis shows.")
    artifact = models.ForeignKey(Artifact, models.PROTECT, null=True, blank=True, related_name="maps")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "map"
        constraints = [
            models.CheckConstraint(
                name="made_map_has_points", condition=~Q(state=WorkState.SUCCEEDED) | Q(artifact__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.domain} by {self.get_method_display()}, {self.created_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("show_map", args=[self.uuid])


class MapSelection(Public):
    """Samples that a person drew a line around on a map: as fixed as a list, a value of the samples' filter.

    Without an outline they were found otherwise: near the answers that an evaluation leaves disputed.
    """

    map = models.ForeignKey(EmbeddingMap, models.SET_NULL, null=True, related_name="selections")
    outline = models.JSONField(help_text="Corners of the line, in the map's coordinates: [[x, y], …].")
    # An array, not rows: samples that are deleted later simply match nothing.
    sample_ids = ArrayField(models.BigIntegerField())
    count = models.PositiveIntegerField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.count:,} samples {'of a map' if self.outline else 'near disputed answers'}"
