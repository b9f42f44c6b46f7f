"""What can go wrong around imports and exports as a whole."""

from __future__ import annotations

from datasets_app.errors import DatasetError


class EmptyUpload(DatasetError):
    """The file is empty. Choose a file with one JSON object per line."""


class UploadTooLarge(DatasetError):
    """The file is larger than {limit}. Split it, and import the parts one after the other."""


class NoRoomForUpload(DatasetError):
    """The hub's disk has no room for this file ({reason}), and nothing of it was kept. Free some space there, then
    import it again."""


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


class NoSuchFormat(DatasetError):
    """There is no format “{key}”. There are {known}."""


class NotWritten(DatasetError):
    """{format} can be read and not be written here. Choose one of {known}."""


class NothingFits(DatasetError):
    """No sample fits, so there is nothing to export. Change the filters."""


class NothingHeld(DatasetError):
    """{format} cannot hold any of these samples. {loses} Choose another format."""


class CannotGoOn(DatasetError):
    """“{source}” is {state}: mended lines go to a source whose other lines were taken. Import its good lines first."""


class OtherKind(DatasetError):
    """The rejected lines of “{source}” are {kind}, and this file is {other}. Upload the file that you downloaded."""


class UnknownColumns(DatasetError):
    """Its columns are {columns}, which no format has. Say which is what: --map instruction=…,output=…{earlier}"""


class ExportBusy(DatasetError):
    """“{export}” is being written. Wait until its job has ended, or stop the job, then delete it."""


class NotYourExport(DatasetError):
    """Only {who} deletes “{export}”. Ask them, or write one of your own."""
