"""What a backend cannot do with the settings of a run: said before anything is loaded, on the hub before the launch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from training_app.trainer.errors import NotWithThisBackend
from training_app.trainer.spec import TrainSpec

FULL, QUANTIZED, DORA = "full fine-tuning", "a base in 4 or 8 bits", "DoRA"
PAIRS, PACKING, WHOLE = "preference pairs (dpo)", "packing", "the whole table of scores (chunked_loss off)"
EIGHT_BIT, EARLY, BEST = "8-bit optimizers", "stopping early", "keeping the best state"
QUESTIONS, TRACKERS, SEVERAL = "questions at checkpoints (domain_samples)", "trackers", "several devices"
CANNOT = {
    "unsloth": {FULL, PAIRS, DORA, PACKING, WHOLE, QUESTIONS, SEVERAL},
    "mlx": {FULL, PAIRS, DORA, EIGHT_BIT, PACKING, EARLY, BEST, QUESTIONS, TRACKERS, SEVERAL},
}
# Of trl: what nobody has seen several processes agree on.
NOT_TOGETHER = {FULL, QUANTIZED, PAIRS, DORA, EIGHT_BIT, PACKING, WHOLE, QUESTIONS}


def cannot(backend: str, settings: Mapping[str, Any]) -> list[str]:
    """What of `settings` (by the spec's names; what is left out is at its default) this backend does not know."""
    asked = _asked(settings)
    alone = [what for what in asked if what in CANNOT.get(backend, ())]
    together = [f"{what} on several devices" for what in asked if SEVERAL in asked and what in NOT_TOGETHER]
    return alone or together


def _asked(settings: Mapping[str, Any]) -> list[str]:
    wanted = {
        FULL: settings.get("method") == "full",
        QUANTIZED: settings.get("method") in ("lora8", "qlora"),
        PAIRS: settings.get("objective", "sft") != "sft",
        DORA: settings.get("use_dora", False),
        EIGHT_BIT: "8bit" in settings.get("optimizer", ""),
        PACKING: settings.get("packing", False),
        WHOLE: not settings.get("chunked_loss", True),
        EARLY: settings.get("early_stopping", 0) > 0,
        BEST: settings.get("keep", "last") != "last",
        QUESTIONS: settings.get("domain_samples", 0) > 0,
        TRACKERS: bool(settings.get("trackers")),
        SEVERAL: settings.get("devices", 1) > 1,
    }
    return [what for what, is_wanted in wanted.items() if is_wanted]


def refuse_what_it_cannot(spec: TrainSpec) -> None:
    """Raises `NotWithThisBackend` naming what this backend does not know."""
    if found := cannot(spec.backend, asdict(spec)):
        raise NotWithThisBackend(backend=spec.backend, what=", ".join(found))
