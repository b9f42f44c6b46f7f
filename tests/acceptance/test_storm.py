"""Fifteen faults over a hub and two worker hosts, one of each kind at least: nothing acknowledged is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.fleet.fleet import NoOuterAddress, outer_address
from tests.storm.disk import can_fill

FAULTS, SEED = 15, 7
PATIENCE = 900.0  # seconds; it takes some three minutes on two cores


@pytest.fixture
def storm() -> list[str]:
    """The command that raises it."""
    if not can_fill():
        pytest.skip("only Linux lets the disk of some processes be full")
    if not Path(settings.TRAINER_PYTHON).exists():
        pytest.skip(f"no trainer interpreter at {settings.TRAINER_PYTHON}: run make setup, or set AFS_TRAINER_PYTHON")
    try:
        outer_address()
    except NoOuterAddress as error:
        pytest.skip(str(error))
    return [sys.executable, "-m", "tests.storm", str(FAULTS), "--seed", str(SEED), "--quick"]


def test_nothing_acknowledged_is_lost_or_doubled(storm: list[str]) -> None:
    done = subprocess.run(storm, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    told = json.loads(done.stdout)
    assert sum(count for name, count in told.items() if name.startswith("faults: ")) == FAULTS
    # A storm in which nothing went on would lose nothing.
    assert min(told[name] for name in ("decisions", "rows", "trainings", "evaluations", "exports")) > 0
