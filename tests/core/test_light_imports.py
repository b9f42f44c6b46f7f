"""A web process starts with every view and without the heavy libraries, which belong to the trainer and to jobs."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("torch", "transformers", "trl", "peft", "google.genai", "sklearn", "bokeh", "pyarrow", "scipy.stats")
PROGRAM = f"""
import sys, django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
print([name for name in {HEAVY!r} if name in sys.modules])
"""


def test_serving_pages_loads_none_of_the_heavy_libraries() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_score_of_an_evaluation_needs_little_of_scipy() -> None:
    program = (
        "import sys\nfrom evals_app.stats import estimate_mean\n"
        "estimate_mean([('a', 1.0), ('b', 0.0)])\nestimate_mean([('a', 0.5), ('b', 0.1)])\n"
        "print('scipy.stats' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_what_the_web_server_loads_is_not_looked_through_for_garbage_again() -> None:
    program = "import gc, sys, afsweb.wsgi; print('datasets_app.review.wire' in sys.modules, gc.get_freeze_count())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    is_loaded, frozen = done.stdout.split()
    assert is_loaded == "True"
    assert int(frozen) > 50_000
