"""What a backup says about itself: `backup.json`, written last and sealed, and the check of all that it lists."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from afsweb.backup.errors import BackupDamaged, FormatNewer, NotABackup
from afsweb.backup.telling import Progress, Tell, silence
from afsweb.storage import Manifest, StorageError, StoredFile, verify

NAME, DUMP, ARTIFACTS, UPLOADS, SECRETS = "backup.json", "database.dump", "artifacts", "uploads", "secrets"
FORMAT = 1
BLOCK = 1 << 20


@dataclass(frozen=True)
class Contents:
    """One backup. `artifacts` and `missing` map a sha256 to its bytes; `missing` were damaged or gone in the install.

    `rows` are those of each table, `migrations` those that had run, `database_bytes` what the database took on its
    disk, `files` all files but backup.json and the artifacts.
    """

    version: str
    made_at: datetime
    postgres: int
    migrations: frozenset[tuple[str, str]]
    rows: Mapping[str, int]
    database_bytes: int
    files: Manifest
    artifacts: Mapping[str, int] = field(default_factory=dict)
    missing: Mapping[str, int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of its files, artifacts too, wherever else these are linked."""
        return self.files.size + sum(self.artifacts.values())

    def to_bytes(self) -> bytes:
        """What backup.json holds: sorted JSON whose `seal` is the sha256 of the rest."""
        content: dict[str, Any] = {
            "format": FORMAT,
            "version": self.version,
            "made_at": self.made_at.isoformat(),
            "postgres": self.postgres,
            "migrations": sorted(self.migrations),
            "rows": dict(self.rows),
            "database_bytes": self.database_bytes,
            "files": self.files.to_json(),
            "artifacts": dict(self.artifacts),
            "missing": dict(self.missing),
        }
        return _write(content | {"seal": _seal(content)})


def read(folder: Path) -> Contents:
    """What the backup in `folder` says. Raises NotABackup, FormatNewer, BackupDamaged."""
    try:
        content = json.loads((folder / NAME).read_bytes())
        seal, form = content.pop("seal"), int(content["format"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise NotABackup(folder=folder) from None
    if form > FORMAT:
        raise FormatNewer(folder=folder, format=form, known=FORMAT)
    if seal != _seal(content):
        raise BackupDamaged(folder=folder, problem=f"{NAME} was changed")
    return _of(content)


def check(folder: Path, tell: Tell = silence) -> Contents:
    """Read every byte of the backup in `folder` and find it unchanged; what it says. Raises as `read` does."""
    contents = read(folder)
    progress = Progress(tell, contents.size)
    if added := set(_names(folder)) - {file.path for file in contents.files.files}:
        raise BackupDamaged(folder=folder, problem=f"“{min(added)}” was added")
    for file in contents.files.files:
        if hash_of(folder / file.path, progress) != file.sha256:
            raise BackupDamaged(folder=folder, problem=f"“{file.path}” is missing or has other content")
    for sha256, size in contents.artifacts.items():
        try:
            verify(folder / ARTIFACTS, sha256)
        except StorageError as error:
            raise BackupDamaged(folder=folder, problem=str(error)) from None
        progress.add(size, "reading the artifacts")
    return contents


def hash_of(path: Path, progress: Progress) -> str:
    """The sha256 of a file's content; "" where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
                progress.add(len(block), f"reading {path.name}")
    except OSError:
        return ""
    return digest.hexdigest()


def list_files(folder: Path) -> Manifest:
    """The files of a backup that is being made, hashed; artifacts have manifests of their own."""
    progress = Progress(silence, 1)
    return Manifest.of(
        StoredFile(name, (folder / name).stat().st_size, hash_of(folder / name, progress)) for name in _names(folder)
    )


def _names(folder: Path) -> list[str]:
    """The files of a backup below its folder, but for backup.json and the artifacts."""
    paths = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return [path.as_posix() for path in paths if path.parts[0] not in (NAME, ARTIFACTS)]


def seal(folder: Path, contents: Contents) -> None:
    """Write backup.json, and have the disk hold all of the backup before it gets its name."""
    (folder / NAME).write_bytes(contents.to_bytes())
    if hasattr(os, "sync"):
        os.sync()  # one call for thousands of files and folders; Windows keeps what it renames


def _of(content: Mapping[str, Any]) -> Contents:
    return Contents(
        version=content["version"],
        made_at=datetime.fromisoformat(content["made_at"]),
        postgres=content["postgres"],
        migrations=frozenset((app, name) for app, name in content["migrations"]),
        rows=content["rows"],
        database_bytes=content["database_bytes"],
        files=Manifest.from_bytes(_write(content["files"])),
        artifacts=content["artifacts"],
        missing=content["missing"],
    )


def _write(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _seal(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_write(content)).hexdigest()
