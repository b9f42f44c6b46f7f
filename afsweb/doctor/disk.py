"""Is there room where jobs work and where files are kept?"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from afsweb.doctor.finding import Finding, bad, ok, warn

CHECK = "disk"
GIB = 1 << 30
# A checkpoint of a small model and its optimizer fits into 1 GiB, a base model of 3B parameters into 10.
TOO_LITTLE, LITTLE = 1 * GIB, 10 * GIB


class Space(NamedTuple):
    """Bytes of a file system."""

    total: int
    used: int
    free: int


def space_at(place: Path) -> Space:
    """The space where `place` is, or will be made."""
    while not place.exists():
        place = place.parent
    return Space(*shutil.disk_usage(place))


def check_disk(places: Mapping[str, Path]) -> list[Finding]:
    """One finding for each place; `places` are named by the setting that chooses them."""
    return [judge_space(setting, place, space_at(place).free) for setting, place in places.items()]


def judge_space(setting: str, place: Path, free: int) -> Finding:
    """`free`: bytes where `place` is, which `setting` chooses."""
    text = f"{free / GIB:.1f} GiB are free in {place}."
    fix = f"Delete what is not needed on that disk, or set {setting} to a folder on a larger one."
    if free < TOO_LITTLE:
        return bad(CHECK, text, fix)
    return warn(CHECK, text, fix) if free < LITTLE else ok(CHECK, text)
