from __future__ import annotations

from django.db import models

from afsweb.core.models.job import Job, JobState


class WorkState(models.TextChoices):
    """Where a campaign, a run, an evaluation or a comparison stands; a job moves it."""

    QUEUED = "queued", "queued"
    RUNNING = "running", "running"
    STOPPED = "stopped", "stopped"
    SUCCEEDED = "succeeded", "succeeded"
    FAILED = "failed", "failed"

    @classmethod
    def open(cls) -> tuple[WorkState, WorkState]:
        """The states in which a job works on it, or will."""
        return cls.QUEUED, cls.RUNNING


class Worked(models.Model):
    """A row that jobs work on, one after the other. A job that is lost cannot say so on the row: `shown_state` does."""

    state = models.CharField(max_length=16, choices=WorkState, default=WorkState.QUEUED)
    error = models.TextField(blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True

    @property
    def is_active(self) -> bool:
        """Whether a job works on it or will."""
        return self.state in WorkState.open() and self.job is not None and not self.job.is_final

    @property
    def shown_state(self) -> WorkState:
        """The state that is true for people: what lost its job has failed, or was stopped."""
        state = WorkState(self.state)
        if self.is_active or state not in WorkState.open():
            return state
        return WorkState.STOPPED if self.job and self.job.state == JobState.CANCELLED else WorkState.FAILED

    @property
    def shown_error(self) -> str:
        """Why it failed: what was written on it, else what became of its job."""
        return self.error or (self.job.error if self.job and self.shown_state == WorkState.FAILED else "")

    @property
    def can_go_on(self) -> bool:
        """Whether it can be put in the line again, to go on where it was."""
        return self.shown_state in (WorkState.STOPPED, WorkState.FAILED)
