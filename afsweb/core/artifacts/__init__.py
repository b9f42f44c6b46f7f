"""Artifacts: rows for stored file sets, where each lies, and how long it stays."""

from afsweb.core.artifacts.fetching import artifact_path, unread_path
from afsweb.core.artifacts.keeping import (
    ArtifactDropped,
    drop_artifact,
    hold_artifact,
    keep_artifact,
    purge_content,
    store_artifact,
)
from afsweb.core.artifacts.quota import QuotaFull

__all__ = [
    "ArtifactDropped",
    "QuotaFull",
    "artifact_path",
    "drop_artifact",
    "hold_artifact",
    "keep_artifact",
    "purge_content",
    "store_artifact",
    "unread_path",
]
