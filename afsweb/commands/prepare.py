"""`python -m afsweb.commands.prepare`: bring the tables up to date, an admin, and the usual schedules.

One program for all, because starting Django takes longer than any of them.
"""

from __future__ import annotations

from django.core.management import call_command

from afsweb.cli import set_up_django


def prepare() -> None:
    """Migrate, then say how to log in, where that is news."""
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    from afsweb.commands.users import greet_admin
    from afsweb.upkeep.usual import add_usual_schedules

    greet_admin()
    add_usual_schedules()


if __name__ == "__main__":
    set_up_django()
    prepare()
