"""What the GPUs of this machine do now, by NVIDIA's own tool; nothing where there is none."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass

TOOL = "nvidia-smi"
ASKED = "index,utilization.gpu,memory.used,memory.total,temperature.gpu"
PATIENCE = 5.0  # seconds; a driver that hangs must not hold up the training's events
MIB = 1 << 20


@dataclass(frozen=True)
class Reading:
    """One GPU: its number, how busy (0 to 1), bytes of memory used and in all, degrees Celsius; None: not said."""

    gpu: int
    busy: float | None
    memory_used: int | None
    memory_total: int | None
    celsius: float | None


def read_gpus() -> list[Reading]:
    """A reading of each GPU; none without the tool, or when it fails."""
    tool = shutil.which(TOOL)
    if tool is None:
        return []
    command = [tool, f"--query-gpu={ASKED}", "--format=csv,noheader,nounits"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return []
    return parse(said)


def parse(said: str) -> list[Reading]:
    """The readings in what the tool printed: per GPU a line with percent, MiB, MiB and degrees; [N/A] where unknown."""
    found = []
    for line in said.splitlines():
        fields = [field.strip() for field in line.split(",")]
        if len(fields) == 5 and fields[0].isdecimal():
            busy, used, total, celsius = map(_number, fields[1:])
            found.append(Reading(int(fields[0]), _share(busy), _bytes(used), _bytes(total), celsius))
    return found


def _number(field: str) -> float | None:
    try:
        return float(field)
    except ValueError:
        return None


def _share(percent: float | None) -> float | None:
    return None if percent is None else percent / 100


def _bytes(mib: float | None) -> int | None:
    return None if mib is None else int(mib * MIB)
