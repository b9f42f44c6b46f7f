from __future__ import annotations

from django.db import models

from afsweb.core.models import Job, JobState


class EvalState(models.TextChoices):
    QUEUED = "queued", "queued"
    RUNNING = "running", "running"
    STOPPED = "stopped", "stopped"
    SUCCEEDED = "succeeded", "succeeded"
    FAILED = "failed", "failed"

    @classmethod
    def open(cls) -> tuple[EvalState, EvalState]:
        """The states in which a job works on it, or will."""
        return cls.QUEUED, cls.RUNNING


class Worked:
    """What an evaluation and a comparison share: a job works on them, and may end without being able to say so."""

    state: str
    error: str
    job: Job | None

    @property
    def is_active(self) -> bool:
        """Whether a job works on it or will."""
        return self.state in EvalState.open() and self.job is not None and not self.job.is_final

    @property
    def shown_state(self) -> EvalState:
        """The state that is true for people: what lost its job has failed, or was stopped."""
        state = EvalState(self.state)
        if self.is_active or state not in EvalState.open():
            return state
        return EvalState.STOPPED if self.job and self.job.state == JobState.CANCELLED else EvalState.FAILED

    @property
    def shown_error(self) -> str:
        """Why it failed: what it said itself, else what became of its job."""
        return self.error or (self.job.error if self.job and self.shown_state == EvalState.FAILED else "")

    @property
    def can_go_on(self) -> bool:
        """Whether it can be put in the line again where it was."""
        return self.shown_state in (EvalState.STOPPED, EvalState.FAILED)
