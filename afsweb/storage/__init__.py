"""Files named by their content: a folder goes in once, is verified whenever it is opened, and is never changed.

A stored folder lies at `<root>/<first two digits>/<sha256>/`, as `manifest.json` and `files/`; the sha256 is that of
the manifest's bytes. No Django. Not covered: file modes, times, empty directories, links.
"""

from afsweb.storage.errors import (
    ArtifactDamaged,
    ArtifactMissing,
    NameNotPortable,
    NoRoom,
    NotAFile,
    NothingToStore,
    StorageError,
)
from afsweb.storage.manifest import Manifest, StoredFile
from afsweb.storage.store import Storing, remove, store, storing, verify

__all__ = [
    "ArtifactDamaged",
    "ArtifactMissing",
    "Manifest",
    "NameNotPortable",
    "NoRoom",
    "NotAFile",
    "NothingToStore",
    "StorageError",
    "StoredFile",
    "Storing",
    "remove",
    "store",
    "storing",
    "verify",
]
