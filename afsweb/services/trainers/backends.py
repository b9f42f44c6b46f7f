"""What each backend's interpreter holds, and whether this machine can have it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from afsweb.refusal import Refusal
from afsweb.services.home import CHECKOUT

GIB = 1 << 30
PYTHON = (3, 11)  # the one that the files of versions are for
ASK_VERSION = "import sys; print(*sys.version_info[:2])"


class NotOnThisSystem(Refusal):
    """{backend} does not run on {system}: choose {others} here."""


class NoRoomForTrainer(Refusal):
    """{backend} needs {needed} GiB in {place}, where {free} are free: delete something, or set AFS_HOME to a larger
    disk."""


class NoPython(Refusal):
    """The trainer needs Python 3.11, and none is found: install it, or name it with --python."""


@dataclass(frozen=True)
class Backend:
    """`first` is installed alone, by its version in `versions`: which build it is, pip's configuration says.

    `room`: what the packages take, in GiB, with those of CUDA. `systems`: as `sys.platform` names them. `setting` is
    what names the interpreter to trainings.
    """

    name: str
    versions: Path
    packages: Sequence[str]
    imports: Sequence[str]
    first: str = ""
    room: int = 12
    systems: Sequence[str] = ("linux", "win32", "darwin")
    setting: str = "AFS_TRAINER_PYTHON"


VERSIONS = CHECKOUT / "constraints"
TRAINER = (
    *("transformers", "trl", "peft", "datasets", "accelerate", "bitsandbytes"),
    *("tensorboard", "trackio", "nvidia-ml-py"),
)
BACKENDS = {
    backend.name: backend
    for backend in (
        Backend("trl", VERSIONS / "trainer-py311.txt", TRAINER, ("torch", "trl", "peft"), "torch"),
        Backend(
            "unsloth",
            VERSIONS / "unsloth-py311.txt",
            ("unsloth", "trl", "transformers", "datasets"),
            ("torch", "trl"),  # unsloth itself refuses to load without a GPU
            "torch",
            systems=("linux", "win32"),
            setting="AFS_UNSLOTH_PYTHON",
        ),
        Backend(
            "mlx",
            VERSIONS / "mlx-py311.txt",
            ("mlx-lm",),
            ("mlx.core", "mlx_lm"),
            room=3,
            systems=("darwin",),
            setting="AFS_MLX_PYTHON",
        ),
    )
}


def check_possible(backend: Backend, place: Path) -> None:
    """Raises NotOnThisSystem, NoRoomForTrainer."""
    if sys.platform not in backend.systems:
        others = " or ".join(name for name, other in BACKENDS.items() if sys.platform in other.systems)
        raise NotOnThisSystem(backend=backend.name, system=sys.platform, others=others)
    free = shutil.disk_usage(place).free
    if free < backend.room * GIB:
        raise NoRoomForTrainer(backend=backend.name, needed=backend.room, place=place, free=f"{free / GIB:.1f}")


def find_python(named: str = "") -> str:
    """A Python of the right version: the one named, ours, or one of the path. Raises NoPython."""
    candidates = [named] if named else [sys.executable, "python3.11", "python3", "python"]
    for candidate in candidates:
        found = shutil.which(candidate)
        if found and _version_of(found) == PYTHON:
            return found
    raise NoPython


def _version_of(python: str) -> tuple[int, ...]:
    try:
        said = subprocess.run([python, "-c", ASK_VERSION], capture_output=True, text=True, timeout=30).stdout
        return tuple(map(int, said.split()))
    except (OSError, subprocess.SubprocessError, ValueError):
        return ()
