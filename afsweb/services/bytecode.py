"""Our modules compiled ahead, where there is room, and by nobody else.

On a full disk a Python without the fix of CPython issue 126606 writes as much of a .pyc as fits, and gives it its name:
from then on that module cannot be imported ("marshal data too short"), also once there is room again. So no process of
ours writes any while it works: the entry points switch it off, `WITHOUT` does for what they start.
"""

from __future__ import annotations

import compileall
import shutil
from pathlib import Path

WITHOUT = {"PYTHONDONTWRITEBYTECODE": "1"}
CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGES = ("afsweb", "datasets_app", "training_app", "evals_app")
ROOM = 100_000_000  # bytes; all of it takes a tenth


def compile_ahead() -> bool:
    """Compile what changed since; whether all of it is compiled now."""
    if shutil.disk_usage(CHECKOUT).free < ROOM:
        return False
    return all(compileall.compile_dir(CHECKOUT / package, quiet=2) for package in PACKAGES)
