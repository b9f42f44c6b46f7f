"""`python -m afsweb.commands.bring_up [BACKUP]`: bring the tables up to date after an upgrade or a restore.

A program of its own: the one that calls it has no database yet when Django reads its settings.
"""

from __future__ import annotations

import sys
from pathlib import Path

from django.core.management import call_command
from django.db import transaction

from afsweb.cli import set_up_django


def bring_up(backup: Path | None) -> None:
    """Migrate, take over the jobs that wait, and write down the backup that was made before."""
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    from afsweb.backup.contents import read
    from afsweb.core.backups.keeping import write_down
    from afsweb.core.jobs.actions import Actor
    from afsweb.core.migrating import take_over_jobs
    from afsweb.core.models import EventSource

    with transaction.atomic():
        take_over_jobs()
        if backup:
            write_down(backup, read(backup), Actor(None, EventSource.CLI))


if __name__ == "__main__":
    set_up_django()
    bring_up(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
