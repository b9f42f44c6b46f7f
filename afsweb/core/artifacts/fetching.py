"""The files of an artifact on this machine: there already, or fetched; and those it made sent to the hub.

On the hub `HUB_URL` is empty, and nothing travels.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from afsweb.core.artifacts.copies import forget_copy, note_copy
from afsweb.core.models import Artifact
from afsweb.storage import ArtifactDamaged, ArtifactMissing, PlaceLacks, StoredFile, fetch, send, verify
from afsweb.storage.hub import Hub
from afsweb.storage.store import FILES, MANIFEST, place_of
from afsweb.storage.transfer import Source, Tell, tell_nobody

# Smaller files are sent sooner than they are looked for.
WORTH_LOOKING = 1 << 20


def artifact_path(artifact: Artifact) -> Path:
    """The folder with the artifact's files on this machine, verified; fetched first where it lacks them.

    Raises `afsweb.storage.StorageError`: `ArtifactMissing` and `ArtifactDamaged` on the hub, what `fetch` raises
    elsewhere.
    """
    return fetch_artifact(artifact)


def unread_path(artifact: Artifact) -> Path:
    """The folder with the artifact's files as they lie here, not read: for a page that shows a little of them.

    To verify a large model takes minutes. Raises `ArtifactMissing`; what works with the files asks `artifact_path`.
    """
    place = place_of(settings.ARTIFACT_DIR, artifact.sha256)
    if not (place / MANIFEST).is_file():
        raise ArtifactMissing(sha256=artifact.sha256, place=place)
    return place / FILES


def fetch_artifact(artifact: Artifact, tell: Tell = tell_nobody) -> Path:
    """`artifact_path`, telling how far it is; what `tell` raises stops it, and what has come stays."""
    try:
        folder = verify(settings.ARTIFACT_DIR, artifact.sha256)
    except (ArtifactMissing, ArtifactDamaged):
        if artifact.pk:
            forget_copy(artifact)
        if not places():
            raise
        folder = _fetch(artifact.sha256, tell)
    if artifact.pk:
        note_copy(artifact)
    return folder


def places() -> list[str]:
    """Where this machine fetches from, the first first: the places of its settings, then the hub."""
    return [*settings.ARTIFACT_PLACES, *([settings.HUB_URL] if settings.HUB_URL else [])]


def _fetch(sha256: str, tell: Tell) -> Path:
    """From the first place that has it."""
    *others, last = places()
    for place in others:
        try:
            return _fetch_from(place, sha256, tell)
        except PlaceLacks:
            continue
    return _fetch_from(last, sha256, tell)


def _fetch_from(place: str, sha256: str, tell: Tell) -> Path:
    def from_source(source: Source) -> Path:
        root, rsync_from = settings.ARTIFACT_DIR, settings.RSYNC_FROM
        return fetch(sha256, source, root, tell=tell, beside=find_content, rsync_from=rsync_from)

    if place == settings.HUB_URL:
        with hub() as source:
            return from_source(source)
    from afsweb.storage.places import Place  # fsspec, which only machines with such places pay for

    return from_source(Place(place))


def send_to_hub(sha256: str) -> None:
    """Send the files to the hub, unless this is the hub or it has them."""
    if settings.HUB_URL:
        with hub() as target:
            send(sha256, settings.ARTIFACT_DIR, target)


def is_on_hub(sha256: str) -> bool:
    """Whether the hub has the files, which has the row by now."""
    if not settings.HUB_URL:
        return (place_of(settings.ARTIFACT_DIR, sha256) / MANIFEST).is_file()
    with hub() as source:
        return source.has(sha256)


def hub() -> Hub:
    """The hub, as this machine's settings say how it is reached."""
    return Hub(settings.HUB_URL, settings.HOST_TOKEN)


def find_content(sha256: str) -> Path | None:
    """A file of this content that lies in this machine's store, as part of any artifact."""
    holding = Artifact.objects.filter(manifest__contains={"files": [{"sha256": sha256}]})
    for name, manifest in holding.values_list("sha256", "manifest")[:10]:
        file = next(StoredFile(**file) for file in manifest["files"] if file["sha256"] == sha256)
        path: Path = place_of(settings.ARTIFACT_DIR, name) / FILES / file.path
        if file.size >= WORTH_LOOKING and path.is_file() and path.stat().st_size == file.size:
            return path
    return None
