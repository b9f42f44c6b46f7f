from __future__ import annotations

import subprocess
import sys

import pytest
from django.conf import settings

HEAVY = ("django", "torch", "transformers", "trl", "peft", "afsweb.core", "datasets_app.models")


@pytest.mark.parametrize(
    "module",
    [
        "training_app.trainer.program",
        "training_app.trainer.tiny_base",
        "training_app.trainer.merge",
        "afsweb.llm.local.program",
    ],
)
def test_program_loads_neither_django_nor_the_libraries_before_it_works(module: str) -> None:
    code = f"import sys, {module}; print([name for name in {HEAVY} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=settings.BASE_DIR)

    assert done.stdout.strip() == "[]", done.stderr
