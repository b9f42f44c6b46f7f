from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from afsweb.core.models import Artifact, Job, Public, Role, User
from datasets_app.models.snapshot import Snapshot


class Export(Public):
    """Samples written out by a job, as files to download: those of a query, or a snapshot."""

    name = models.CharField(max_length=200)
    format = models.CharField(max_length=24)
    query = models.JSONField(default=dict, help_text="Field of the samples' filter -> value, as in the list's address.")
    snapshot = models.ForeignKey(Snapshot, models.CASCADE, null=True, blank=True, related_name="exports")
    written = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0, help_text="Samples that the format cannot hold.")
    artifact = models.ForeignKey(Artifact, models.PROTECT, null=True, blank=True, related_name="exports")
    error = models.TextField(blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-id"], name="export_newest")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("show_export", args=[self.uuid])

    @property
    def state(self) -> str:
        """ready, failed, stopped, or that it is being written."""
        if self.artifact_id:
            return "ready"
        if self.job is None or not self.job.is_final:
            return "failed" if self.job is None else "writing"
        return "stopped" if self.job.state == "cancelled" else "failed"

    def may_delete(self, user: User) -> bool:
        """Whether `user` may delete it: who made it and admins may."""
        return user.pk == self.created_by_id or user.has_role(Role.ADMIN)


class ExportContent(models.Model):
    """Which samples the files of an export hold: a purge asks, and no format but our own says it.

    One row for each export, and not in the export's own, which lists read: a million samples take 16 MB.
    """

    export = models.OneToOneField(Export, models.CASCADE, primary_key=True, related_name="content")
    samples = models.BinaryField(help_text="Their ids, 16 bytes each.")

    def __str__(self) -> str:
        return f"samples of {self.export_id}"
