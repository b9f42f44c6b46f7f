"""The schedules that every house has, until an admin changes them."""

from __future__ import annotations

import socket

from django.db import transaction

from afsweb.core.models import Host, Schedule
from afsweb.core.schedules.actions import set_times

# Name, kind, cron line, whether it is the hub's own work (its disks), purpose. Their times keep the heavy readers of
# the disk apart.
USUAL = (
    ("Catalogue", "upkeep.catalogue", "0 0,12 * * *", False, "Counts datasets and models; looks at watched folders."),
    ("Dataset sync", "datasets.mirror", "0 1 * * *", True, "Copies the files of snapshots to the folder AFS_MIRROR."),
    (
        "Clean-up",
        "core.collect_artifacts",
        "0 2 * * *",
        True,
        "Removes stored files that nothing uses, as their rules say.",
    ),
    (
        "Model backup",
        "training.back_up_models",
        "0 3 * * *",
        True,
        "Copies models to AFS_MODEL_BACKUP and restores one to try.",
    ),
    ("Forgetting", "upkeep.forget", "0 4 * * *", True, "Deletes old readings, deliveries and log-ins, not history."),
    ("Integrity check", "upkeep.check", "0 5 * * *", True, "Recounts stored counters and reads stored files again."),
    (
        "Continuous training",
        "training.retrain",
        "5-55/10 * * * *",
        False,
        "Trains where a rule finds enough new accepted samples.",
    ),
    (
        "New versions",
        "evals.measure_versions",
        "3-53/10 * * * *",
        False,
        "Asks new versions and their bases the general suites; measures held-out loss.",
    ),
    ("Training monitor", "training.monitor", "*/10 * * * *", False, "Says when a training stands still or broke off."),
)


@transaction.atomic
def add_usual_schedules() -> list[str]:
    """Add those whose name no schedule has; returns their names. On the hub: its own work is pinned to this machine."""
    added = []
    for name, kind, cron, is_hubs, purpose in USUAL:
        host = Host.objects.get_or_create(name=socket.gethostname())[0] if is_hubs else None
        schedule = Schedule(name=name, kind=kind, cron=cron, purpose=purpose, host=host)
        set_times(schedule)
        values = {field: getattr(schedule, field) for field in ("kind", "cron", "purpose", "host", "next_at")}
        _, is_new = Schedule.objects.get_or_create(name=name, defaults=values)
        added += [name] if is_new else []
    return added
