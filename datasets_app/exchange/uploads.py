"""Uploaded files: kept aside, under a name of our own, until their import is done with them."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.template.defaultfilters import filesizeformat

from afsweb.storage.room import is_full
from afsweb.storage.store import ABANDONED_AFTER
from datasets_app.exchange.containers.json_lines import LINE
from datasets_app.exchange.containers.kind import LINES, PARQUET, kind_of_file
from datasets_app.exchange.errors import EmptyUpload, NoRoomForUpload, UploadMissing, UploadTooLarge
from datasets_app.exchange.formats import format_of
from datasets_app.exchange.reading import Reject, container_of, read_records
from datasets_app.models import Source

FOLDER, ASIDE = "imports", ".part"
BLOCK = 1 << 20
# Rows that are looked at to tell what the columns are.
FIRST = 5


@dataclass(frozen=True)
class Upload:
    """A file that waits for its import: its path below MEDIA_ROOT, bytes, sha256, lines (blank ones too), its kind.

    `columns` are those of its first rows; `is_known` says whether one of our formats has such columns.
    """

    path: str
    size: int
    sha256: str
    lines: int
    kind: str = LINES
    columns: tuple[str, ...] = ()
    is_known: bool = True


def save_upload(blocks: Iterable[bytes], name: str = "") -> Upload:
    """Write `blocks` to a file of its own: whole, or none under its name.

    Raises `UploadTooLarge`, `EmptyUpload`, `NoRoomForUpload`, and then leaves no file.
    """
    path = f"{FOLDER}/{uuid.uuid4().hex}.jsonl"
    place: Path = settings.MEDIA_ROOT / path
    aside = place.with_suffix(ASIDE)
    place.parent.mkdir(parents=True, exist_ok=True)
    remove_abandoned(place.parent)
    try:
        with aside.open("xb") as file:
            written = _write(file, blocks, path)
        upload = _looked_into(written, aside, name)
        aside.rename(place)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise NoRoomForUpload(reason=error.strerror) if is_full(error) else error from None
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return upload


def remove_abandoned(folder: Path) -> None:
    """Delete what no source names a day later: what a killed server had begun, or had no time to make a source of."""
    old = {path for path in folder.glob("*") if _age(path) > ABANDONED_AFTER}
    names = {f"{folder.name}/{path.name}": path for path in old}
    known = set(Source.objects.filter(upload__in=names).values_list("upload", flat=True)) if old else set()
    for name in names.keys() - known:
        names[name].unlink(missing_ok=True)


def _age(path: Path) -> float:
    """Seconds since the file was written; none for one that is gone."""
    with suppress(FileNotFoundError):
        return time.time() - path.stat().st_mtime
    return 0.0


def _write(file: BinaryIO, blocks: Iterable[bytes], path: str) -> Upload:
    digest, size, lines, last = hashlib.sha256(), 0, 0, b""
    for block in blocks:
        size += len(block)
        if size > settings.UPLOAD_LIMIT_BYTES:
            raise UploadTooLarge(limit=filesizeformat(settings.UPLOAD_LIMIT_BYTES))
        file.write(block)
        digest.update(block)
        lines, last = lines + block.count(b"\n"), block or last
    if not size:
        raise EmptyUpload
    return Upload(path, size, digest.hexdigest(), lines + (not last.endswith(b"\n")))


def _looked_into(upload: Upload, place: Path, name: str) -> Upload:
    """What kind of file it is, how many rows it has, and what its columns are."""
    with place.open("rb") as file:
        kind = kind_of_file(file.read(64), name)
        file.seek(0)
        lines = container_of(kind).count_rows(file) if kind == PARQUET else upload.lines
        file.seek(0)
        first = [entry[1] for entry in islice(read_records(file, kind), FIRST) if not isinstance(entry, Reject)]
    columns = tuple(dict.fromkeys(column for content in first for column in content if column != LINE))
    is_known = not columns or any(format_of(content) for content in first)
    return replace(upload, kind=kind, lines=lines, columns=columns, is_known=is_known)


def blocks_of(path: Path) -> Iterable[bytes]:
    """The content of a file in blocks."""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def open_upload(source: Source) -> BinaryIO:
    """The uploaded file of `source`. Raises `UploadMissing`."""
    try:
        return (settings.MEDIA_ROOT / source.upload).open("rb")
    except OSError:
        raise UploadMissing(source=source.name) from None


def remove_upload(path: str) -> None:
    """Delete an uploaded file, given by its path below MEDIA_ROOT; none is fine too."""
    if path:
        (settings.MEDIA_ROOT / path).unlink(missing_ok=True)
