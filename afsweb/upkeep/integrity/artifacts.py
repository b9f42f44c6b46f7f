"""Stored files: do the rows say what their manifests say, and do the files say what their hashes say?

The files are read in turns. Each artifact's last check is a row, the oldest check is next, and a turn ends after
`READ_SECONDS`; so a turn that is stopped or killed goes on where it was, and the next night with what is left.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now

from afsweb.core.findings import Found, report
from afsweb.core.jobs.context import JobContext
from afsweb.core.models import Artifact, ArtifactCheck, Host
from afsweb.storage import ArtifactMissing, Manifest, StorageError, StoredFile, verify

FILES = "stored files"
# An hour of a disk that others want, too: a slow one (150 MB/s) reads 500 GB in it.
READ_SECONDS = 3600.0
LOST = "Nothing may use them now. If the model backup or the mirror has them, put them back; else make them anew."
DAMAGED = "The files on the disk were changed or the disk fails: look at it, then put the files back from a copy."


def check_manifests() -> Iterator[Found]:
    """Artifacts whose size, number of files or name is not that of their manifest. Reads rows, no files."""
    for one in Artifact.objects.order_by("pk").iterator(chunk_size=200):
        problem = _contradiction(one)
        if problem:
            text = f"The artifact “{one}” contradicts itself: {problem}."
            advice = "Its row was changed by something else than afsweb: restore it from a backup."
            yield Found(str(one.uuid), text, advice, one.get_absolute_url())


def _contradiction(one: Artifact) -> str:
    try:
        files = tuple(StoredFile(file["path"], file["size"], file["sha256"]) for file in one.manifest["files"])
    except (KeyError, TypeError):
        return "its manifest cannot be read"
    manifest = Manifest(files)
    if manifest.sha256 != one.sha256:
        return "its name is not the sha256 of its manifest"
    if (manifest.size, len(files)) != (one.size_bytes, one.file_count):
        listed = f"{manifest.size:,} bytes in {len(files):,} files"
        return f"it says {one.size_bytes:,} bytes in {one.file_count:,} files, and its manifest {listed}"
    return ""


def check_files(ctx: JobContext, host: Host, clock: Callable[[], float] = time.monotonic) -> tuple[int, list[str]]:
    """Read the files of artifacts whose last check on `host` is oldest, each once in this job, for `READ_SECONDS`.

    Returns how many were read, and sentences of what is newly found wrong.
    """
    began, read, new = clock(), 0, list[str]()
    while clock() - began < READ_SECONDS and (one := next_artifact(ctx, host)):
        ctx.progress(read, note=f"reads {one}")
        problem = _look(one)
        with ctx.fenced():
            _remember(one, host, problem)
            new += report(FILES, problem, ctx.job, keys=[str(one.uuid)]).new
        read += 1
    return read, new


def next_artifact(ctx: JobContext, host: Host) -> Artifact | None:
    """The one that was never read on `host`, or else longest ago; None when all were read since this job was made."""
    since = ctx.job.created_at
    return by_age(host).filter(Q(read_at__isnull=True) | Q(read_at__lt=since)).first()


def by_age(host: Host) -> QuerySet[Any]:
    """The artifacts, those first that were never read on `host`, then those read longest ago; with `read_at`."""
    checks = ArtifactCheck.objects.filter(artifact=OuterRef("pk"), host=host).values("at")
    rows = Artifact.objects.annotate(read_at=Subquery(checks))
    return rows.order_by(F("read_at").asc(nulls_first=True), "pk")


def _look(one: Artifact) -> list[Found]:
    try:
        verify(settings.ARTIFACT_DIR, one.sha256)
    except StorageError as error:
        advice = LOST if isinstance(error, ArtifactMissing) else DAMAGED
        return [Found(str(one.uuid), f"The artifact “{one}”: {error}", advice, one.get_absolute_url())]
    return []


def _remember(one: Artifact, host: Host, problem: list[Found]) -> None:
    # The artifact may have been deleted while it was read; then there is nothing to remember, and nothing to mend.
    if Artifact.objects.filter(pk=one.pk).select_for_update(no_key=True).exists():
        facts = {"is_whole": not problem, "at": Now()}
        ArtifactCheck.objects.update_or_create(artifact=one, host=host, defaults=facts)
    else:
        problem.clear()
