"""The user Postgres runs as, which is never root, and the places that user can reach."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NamedTuple

# Only root can use it: data and binaries lie here when the checkout is under a closed directory such as /root.
SYSTEM_DIR = Path("/var/lib/afsweb")


class Account(NamedTuple):
    """An unprivileged user by number."""

    uid: int
    gid: int


def is_root() -> bool:
    """Whether this process may do everything. Windows knows no such user."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def server_account(data: Path) -> Account | None:
    """Who runs Postgres on `data`: ourselves (None), or for root the owner of existing data, else an existing user."""
    if not is_root():
        return None
    import pwd  # not there on Windows

    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    known = {user.pw_name: Account(user.pw_uid, user.pw_gid) for user in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def can_reach(path: Path, account: Account | None) -> bool:
    """Whether `account` may enter every existing directory from the root to `path`."""
    if account is None:
        return True
    path = path.resolve()
    return all(_may_enter(part.stat(), account) for part in (path, *path.parents) if part.is_dir())


def _may_enter(found: os.stat_result, account: Account) -> bool:
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def own_directory(path: Path, account: Account | None) -> Path:
    """Make `path` if it is missing, closed to all but `account`."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700)
        if account is not None:
            os.chown(path, account.uid, account.gid)
    return path
