"""Which changes of the tables this version of the program knows, and what it takes over from the one before."""

from __future__ import annotations

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from afsweb.core.models import Job, JobState


def known_migrations() -> frozenset[tuple[str, str]]:
    """Every migration that this version has, as (app, name). Asks no database."""
    return frozenset(MigrationLoader(None).disk_migrations)


def take_over_jobs() -> int:
    """Hand the jobs that wait for workers of another version to those of this one; returns how many."""
    waiting = Job.objects.filter(state=JobState.QUEUED).exclude(code_version__in=("", settings.VERSION))
    return waiting.update(code_version=settings.VERSION)
