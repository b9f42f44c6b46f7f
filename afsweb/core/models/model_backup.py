from __future__ import annotations

from django.db import models

from afsweb.core.models.job import Job
from afsweb.core.models.public import Public


class ModelBackup(Public):
    """The models of one day in the backup folder. What the hub deletes later stays in it."""

    day = models.DateField(unique=True)
    contents = models.JSONField(default=list, help_text="[{what, name, sha256, size}, …]")
    count = models.PositiveIntegerField(default=0)
    size_bytes = models.BigIntegerField(default=0, help_text="Of all its contents.")
    new_bytes = models.BigIntegerField(default=0, help_text="Of those that no earlier day had.")
    missing = models.JSONField(default=list, help_text="What could not be copied: [{what, name, problem}, …]")
    checked_at = models.DateTimeField(null=True, blank=True, help_text="When all of it was read back and found whole.")
    restored = models.CharField(max_length=200, blank=True, help_text="Which model was restored to try it.")
    removed_at = models.DateTimeField(null=True, blank=True, help_text="When its day was over, by the retention.")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["-day"], name="model_backup_newest")]

    def __str__(self) -> str:
        return f"models of {self.day}"
