"""What the hub does with files that other machines ask for and send."""

from __future__ import annotations

import json
from pathlib import Path

from django.conf import settings
from django.db.models import F, Func, JSONField, Value

from afsweb.core.artifacts.copies import note_arrival
from afsweb.core.artifacts.fetching import WORTH_LOOKING, find_content
from afsweb.core.artifacts.quota import check_quota
from afsweb.core.jobs.text import storable
from afsweb.core.models import Artifact
from afsweb.storage import Arriving, Manifest, Part, StoredFile, parts_of
from afsweb.storage.store import FILES, MANIFEST, milestones_at, place_of


def find_manifest(sha256: str) -> bytes | None:
    """The manifest of an artifact that has a row and files here."""
    path, artifact = _place(sha256) / MANIFEST, Artifact.objects.filter(sha256=sha256).defer("manifest").first()
    if artifact is None or not path.is_file():
        return None
    note_arrival(artifact)
    return path.read_bytes()


def find_milestones(sha256: str) -> bytes | None:
    """The milestones of its files, as JSON; what was stored before they were kept is read for them, once."""
    if not Artifact.objects.filter(sha256=sha256).exists() or not (_place(sha256) / MANIFEST).is_file():
        return None
    return json.dumps(milestones_at(settings.ARTIFACT_DIR, sha256)).encode()


def find_file(sha256: str, path: str) -> tuple[StoredFile, Path] | None:
    """One file of an artifact that has a row, and where it lies here. The manifest of the row stays in the database."""
    wanted = Value(json.dumps({"path": storable(path)}))
    entry = Func(
        F("manifest"),
        Value("$.files[*] ? (@.path == $path)"),
        wanted,
        function="jsonb_path_query_first",
        template="%(function)s(%(expressions)s)",
        output_field=JSONField(),
    )
    found = Artifact.objects.filter(sha256=sha256).values_list(entry, flat=True).first()
    if found is None:
        return None
    file = StoredFile(found["path"], found["size"], found["sha256"])
    place = _place(sha256) / FILES / file.path
    return (file, place) if place.is_file() and place.stat().st_size == file.size else None


def begin_arrival(sha256: str, data: bytes) -> dict[str, list[int]] | None:
    """Make room for the files of a manifest; the parts that are here, None where the whole is.

    Content that another artifact has is here already. Raises `BadManifest`, `NameNotPortable`, `NoRoom`, `QuotaFull`,
    `TransferBusy`.
    """
    manifest = Manifest.named(sha256, data)
    if _lies_here(manifest):
        return None
    check_quota(manifest.size)
    arriving = Arriving(manifest, settings.ARTIFACT_DIR)
    with arriving.alone():
        arriving.begin()
        for file in manifest.contents:
            known = find_content(file.sha256) if file.size >= WORTH_LOOKING and not arriving.has(file) else None
            if known:
                arriving.take_over(file, known)
        return {file.sha256: sorted(arriving.has(file)) for file in manifest.contents}


def find_part(arriving: Arriving, path: str, content_range: str) -> Part | None:
    """The part of a file that arrives which a Content-Range names exactly."""
    file = next((file for file in arriving.manifest.files if file.path == path), None)
    parts = parts_of(file) if file else ()
    return next((part for part in parts if part.content_range == content_range), None)


def finish_arrival(arriving: Arriving) -> None:
    """Give the files their name here. Raises `NotArrived`, `ArrivedDamaged`, `TransferBusy`."""
    with arriving.alone():
        arriving.finish()


def _lies_here(manifest: Manifest) -> bool:
    """Whether all files are at their place in their size; what they hold is for `verify` to say, which takes longer."""
    place = _place(manifest.sha256)
    paths = [(place / FILES / file.path, file.size) for file in manifest.files]
    return (place / MANIFEST).is_file() and all(path.is_file() and path.stat().st_size == size for path, size in paths)


def _place(sha256: str) -> Path:
    return place_of(settings.ARTIFACT_DIR, sha256)
