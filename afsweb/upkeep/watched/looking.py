"""The job that looks at a host's watched folders, on that host."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db.models.functions import Now

from afsweb.core.findings import Found, report
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.hosts import with_silence
from afsweb.core.jobs.registry import get_kind, job
from afsweb.core.models import Artifact, Host, HostState, Job, JobState, Subject, WatchedItem, WatchedKind
from afsweb.storage import StorageError
from afsweb.upkeep.catalogue.saving import save_point
from afsweb.upkeep.watched.kinds import Seen, hash_of, look_into
from datasets_app.models import Source, SourceState

LOOK, CHECK = "upkeep.look_at_watched", "watched folders"
# More than that in one folder is no drop for samples and models; the rest is told, not listed.
MOST = 5_000
ADVICE = "Mount its disk, or take it out of AFS_WATCH on that machine."


def ask_hosts() -> int:
    """Have every host that lives look at its watched folders, unless it was asked already; returns how many were."""
    asked = 0
    waiting = set(Job.objects.filter(kind=LOOK, state=JobState.QUEUED).values_list("pinned_host", flat=True))
    queue = get_kind(LOOK).queue
    for host in with_silence(Host.objects.filter(state=HostState.ACTIVE, queues__contains=[queue])):
        if not host.is_silent and host.pk not in waiting:
            enqueue(LOOK, {}, title=f"Look at the watched folders of {host}", host=host)
            asked += 1
    return asked


@job(LOOK)
def look_at_watched(ctx: JobContext) -> None:
    """List what lies in this machine's watched folders. Safe to stop and to run twice."""
    host = ctx.job.host
    assert host is not None  # a job that runs has one
    count, size, problems = 0, 0, list[Found]()
    for folder in settings.WATCHED_DIRS:
        if not folder.is_dir():
            key = f"{host.pk} {folder}"
            problems.append(
                Found(key, f"{host} watches {folder}, which is not there.", ADVICE, host.get_absolute_url())
            )
            continue
        seen = _look(ctx, host, folder)
        count, size = count + len(seen), size + sum(one.size for one in seen)
    with ctx.fenced():
        _drop_unwatched(host)
        report(f"{CHECK} of {host.name}"[:48], problems, ctx.job)
        if settings.WATCHED_DIRS:
            save_point(Subject.WATCHED, host.name, count, size, ctx.job.pk)
    ctx.progress(count, count, f"{count} files and models seen")
    ctx.finish(seen=count)


def _look(ctx: JobContext, host: Host, folder: Path) -> list[Seen]:
    seen, ids = list[Seen](), list[int]()
    for one in look_into(folder, [settings.ARTIFACT_DIR, settings.WORK_DIR, settings.HOME_DIR]):
        if len(seen) == MOST:
            ctx.log(f"{folder} holds more than {MOST:,} files; the others are not listed.")
            break
        ctx.progress(len(seen), note=one.path)
        ids.append(_keep(ctx, host, folder, one))
        seen.append(one)
    with ctx.fenced():
        rows = WatchedItem.objects.filter(host=host, folder=str(folder), gone_at__isnull=True)
        rows.exclude(pk__in=ids).update(gone_at=Now())
    return seen


def _keep(ctx: JobContext, host: Host, folder: Path, one: Seen) -> int:
    """Write down one item; what did not change is not read again."""
    known = WatchedItem.objects.filter(host=host, folder=str(folder), path=one.path).first()
    facts = (one.size, one.modified_ns, one.files)
    is_same = known is not None and (known.size_bytes, known.modified_ns, known.file_count) == facts
    sha256, problem = (known.sha256, known.problem) if known and is_same else _hash(folder / one.path, one.kind)
    with ctx.fenced():
        item, _ = WatchedItem.objects.update_or_create(
            host=host,
            folder=str(folder),
            path=one.path,
            defaults={
                "kind": one.kind,
                "file_count": one.files,
                "size_bytes": one.size,
                "modified_ns": one.modified_ns,
                "sha256": sha256,
                "managed_url": find_managed(one.kind, sha256),
                "problem": problem[:300],
                "gone_at": None,
            },
        )
    return item.pk


def _hash(place: Path, kind: WatchedKind) -> tuple[str, str]:
    """The hash of what can be adopted, and why it cannot be read."""
    if kind == WatchedKind.OTHER:
        return "", ""
    try:
        return hash_of(place), ""
    except (OSError, StorageError) as error:
        return "", str(error)


def find_managed(kind: WatchedKind, sha256: str) -> str:
    """The page of what has the same content here; "" when nothing has."""
    if not sha256:
        return ""
    if kind == WatchedKind.SAMPLES:
        taken = (SourceState.ACTIVE, SourceState.ARCHIVED, SourceState.LOADING, SourceState.UNMAPPED)
        source = Source.objects.filter(sha256=sha256, state__in=taken).order_by("-pk").first()
        return source.get_absolute_url() if source else ""
    artifact = Artifact.objects.filter(sha256=sha256).defer("manifest").first()
    return artifact.get_absolute_url() if artifact else ""


def _drop_unwatched(host: Host) -> None:
    """What lies in a folder that is watched no more is nobody's business; a folder that is away keeps its rows."""
    watched = [str(folder) for folder in settings.WATCHED_DIRS]
    WatchedItem.objects.filter(host=host, gone_at__isnull=True).exclude(folder__in=watched).update(gone_at=Now())
