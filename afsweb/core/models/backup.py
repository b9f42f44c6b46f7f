from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models

from afsweb.core.models.job import Job
from afsweb.core.models.public import Public


class Backup(Public):
    """A backup that was made whole. The folder is the truth (afsweb.backup); this row says that and where it was made.

    A backup does not hold its own row: it is written down when the folder has its name.
    """

    place = models.CharField(max_length=500, help_text="The folder, on the machine of the hub.")
    version = models.CharField(max_length=64, help_text="Of the program that made it.")
    size_bytes = models.BigIntegerField(help_text="Of all its files, artifacts too, also where they are linked.")
    row_count = models.BigIntegerField(help_text="Of all tables together.")
    artifact_count = models.PositiveIntegerField()
    missing_count = models.PositiveIntegerField(default=0, help_text="Artifacts that were damaged or gone already.")
    verified_at = models.DateTimeField(help_text="When every byte was last read and found unchanged.")
    problem = models.TextField(blank=True, help_text="What the last check found; empty when all was well.")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return Path(self.place).name

    @property
    def is_whole(self) -> bool:
        """Whether all that the install had is in it, as far as anybody knows."""
        return not self.problem and not self.missing_count
