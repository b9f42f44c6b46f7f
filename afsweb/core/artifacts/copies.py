"""Which machines have the files of an artifact, and when each last read them and found them whole."""

from __future__ import annotations

from django.conf import settings
from django.db.models.functions import Now

from afsweb.core.models import Artifact, ArtifactCopy, Host


def this_host() -> Host | None:
    """The row of the machine that this process runs on, once a worker of it has signed in."""
    return Host.objects.filter(name=settings.HOST_NAME).first()


def note_copy(artifact: Artifact) -> None:
    """Write down that this machine has the files, read and whole just now."""
    host = this_host()
    if host is not None:
        ArtifactCopy.objects.bulk_create(
            [ArtifactCopy(artifact=artifact, host=host, verified_at=Now())],
            update_conflicts=True,
            unique_fields=["artifact", "host"],
            update_fields=["verified_at"],
        )


def note_arrival(artifact: Artifact) -> None:
    """Write down that this machine has the files, unless that is known: they came before their row."""
    host = this_host()
    if host is not None:
        copy = ArtifactCopy(artifact=artifact, host=host, verified_at=Now())
        ArtifactCopy.objects.bulk_create([copy], ignore_conflicts=True)


def forget_copy(artifact: Artifact) -> None:
    """Write down that this machine does not have the files, or not whole."""
    ArtifactCopy.objects.filter(artifact=artifact, host__name=settings.HOST_NAME).delete()


def elsewhere(artifact: Artifact) -> list[Host]:
    """The other machines that have its files."""
    return list(Host.objects.filter(copies__artifact=artifact).exclude(name=settings.HOST_NAME))
