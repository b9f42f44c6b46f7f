"""One look at everything: for each subject its items, with counts, bytes and a checksum of what they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Sum
from django.urls import reverse

from afsweb.core.models import Artifact, ArtifactKind, Subject
from datasets_app.models import Domain, Snapshot, SnapshotState
from training_app.models import BaseModel, Checkpoint, ModelVersion


@dataclass(frozen=True)
class Entry:
    """One item: its key within its subject, name and page; samples, examples or files; bytes; a sha256 of it all."""

    key: str
    name: str
    url: str
    count: int
    size: int
    sha256: str = ""


def look_at_samples() -> Iterator[Entry]:
    """The samples of each domain that are not archived: bytes of their texts, and the sha256 of all texts' sha256s.

    The checksum orders the texts by their hash, so it is the same wherever the same texts lie.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT sample.domain_id, count(*),
                   coalesce(sum(octet_length(system) + octet_length(instruction) + octet_length(input)
                       + octet_length(output) + coalesce(octet_length(messages::text), 0)), 0),
                   encode(sha256(string_agg(version.sha256, '' ORDER BY version.sha256 COLLATE "C")::bytea), 'hex')
               FROM datasets_sample AS sample JOIN datasets_sampleversion AS version ON version.id = sample.current_id
               WHERE sample.state <> 'archived' GROUP BY sample.domain_id"""
        )
        counted = {row[0]: row[1:] for row in cursor.fetchall()}
    for domain in Domain.objects.filter(pk__in=counted).order_by("pk"):
        count, size, sha256 = counted[domain.pk]
        yield Entry(
            domain.slug, domain.name, f"{reverse('list_samples')}?domain={domain.slug}", count, int(size), sha256
        )


def look_at_snapshots() -> Iterator[Entry]:
    """Snapshots that are ready: how many examples, the bytes of their files, their name by content."""
    ready = Snapshot.objects.filter(state=SnapshotState.READY).select_related("artifact").defer("artifact__manifest")
    for one in ready.order_by("pk").iterator():
        size = one.artifact.size_bytes if one.artifact else 0
        yield Entry(str(one.uuid), one.name, one.get_absolute_url(), one.count, size, one.sha256)


def look_at_base_models() -> Iterator[Entry]:
    """Base models whose weights are here, in files."""
    for one in BaseModel.objects.filter(weights__isnull=False).select_related("weights").order_by("pk").iterator():
        yield _of(one.uuid, one.model_id, one.get_absolute_url(), one.weights)


def look_at_versions() -> Iterator[Entry]:
    """Model versions with an adapter or with weights of their own, in files."""
    trained = ModelVersion.objects.exclude(adapter=None, weights=None).select_related("adapter", "weights")
    for one in trained.order_by("pk").iterator():
        yield _of(one.uuid, str(one), one.get_absolute_url(), one.adapter or one.weights)


def _of(uuid: object, name: str, url: str, artifact: Artifact | None) -> Entry:
    assert artifact is not None
    return Entry(str(uuid), name, url, artifact.file_count, artifact.size_bytes, artifact.sha256)


def look_at_checkpoints() -> Iterator[Entry]:
    """The checkpoints that each run keeps."""
    kept = Checkpoint.objects.filter(is_kept=True).values_list("run__uuid", "run__name")
    for uuid, name, count, size in kept.annotate(Count("pk"), Sum("size_bytes")).order_by("run"):
        yield Entry(str(uuid), name, reverse("show_run", args=[uuid]), count, size)


def look_at_artifacts() -> Iterator[Entry]:
    """All stored files, by what they are."""
    labels = dict(ArtifactKind.choices)
    counted = Artifact.objects.values_list("kind").annotate(Sum("file_count"), Sum("size_bytes")).order_by("kind")
    for kind, count, size in counted:
        yield Entry(kind, labels.get(kind, kind), f"{reverse('list_artifacts')}?kind={kind}", count, size)


LOOKS: dict[Subject, Callable[[], Iterator[Entry]]] = {
    Subject.SAMPLES: look_at_samples,
    Subject.SNAPSHOT: look_at_snapshots,
    Subject.BASE_MODEL: look_at_base_models,
    Subject.VERSION: look_at_versions,
    Subject.CHECKPOINT: look_at_checkpoints,
    Subject.ARTIFACT: look_at_artifacts,
}
# Subjects with few items, each of which has a line of its own in the chart.
DRAWN_EACH = (Subject.SAMPLES, Subject.ARTIFACT)
