"""`python -m afsweb.commands.prepare`: bring the tables up to date, and make an admin where there is none.

One program for both, because starting Django takes longer than either.
"""

from __future__ import annotations

from django.core.management import call_command

from afsweb.cli import set_up_django


def prepare() -> None:
    """Migrate, then say how to log in, where that is news."""
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    from afsweb.commands.users import greet_admin

    greet_admin()


if __name__ == "__main__":
    set_up_django()
    prepare()
