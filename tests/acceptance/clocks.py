"""The clocks of jobs, scaled down."""

from __future__ import annotations

# Seconds, scaled down; only the order of the clocks matters: poll < heartbeat < reconcile < lease.
FAST_CLOCKS = {
    "AFS_JOB_POLL": "0.5",
    "AFS_JOB_HEARTBEAT": "1",
    "AFS_JOB_RECONCILE": "2",
    "AFS_JOB_LEASE": "10",
    "AFS_JOB_GRACE": "3",
}
