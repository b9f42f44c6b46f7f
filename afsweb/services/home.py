"""The directory where one checkout keeps its servers' data, its secrets, and who runs just now."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from afsweb.env import JOINED_FILE, RUN_FILE, env_str, joined, running
from afsweb.services.accounts import is_root
from afsweb.services.bytecode import WITHOUT
from afsweb.services.errors import AlreadyRunning, HomeNotMine
from afsweb.services.locks import try_lock

# Which setting names an interpreter of trainings -> the file that remembers it.
TRAINER_FILES = {
    "AFS_TRAINER_PYTHON": "trainer",
    "AFS_UNSLOTH_PYTHON": "trainer-unsloth",
    "AFS_MLX_PYTHON": "trainer-mlx",
}
CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Home:
    """AFS_HOME: the checkout's own `.afs` unless the environment names another directory."""

    root: Path

    @classmethod
    def here(cls) -> Home:
        return cls(Path(env_str("AFS_HOME", str(CHECKOUT / ".afs"))).absolute())

    @property
    def logs(self) -> Path:
        return self.root / "log"

    @property
    def pids(self) -> Path:
        return self.root / "run"

    def prepare(self) -> None:
        """Make the directories. For root others may enter the home, not look: Postgres' own user passes through it."""
        try:
            self.root.mkdir(mode=0o711 if is_root() else 0o700, parents=True, exist_ok=True)
            for path in (self.logs, self.pids, self.root / "secrets", self.root / "static"):
                path.mkdir(mode=0o700, exist_ok=True)
                next(path.iterdir(), None)
        except PermissionError:
            raise HomeNotMine(path=self.root) from None

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def secret(self, name: str) -> str:
        """A random secret of 32 bytes in URL-safe base64, made at its first use and kept in a file of our own."""
        path = self.root / "secrets" / name
        try:
            if not path.exists():
                write_private(path, base64.urlsafe_b64encode(os.urandom(32)).decode())
            return path.read_text().strip()
        except PermissionError:
            raise HomeNotMine(path=path) from None

    def lock(self) -> IO[str]:
        """Be the only supervisor here until the returned file is closed. Raises `AlreadyRunning`."""
        file = (self.root / "lock").open("a")
        if not try_lock(file):
            state = self.state()
            address, pid = state.get("AFS_ADDRESS", "an address it has not chosen yet"), state.get("PID", "unknown")
            raise AlreadyRunning(home=self.root, address=address, pid=pid)
        return file

    def state(self) -> dict[str, str]:
        """What runs here: DATABASE_URL, REDIS_URL, AFS_ADDRESS, PID. Empty when nothing does."""
        return running(self.root)

    def joined(self) -> dict[str, str]:
        """The settings that a hub gave this machine when it joined; empty where it joined none."""
        return joined(self.root)

    def write_joined(self, settings: dict[str, str]) -> None:
        """Keep what a hub gave this machine; it holds passwords."""
        write_private(self.root / JOINED_FILE, json.dumps(settings, indent=1))

    def trainer(self) -> dict[str, str]:
        """Which interpreters `afs host setup` built for trainings, by their settings; empty where it built none."""
        paths = {setting: self.root / name for setting, name in TRAINER_FILES.items()}
        return {setting: path.read_text(encoding="utf-8").strip() for setting, path in paths.items() if path.exists()}

    def write_trainer(self, python: Path, setting: str = "AFS_TRAINER_PYTHON") -> None:
        """Have trainings here use this interpreter, as the one that `setting` names."""
        write_private(self.root / TRAINER_FILES[setting], str(python))

    def write_state(self, state: dict[str, str]) -> None:
        """Tell `afs` commands and manage.py where the servers are."""
        write_private(self.root / RUN_FILE, json.dumps(state, indent=1))

    def forget_state(self) -> None:
        (self.root / RUN_FILE).unlink(missing_ok=True)

    def environment(self) -> dict[str, str]:
        """What Django needs to be of this home; what the person's own environment sets has the last word."""
        servers = {
            name: url for name, url in self.state().items() if name in ("DATABASE_URL", "REDIS_URL", "AFS_ADDRESS")
        }
        own = {name: value for name, value in os.environ.items() if value}
        return servers | WITHOUT | self.trainer() | self.joined() | self.keys() | own

    def keys(self) -> dict[str, str]:
        """The home itself and its secret keys, as settings; a key that the environment names is left out."""
        made = ("AFS_SECRET_KEY",) if self.joined() else ("AFS_SECRET_KEY", "AFS_FIELD_KEY")  # a hub's it has, or not
        names = [name for name in made if not env_str(f"{name}_FILE", "")]
        return {"AFS_HOME": str(self.root)} | {
            name: self.secret(name.lower()) for name in names if not env_str(name, "")
        }


def write_private(path: Path, text: str) -> None:
    """Put `text` in `path` at once, readable by us alone."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
