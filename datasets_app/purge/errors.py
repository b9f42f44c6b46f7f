"""What can stand in the way of a purge."""

from __future__ import annotations

from datasets_app.errors import DatasetError


class PurgeMustWait(DatasetError):
    """“{job}” may be writing this sample into a file or a row just now. Wait until that job has ended, or stop it."""


class NotTyped(DatasetError):
    """Nothing was purged. Type the number of the sample, {number}, to purge it for good."""
