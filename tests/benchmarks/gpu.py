"""What the launcher costs on a card, for each backend with an interpreter here that finds one: trl and unsloth.

Run: make bench-gpu. Without a card it says why, and ends with 2: nothing was measured.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from afsweb.doctor.trainer import ask_probe

CHECKOUT = Path(__file__).resolve().parents[2]
INTERPRETERS = {"trl": CHECKOUT / ".venv-train/bin/python", "unsloth": CHECKOUT / ".venv-unsloth/bin/python"}


def main(interpreters: dict[str, Path] = INTERPRETERS) -> int:
    """Measure with each interpreter that finds a card; the worst exit status, 2 when none does."""
    why = {backend: why_not(backend, python) for backend, python in interpreters.items()}
    for backend, reason in why.items():
        if reason:
            print(f"{backend}: not measured: {reason}", file=sys.stderr)
    able = [backend for backend, reason in why.items() if not reason]
    return max((measure(backend, interpreters[backend]) for backend in able), default=2)


def why_not(backend: str, python: Path) -> str:
    """Why this interpreter cannot measure on a card; "" when it can."""
    if not python.exists():
        return f"there is no {python}: `make setup` or .ci/backends makes it"
    told = ask_probe(str(python), backend)
    if isinstance(told, str):
        return told
    if error := told.get("unsloth_error") or told["torch_error"]:
        return str(error)
    return "" if told["cuda"] else f"PyTorch {told['torch']} finds no card by CUDA"


def measure(backend: str, python: Path) -> int:
    """Tokens a second of our trainer beside those of a bare script; 0 when the bars hold."""
    command = [sys.executable, "-m", "tests.benchmarks.callback", "--device", "cuda"]
    return subprocess.run([*command, "--backend", backend, "--python", str(python)], cwd=CHECKOUT).returncode


if __name__ == "__main__":
    sys.exit(main())
