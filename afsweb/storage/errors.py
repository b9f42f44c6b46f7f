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


class DiskFull(StorageError):
    """The disk took no more while files were written in {place} ({reason}). Free some space, then try again; nothing
    was stored."""


class ArtifactMissing(StorageError):
    """The files of {sha256} are not on this machine; they should lie in {place}. Copy them there, or make them anew."""


class ArtifactDamaged(StorageError):
    """The files of {sha256} were changed: {problem}. Do not use them; delete {place} and store the files again."""


class BadManifest(StorageError):
    """The list of files that came for {sha256} is not the one of that name: {problem}. Nothing was stored."""


class NotArrived(StorageError):
    """{count} parts of {sha256} have not arrived yet, so it cannot be finished. Send them, then finish again."""


class ArrivedDamaged(StorageError):
    """“{path}” arrived with other content than its list says, so it was thrown away. Send it again."""


class TransferBusy(StorageError):
    """The files of {sha256} are just being put together by somebody else. Ask again in a moment."""


class PlaceSilent(StorageError):
    """{place} has not answered for {seconds} s ({problem}). What has arrived is kept: try again when it answers."""


class PlaceRefuses(StorageError):
    """{place} refuses to pass files on: {reason}"""


class PlaceLacks(StorageError):
    """{place} has no files of {sha256}. Fetch them from a machine that has them, or make them anew."""


class PlaceDamaged(StorageError):
    """“{path}” has other content at {place} than its list says. Verify it there and store it again."""


class PlaceUnknown(StorageError):
    """“{url}” names no place for files: {problem}. Write file:///…, s3://… or sftp://… (docs/files.md)."""
