"""Making a backup: the moment is held, written aside, read back, sealed, and only then named."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from afsweb.backup import contents
from afsweb.backup.contents import ARTIFACTS, DUMP, SECRETS, UPLOADS, Contents
from afsweb.backup.errors import CannotKeepThere
from afsweb.backup.files import draft_in, link_or_copy, put, same_disk
from afsweb.backup.holding import Moment, moment
from afsweb.backup.programs import find_program, run_program
from afsweb.backup.telling import Progress, Tell, silence
from afsweb.services.home import write_private
from afsweb.storage import NoRoom, StorageError, verify
from afsweb.storage.store import place_of

NAMED = "afsweb-"
# Level 1 of 9 is several times as fast as the usual 6, for a dump a tenth larger.
DUMP_ARGUMENTS = ("--format=custom", "--compress=1", "--no-owner", "--no-privileges")


@dataclass(frozen=True)
class Install:
    """What a backup is made of: a database, where the files lie, the secret keys by their settings' names."""

    conninfo: str
    artifacts: Path
    uploads: Path
    keys: Mapping[str, str]
    version: str


def make_backup(install: Install, into: Path, tell: Tell = silence) -> Path:
    """A new backup in the folder `into`, whole and read back; returns where it is. People may go on working.

    Artifacts that `into` holds already, in its newest backup, are linked from there. Raises BackupError, NoRoom, and
    what `tell` raises to stop it; then nothing is left.
    """
    try:
        with draft_in(into) as draft:
            made = _fill(draft, install, newest_backup(into), tell)
            contents.seal(draft, made)
            return draft.rename(_free_name(into, made.made_at))
    except OSError as error:
        raise CannotKeepThere(folder=into, reason=error.strerror) from None


def newest_backup(folder: Path) -> Path | None:
    """The newest backup in `folder` by its name; None where there is none."""
    return max((path for path in folder.glob(f"{NAMED}*") if (path / contents.NAME).is_file()), default=None)


def _free_name(folder: Path, made_at: datetime) -> Path:
    name = f"{NAMED}{made_at:%Y%m%d-%H%M%S}"
    return next(place for n in range(1, 1000) if not (place := folder / (name if n == 1 else f"{name}-{n}")).exists())


def _fill(draft: Path, install: Install, earlier: Path | None, tell: Tell) -> Contents:
    install.artifacts.mkdir(parents=True, exist_ok=True)
    with _hold_beside(install.artifacts, draft) as hold:
        _hold_uploads(install.uploads, hold)  # before the moment too: an import that ends just then deletes its file
        with moment(install.conninfo, install.artifacts, hold) as now:
            _hold_uploads(install.uploads, hold)
            _keep_uploads(now.uploads(), hold / UPLOADS, draft / UPLOADS)
            sources = [hold] if earlier is None else [hold, earlier / ARTIFACTS]
            sources = sources if same_disk(hold, draft) else sources[::-1]  # what can be linked comes first
            _check_room(draft, now, sources)
            progress = Progress(tell, now.database_bytes + sum(now.artifacts.values()))
            _dump(install.conninfo, now, draft / DUMP, progress)
            rows, migrations, size, postgres = now.rows(), now.migrations(), now.database_bytes, now.postgres
        kept = _keep_artifacts(now.artifacts, sources, draft / ARTIFACTS, progress)
    _keep_keys(install.keys, draft / SECRETS)
    return Contents(
        version=install.version,
        made_at=now.at,
        postgres=postgres,
        migrations=migrations,
        rows=rows,
        database_bytes=size,
        files=contents.list_files(draft),
        artifacts=kept,
        missing={sha256: size for sha256, size in now.artifacts.items() if sha256 not in kept},
    )


def _hold_uploads(uploads: Path, hold: Path) -> None:
    if uploads.is_dir():
        put(uploads, hold / UPLOADS)


def _keep_uploads(names: list[str], held: Path, target: Path) -> None:
    """Those that rows name: what no row names is on its way in, and grows."""
    for name in names:
        if (held / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(held / name, target / name)


@contextmanager
def _hold_beside(store: Path, draft: Path) -> Iterator[Path]:
    """Where the artifacts are held: on their own disk, where a second name costs nothing and no deleter waits long."""
    with draft_in(draft if same_disk(store, draft) else store, ".held-") as hold:
        yield hold


def _check_room(draft: Path, now: Moment, sources: list[Path]) -> None:
    """Raise NoRoom before the disk is full rather than after: for the dump, and for what must be copied."""
    linked = [source for source in sources if same_disk(source, draft)]
    copied = (
        size
        for sha256, size in now.artifacts.items()
        if not any(place_of(source, sha256).exists() for source in linked)
    )
    needed, free = now.database_bytes + sum(copied), shutil.disk_usage(draft).free
    if needed > free:
        raise NoRoom(needed=needed, free=free, place=draft.parent)


def _dump(conninfo: str, now: Moment, target: Path, progress: Progress) -> None:
    def look() -> None:
        progress.say("dumping the database", ahead=target.stat().st_size if target.exists() else 0)

    program = find_program("pg_dump", now.postgres)
    run_program(program, [*DUMP_ARGUMENTS, f"--snapshot={now.snapshot}", f"--file={target}"], conninfo, look)
    progress.add(now.database_bytes, "dumped the database")


def _keep_artifacts(wanted: Mapping[str, int], sources: list[Path], target: Path, progress: Progress) -> dict[str, int]:
    kept = {}
    for sha256, size in wanted.items():
        if any(_keep(sha256, source, target) for source in sources):
            kept[sha256] = size
        progress.add(size, "keeping the artifacts")
    return kept


def _keep(sha256: str, source: Path, target: Path) -> bool:
    """Take one artifact from `source`; whether what came is whole. If not, nothing of it stays."""
    try:
        put(place_of(source, sha256), place_of(target, sha256))
        verify(target, sha256)
    except (FileNotFoundError, StorageError):
        shutil.rmtree(place_of(target, sha256), ignore_errors=True)
        return False
    return True


def _keep_keys(keys: Mapping[str, str], folder: Path) -> None:
    folder.mkdir(mode=0o700)
    for name, value in keys.items():
        write_private(folder / name.lower(), value)
