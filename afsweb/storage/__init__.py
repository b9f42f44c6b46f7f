"""Files named by their content: a folder goes in once, is verified whenever it is opened, and is never changed.

A stored folder lies at `<root>/<first two digits>/<sha256>/`, as `manifest.json` and `files/`; the sha256 is that of
the manifest's bytes. From one machine to another it travels in parts (`fetch`, `send`). No Django. Not covered: file
modes, times, empty directories, links.
"""

from afsweb.storage.arriving import Arriving
from afsweb.storage.errors import (
    ArrivedDamaged,
    ArtifactDamaged,
    ArtifactMissing,
    BadManifest,
    DiskFull,
    NameNotPortable,
    NoRoom,
    NotAFile,
    NotArrived,
    NothingToStore,
    PlaceDamaged,
    PlaceLacks,
    PlaceRefuses,
    PlaceSilent,
    PlaceUnknown,
    StorageError,
    TransferBusy,
)
from afsweb.storage.manifest import Manifest, StoredFile
from afsweb.storage.parts import PART, Part, digest_of, parts_of
from afsweb.storage.room import room_in
from afsweb.storage.store import Storing, remove, store, storing, verify
from afsweb.storage.transfer import fetch, send

__all__ = [
    "PART",
    "ArrivedDamaged",
    "Arriving",
    "ArtifactDamaged",
    "ArtifactMissing",
    "BadManifest",
    "DiskFull",
    "Manifest",
    "NameNotPortable",
    "NoRoom",
    "NotAFile",
    "NotArrived",
    "NothingToStore",
    "Part",
    "PlaceDamaged",
    "PlaceLacks",
    "PlaceRefuses",
    "PlaceSilent",
    "PlaceUnknown",
    "StorageError",
    "StoredFile",
    "Storing",
    "TransferBusy",
    "digest_of",
    "fetch",
    "parts_of",
    "remove",
    "room_in",
    "send",
    "store",
    "storing",
    "verify",
]
