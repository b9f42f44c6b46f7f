"""The tokens that the hub shows before a launch are those that the trainer trains, by every template that trl ships."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.trainer.conftest import Programs

pytestmark = pytest.mark.trainer
SCRIPT = Path(__file__).with_name("plain_parity.py")


def test_tokens_and_masks_are_those_of_transformers(programs: Programs, base: Path) -> None:
    done = programs.run(SCRIPT, base)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [name for name, said in told.items() if said == "differs"] == []
    assert sum(said == "same" for said in told.values()) > 40
