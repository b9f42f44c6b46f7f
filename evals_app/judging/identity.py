"""Which judge it was: what must be the same for two judgements to be comparable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from afsweb.core.models import Endpoint
from evals_app.models import Rubric

# Of the words that a judge is asked with (prompt.py) and of how its reply is read (reply.py).
PROMPT_VERSION = "1"


def endpoint_hash(judge: Endpoint) -> str:
    """Eight characters of what answers: provider, address, model, weights. Its name may change without any harm."""
    weights = [part.sha256 if part else "" for part in (judge.base_weights, judge.adapter_weights)]
    return _short([judge.provider, judge.base_url, judge.model, *weights], 8)


def version_of(judge: Endpoint, rubric: Rubric) -> str:
    """What stands on a score as its version: the prompt's number, then a hash of the judge and of what it reads."""
    return f"{PROMPT_VERSION}.{_short([endpoint_hash(judge), rubric.sha256, PROMPT_VERSION], 20)}"


def purpose_of(judge: Endpoint, what: str = "judge") -> str:
    """What stands in the ledger of paid calls; there an answer asked in the same words counts as the same call."""
    return f"{what} {endpoint_hash(judge)} {PROMPT_VERSION}"


def pair_version_of(judge: Endpoint, rubric: Rubric) -> str:
    """The same for judging two answers side by side."""
    return f"pair {version_of(judge, rubric)}"


def label_of_judge(judge: Endpoint | None, rubrics: Iterable[Rubric]) -> str:
    """What stands in a run's hashes: `gpt 1f2e3d4c, clarity:2 9f8e7d6c, prompt 1`; empty without a judge."""
    if judge is None:
        return ""
    read = [f"{rubric.reference} {rubric.sha256[:8]}" for rubric in sorted(rubrics, key=lambda one: one.reference)]
    return ", ".join([f"{judge.model} {endpoint_hash(judge)}", *read, f"prompt {PROMPT_VERSION}"]) if read else ""


def _short(value: list[str], length: int) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:length]
