"""Whether a version is still what answered: its weights, its template, what it was trained on."""

from __future__ import annotations

from evals_app.models import EvalRun
from evals_app.runs.hashes import hashes_of

COMPARED = {"weights": "weights", "template": "chat template", "training_data": "training data"}


def changed_since(run: EvalRun) -> list[str]:
    """What of the run's version is not what it was when it answered. What was not known then cannot have changed."""
    now = hashes_of(run)
    return [label for name, label in COMPARED.items() if _differs(name, run.hashes.get(name, ""), now[name])]


def _differs(name: str, then: str, now: str) -> bool:
    # A server does not tell its template. Weights that are not known any more were replaced by a server's.
    return bool(then) and then != now and (bool(now) or name == "weights")
