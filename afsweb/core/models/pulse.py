from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from afsweb.core.models.job import Job


class Pulse(models.Model):
    """The steps of a long job, apart from its heartbeat: a process may live and yet get nowhere."""

    job = models.OneToOneField(Job, models.CASCADE, primary_key=True, related_name="pulse")
    step = models.BigIntegerField(default=0)
    step_at = models.DateTimeField(db_default=Now(), help_text="When it last showed a sign of work.")
    usual_seconds = models.FloatField(null=True, blank=True, help_text="The median time between two signs.")
    stalled_at = models.DateTimeField(null=True, blank=True, help_text="Since when people know that it stands still.")

    def __str__(self) -> str:
        return f"step {self.step} of {self.job_id}"


class GpuReading(models.Model):
    """What one GPU did at one moment while a job ran on its machine."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="gpu_readings")
    at = models.DateTimeField(db_default=Now())
    gpu = models.PositiveSmallIntegerField()
    busy = models.FloatField(null=True, blank=True, help_text="0 to 1.")
    memory_used = models.BigIntegerField(null=True, blank=True, help_text="Bytes.")
    memory_total = models.BigIntegerField(null=True, blank=True, help_text="Bytes.")
    celsius = models.FloatField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["job", "id"], name="gpu_reading_of_job")]

    def __str__(self) -> str:
        return f"GPU {self.gpu} at {self.at}"
