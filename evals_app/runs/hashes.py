"""What makes two evaluations comparable, each as one short text; empty where it cannot be known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from afsweb.core.models import Endpoint, Provider
from evals_app.judging.identity import label_of_judge
from evals_app.judging.rubrics import rubrics_of
from evals_app.models import EvalRun
from evals_app.scorers.of_suite import label_of
from evals_app.simulate.simulator import simulator_sha256
from training_app.models import ModelVersion


def hashes_of(run: EvalRun) -> dict[str, str]:
    """The hashes of a run, from the rows as they are now.

    `template`: the base model's chat template for local weights; a server applies its own, which it does not tell.
    `weights`: base and adapter together, again only for local weights. `training_data`: the snapshot's. `judge`: its
    model, the rubrics that it reads, and the version of the words that it is asked with. `simulator`: who plays the
    user and how, only where somebody does.
    """
    version = run.version
    endpoint = endpoint_of(version)
    is_local = endpoint is not None and endpoint.provider == Provider.TRANSFORMERS
    return {
        "suite": run.suite.sha256,
        "scorer": label_of(run.suite),
        "template": version.base_model.template_sha256 if is_local else "",
        "sampling": sha256_of(run.sampling),
        "weights": _weights(endpoint) if is_local and endpoint else "",
        "training_data": version.run.snapshot.sha256 if version.run else "",
        "judge": label_of_judge(run.judge, rubrics_of(run.suite).values()) if run.judge else "",
        **({"simulator": simulator_sha256(run.simulator)} if run.simulator else {}),
    }


def endpoint_of(version: ModelVersion) -> Endpoint | None:
    """What answers for the version: its endpoint, else its weights on this machine; None when it has neither."""
    if version.endpoint:
        return version.endpoint
    weights = version.weights or version.base_model.weights
    # Of one that was trained elsewhere only the base may be here, which is another model.
    if weights is None or version.imported_from:
        return None
    return Endpoint(
        name=str(version),
        provider=Provider.TRANSFORMERS,
        model=version.base_model.model_id,
        base_weights=weights,
        adapter_weights=version.adapter,
    )


@dataclass(frozen=True)
class Shown:
    """A hash as people see it: shortened, or the reason why there is none."""

    label: str
    value: str
    reason: str


REASONS = {
    "suite": ("Cases", "—"),
    "scorer": ("Scorer", "—"),
    "judge": ("Judge", "— no case needs one"),
    "sampling": ("Sampling", "—"),
    "template": ("Template", "— the server applies its own and does not tell"),
    "weights": ("Weights", "— the server's own"),
    "training_data": ("Training data", "— not trained here"),
    "simulator": ("Simulator", "—"),
}


def shown_hashes(run: EvalRun) -> list[Shown]:
    """The run's hashes in a fixed order; none before it began."""
    return [Shown(label, _short(run.hashes[name]), why) for name, (label, why) in REASONS.items() if name in run.hashes]


def sha256_of(value: Mapping[str, object]) -> str:
    """Of the value as canonical JSON."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _short(value: str) -> str:
    return f"{value[:16]}…" if len(value) == 64 else value


def _weights(endpoint: Endpoint) -> str:
    parts = (endpoint.base_weights, endpoint.adapter_weights)
    return hashlib.sha256(":".join(part.sha256 if part else "" for part in parts).encode()).hexdigest()
