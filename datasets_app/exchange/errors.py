"""What can go wrong around imports and exports as a whole."""

from __future__ import annotations

from datasets_app.errors import DatasetError


class EmptyUpload(DatasetError):
    """The file is empty. Choose a file with one JSON object per line."""


class UploadTooLarge(DatasetError):
    """The file is larger than {limit}. Split it, and import the parts one after the other."""


class UploadMissing(DatasetError):
    """The uploaded file of “{source}” is no longer there. Undo this import, then upload the file again."""


class AlreadyImported(DatasetError):
    """This very file is there already, as “{source}”. Undo that import first if you want to import it anew."""


class NotAgain(DatasetError):
    """“{source}” is {state}, so it cannot be imported again. Reload the page to see what became of it."""


class SourceInUse(DatasetError):
    """“{source}” cannot be undone: its samples are in {users}. Archive it instead; then nothing new takes them."""


class SourceBusy(DatasetError):
    """“{source}” is {state}. Wait until its job has ended, or stop the job, then try again."""


class NotReady(DatasetError):
    """“{snapshot}” is {state}, so there is nothing to export yet."""
