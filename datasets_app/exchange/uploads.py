"""Uploaded files: kept aside, under a name of our own, until their import is done with them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.template.defaultfilters import filesizeformat

from datasets_app.exchange.errors import EmptyUpload, UploadMissing, UploadTooLarge
from datasets_app.models import Source

FOLDER = "imports"
BLOCK = 1 << 20


@dataclass(frozen=True)
class Upload:
    """A file that waits for its import: its path below MEDIA_ROOT, bytes, sha256, and lines (blank ones too)."""

    path: str
    size: int
    sha256: str
    lines: int


def save_upload(blocks: Iterable[bytes]) -> Upload:
    """Write `blocks` to a file of its own. Raises `UploadTooLarge`, `EmptyUpload`, and then leaves no file."""
    path = f"{FOLDER}/{uuid.uuid4().hex}.jsonl"
    place = settings.MEDIA_ROOT / path
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with place.open("xb") as file:
            return _write(file, blocks, path)
    except BaseException:
        place.unlink(missing_ok=True)
        raise


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
