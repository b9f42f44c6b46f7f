"""What can go wrong with backups; a class's docstring is the message that a person reads."""

from __future__ import annotations

from afsweb.refusal import Refusal


class BackupError(Refusal):
    """Something is wrong with a backup."""


class NotABackup(BackupError):
    """{folder} is no backup: it has no readable backup.json. Name a folder that `afs backup` made, such as
    afsweb-20261011-030000; one whose name begins with .draft was broken off."""


class BackupDamaged(BackupError):
    """The backup in {folder} is damaged: {problem}. Do not use it; take another one."""


class BackupNewer(BackupError):
    """The backup in {folder} was made by afsweb {version} with tables that this version does not know ({migration}).
    Install that version or a newer one, then restore."""


class FormatNewer(BackupError):
    """The backup in {folder} is written in format {format}, and this version reads {known}. Install a newer afsweb."""


class CannotKeepThere(BackupError):
    """Nothing can be written in {folder} ({reason}). Name a folder of your own, with room on another disk."""


class ProgramMissing(BackupError):
    """The database is Postgres {server}, and no {program} of that version or a newer one is here: install Postgres'
    client programs of version {server}."""


class ProgramFailed(BackupError):
    """{program} ended with status {status}: {said}"""


class AlwaysInTheWay(BackupError):
    """Artifacts were deleted again and again while the backup began, {tries} times. Try again in a quieter moment."""


class NotEmpty(BackupError):
    """This install has data already ({found} in its database), and a backup is restored into an empty one only. Set
    AFS_HOME to a new folder, or DATABASE_URL to an empty database, and restore there."""


class ServerOlder(BackupError):
    """The backup is of Postgres {dumped}, and the database here is Postgres {server}: restore into Postgres {dumped}
    or newer."""


class OtherKey(BackupError):
    """{name} is set to another key than the backup's, with which what the database keeps encrypted could not be
    read. Unset it: restoring writes the backup's key into {home}."""


class RowsDiffer(BackupError):
    """The restored tables are not those of the backup: {differences}. Do not use this install: delete its data, and
    restore another backup."""
