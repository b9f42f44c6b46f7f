"""Backups as jobs: made and verified by a worker of the hub's own machine, where the files and the keys are."""

from __future__ import annotations

import socket

from django.conf import settings

from afsweb.backup.contents import read
from afsweb.backup.making import make_backup
from afsweb.core.backups.errors import BackupUnderWay, NoWorkerHere
from afsweb.core.backups.keeping import this_install, verify_backup, write_down, write_down_check
from afsweb.core.jobs.actions import Actor
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.registry import job
from afsweb.core.models import Backup, EventSource, Host, Job, JobState, User

BACK_UP, VERIFY = "core.back_up", "core.verify_backup"


def open_jobs() -> list[Job]:
    """The backups that are being made, or wait to be."""
    return list(Job.objects.filter(kind=BACK_UP, state__in=(JobState.QUEUED, JobState.LEASED)).order_by("created_at"))


def start_backup(by: User | None) -> Job:
    """Have this machine's worker make a backup. Raises BackupUnderWay, NoWorkerHere."""
    for under_way in open_jobs():
        raise BackupUnderWay(title=under_way.title, url=under_way.get_absolute_url())
    return enqueue(BACK_UP, {}, title="Back up everything", by=by, host=this_host())


def start_check(backup: Backup, by: User | None) -> Job:
    """Have this machine's worker read every byte of a backup. Raises NoWorkerHere."""
    return enqueue(VERIFY, {"backup_id": backup.pk}, title=f"Verify the backup {backup}", by=by, host=this_host())


def this_host() -> Host:
    """The machine that we are on, as its workers call it (`manage.py afs_worker`). Raises NoWorkerHere."""
    name = socket.gethostname()
    host = Host.objects.filter(name=name).first()
    if host is None:
        raise NoWorkerHere(host=name)
    return host


@job(BACK_UP, on_hub=True)
def back_up_everything(ctx: JobContext) -> None:
    """Make a backup where AFS_BACKUP_DIR says. Safe to stop: a broken one has no name. Twice makes two."""
    place = make_backup(this_install(), settings.BACKUP_DIR.absolute(), ctx.progress)
    contents = read(place)
    with ctx.fenced():
        backup = write_down(place, contents, Actor(ctx.job.created_by, EventSource.JOB), ctx.job)
        ctx.finish(place=str(place), bytes=backup.size_bytes, missing=backup.missing_count)


@job(VERIFY, on_hub=True)
def verify_one(ctx: JobContext, *, backup_id: int) -> None:
    """Read every byte of a backup and write down what was found."""
    backup = Backup.objects.get(pk=backup_id)
    problem = verify_backup(backup, ctx.progress)
    with ctx.fenced():
        write_down_check(backup, problem)
        ctx.finish(problem=problem or "none")
