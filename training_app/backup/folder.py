"""The backup folder: its days, what each holds, and taking away days that are over."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shutil import rmtree
from typing import Any

from afsweb.core.copies import read_json, write_json
from afsweb.refusal import Refusal
from afsweb.storage import remove
from training_app.backup.contents import Entry
from training_app.backup.retention import days_to_keep

STORE, CONTENTS = "store", "contents.json"


class DayUnreadable(Refusal):
    """{path} cannot be read, so nothing was taken away from the backup. Restore the file, or move its folder away."""


@dataclass(frozen=True)
class Folder:
    """The folder that AFS_MODEL_BACKUP names."""

    root: Path

    @property
    def store(self) -> Path:
        """Where the files lie, by content."""
        return self.root / STORE

    def days(self) -> list[date]:
        """The days that there are, oldest first."""
        found = []
        for path in self.root.iterdir():
            with suppress(ValueError):
                found += [date.fromisoformat(path.name)] if path.is_dir() else []
        return sorted(found)

    def read(self, day: date) -> list[Entry]:
        """What a day holds; nothing for a day that is not there. Raises `DayUnreadable`."""
        path = self._path(day)
        if not path.exists():
            return []
        content: Any = read_json(path)
        try:
            return [Entry(**entry) for entry in content["entries"]]
        except (TypeError, KeyError):
            raise DayUnreadable(path=path) from None

    def write(self, day: date, entries: list[Entry]) -> list[Entry]:
        """Write down what a day holds. What it held before stays: a second backup of a day follows no deletion."""
        kept = {(one.uuid, one.sha256): one for one in [*self.read(day), *entries]}
        write_json(self._path(day), {"day": str(day), "entries": [one.as_json() for one in kept.values()]})
        return list(kept.values())

    def newest_name(self, uuid: str) -> str:
        """What the files of this thing are called in the newest day that has them; "" when none has."""
        for day in reversed(self.days()):
            for entry in self.read(day):
                if entry.uuid == uuid:
                    return entry.sha256
        return ""

    def prune(self) -> list[date]:
        """Take away the days that are over, then the files that no day lists any more. Raises `DayUnreadable`."""
        days = self.days()
        keep = days_to_keep(days)
        listed = {entry.sha256 for day in keep for entry in self.read(day)}
        over = [day for day in days if day not in keep]
        for day in over:
            rmtree(self.root / str(day))
        # By what lies there and not by what those days listed: a kill in between leaves nothing behind for ever.
        for sha256 in {path.name for path in self.store.glob("[0-9a-f][0-9a-f]/*")} - listed:
            remove(self.store, sha256)
        return over

    def _path(self, day: date) -> Path:
        return self.root / str(day) / CONTENTS
