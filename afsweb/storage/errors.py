"""What can go wrong with stored files; a class's docstring is the message that a person reads."""

from __future__ import annotations

from afsweb.refusal import Refusal


class StorageError(Refusal):
    """Something is wrong with a stored file."""


class NothingToStore(StorageError):
    """The folder {folder} holds no file, so there is nothing to store."""


class NotAFile(StorageError):
    """“{path}” is a link or a special file; only plain files can be stored. Replace it by the file itself."""


class NameNotPortable(StorageError):
    """“{path}” cannot be stored: {problem}. Rename the file, so that every machine can hold it."""


class NoRoom(StorageError):
    """{needed} bytes are needed in {place} and {free} are free. Free some space, then try again; nothing was stored."""


class ArtifactMissing(StorageError):
    """The files of {sha256} are not on this machine; they should lie in {place}. Copy them there, or make them anew."""


class ArtifactDamaged(StorageError):
    """The files of {sha256} were changed: {problem}. Do not use them; delete {place} and store the files again."""
