"""`afs restore FOLDER` and `afs upgrade`: they work where no server runs yet, or none of this version."""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from afsweb.backup.contents import check
from afsweb.backup.errors import OtherKey
from afsweb.backup.making import Install
from afsweb.backup.restoring import keys_of, refuse_newer, restore
from afsweb.env import env_secret, env_str
from afsweb.services.alone import database_alone
from afsweb.services.home import CHECKOUT, Home, write_private
from afsweb.terminal import Steps, whole
from afsweb.upgrade.errors import TablesNotChanged
from afsweb.upgrade.upgrading import Upgrade

NAMES = ("restore", "upgrade")
PATIENCE = 120  # seconds that running jobs are given; those of hours go on later from what they have stored
BRING_UP = (sys.executable, "-m", "afsweb.commands.bring_up")
UP = (sys.executable, "-m", "afsweb.cli", "up")


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    restoring = subparsers.add_parser("restore", help="bring a backup into an empty install")
    restoring.add_argument("folder", type=Path, help="the backup's folder, as afs backup printed it")
    restoring.set_defaults(run=restore_command)
    upgrading = subparsers.add_parser("upgrade", help="bring this install to this version: look, back up, stop, change")
    upgrading.add_argument("--check", action="store_true", help="only look, and change nothing")
    upgrading.add_argument("--folder", type=Path, help="where the backup goes; AFS_BACKUP_DIR unless given")
    upgrading.add_argument(
        "--wait", type=whole(0, 86_400), default=PATIENCE, help=f"seconds that running jobs are given; {PATIENCE}"
    )
    upgrading.set_defaults(run=upgrade_command)


def restore_command(arguments: argparse.Namespace) -> None:
    """Check all of it, then bring it in. Nothing is touched before the check is over."""
    home, folder = Home.here(), arguments.folder.absolute()
    backup = check(folder, Steps())
    keys = keys_of(folder)
    refuse_other_keys(home, keys)
    os.environ.update({"AFS_HOME": str(home.root)} | {name: key for name, key in keys.items() if not is_given(name)})
    refuse_newer(folder, backup, known_migrations())
    with database_alone(home) as url:
        restore(folder, backup, install(url), Steps())
        for name, key in keys.items():
            write_private(home.root / "secrets" / name.lower(), key)
        if status := bring_up(home, url):
            raise TablesNotChanged(status=status, backup=folder)
    print(f"{sum(backup.rows.values()):,} rows and {len(backup.artifacts):,} artifacts are back; start with `afs up`")
    if backup.missing:
        print(f"{len(backup.missing)} artifacts were damaged or gone when the backup was made", file=sys.stderr)


def upgrade_command(arguments: argparse.Namespace) -> None:
    """Upgrade, and be the supervisor of what ran before."""
    home = Home.here()
    home.prepare()
    os.environ.update(home.keys())
    upgrade = Upgrade(
        home=home,
        install=install,
        backups=(arguments.folder or settings().BACKUP_DIR).absolute(),
        known=known_migrations(),
        patience=arguments.wait,
        bring_up=lambda url, backup: bring_up(home, url, backup),
        say=say,
        tell=Steps(),
    )
    if arguments.check:
        upgrade.look()
    elif upgrade.run():
        say("starting again")
        os.execv(UP[0], UP)


def settings() -> Any:
    """This version's settings; the environment says by now which home they are of."""
    return importlib.import_module("afsweb.settings")


def install(url: str) -> Install:
    """The install of this environment whose database is at `url`."""
    known = settings()
    keys = {"AFS_SECRET_KEY": known.SECRET_KEY, "AFS_FIELD_KEY": known.FIELD_KEY}
    given = {name: key for name, key in keys.items() if key}
    return Install(url, known.ARTIFACT_DIR, known.MEDIA_ROOT, given, known.VERSION)


def known_migrations() -> frozenset[tuple[str, str]]:
    """Those of this version; Django is set up for it, and asks no database."""
    from afsweb.cli import set_up_django

    set_up_django()
    from afsweb.core.migrating import known_migrations as known

    return known()


def bring_up(home: Home, url: str, *backup: Path) -> int:
    """Bring the tables at `url` up to date in a program of its own; its exit status."""
    database = {} if env_str("DATABASE_URL_FILE", "") else {"DATABASE_URL": url}
    return subprocess.run([*BRING_UP, *map(str, backup)], env=home.environment() | database, cwd=CHECKOUT).returncode


def refuse_other_keys(home: Home, keys: dict[str, str]) -> None:
    """Raise OtherKey where the environment names a key with which nothing of the backup could be read."""
    for name, key in keys.items():
        if is_given(name) and env_secret(name) != key:
            raise OtherKey(name=name, home=home.root)


def is_given(name: str) -> bool:
    """Whether the environment says this key, or where it is kept."""
    return bool(env_str(name, "") or env_str(f"{name}_FILE", ""))


def say(text: str) -> None:
    """Print at once, also when the terminal is a pipe."""
    print(text, flush=True)
