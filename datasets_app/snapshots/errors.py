"""What can go wrong around snapshots."""

from __future__ import annotations

from datasets_app.errors import DatasetError


class SnapshotEmpty(DatasetError):
    """No accepted sample fits{also}. Accept some on the review page, let the gate decide on a source, or ask less."""


class FilterLost(DatasetError):
    """The filter asks for {lost}, which is not there. Open the samples, filter them anew, then make the snapshot."""


class NameTaken(DatasetError):
    """There is a snapshot named “{name}” already. Choose another name."""


class SamplesVanished(DatasetError):
    """Some of its samples were undone while it was built, so nothing was kept. Build it again."""


class SnapshotInUse(DatasetError):
    """“{snapshot}” cannot be deleted: {users} trained on it. Archive it instead; then no new run offers it."""


class SnapshotBusy(DatasetError):
    """“{snapshot}” is being built. Stop its job first, or wait until it has ended."""


class NotComparable(DatasetError):
    """“{snapshot}” is {state}: only complete snapshots can be compared. Wait until it is ready, or choose another."""
