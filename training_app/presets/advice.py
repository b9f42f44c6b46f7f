"""The rules of thumb of the guides, held against a recipe and the number of its samples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from training_app.backends.params import TrainingParams
from training_app.models import Method, Recipe

SWEEP = (1e-4, 2e-4, 5e-4, 1e-3)
"""Learning rates to try, in this order (lora-guide, “Learning Rate”)."""
GUIDE = "lora-guide"


@dataclass(frozen=True)
class Rule:
    """What suits up to `below` samples (None: any number); both bounds of a range are within it."""

    below: int | None
    rank: tuple[int, int]
    epochs: tuple[int, int]
    words: str


# lora-guide, “LoRA Rank” and “Epochs”.
RULES = (
    Rule(1_000, (8, 16), (5, 10), "under 1,000"),
    Rule(10_000, (32, 64), (3, 5), "for 1,000 to 10,000"),
    Rule(None, (128, 256), (1, 3), "above 10,000"),
)


@dataclass(frozen=True)
class Advice:
    """What the rules say of one setting: a sentence, the setting, and where the rule stands."""

    setting: str
    text: str
    source: str


def rule_for(rows: int) -> Rule:
    """The rule for a training set of `rows` samples."""
    return next(rule for rule in RULES if rule.below is None or rows < rule.below)


def advise(rows: int, method: str, params: TrainingParams) -> list[Advice]:
    """Where a recipe leaves the rules for `rows` training samples; empty where it keeps to all of them."""
    return (
        [*_of_adapter(rows, params), *_of_length(rows, params), *_of_rate(params)]
        if method != Method.FULL
        else [*_of_length(rows, params)]
    )


def advise_on(recipe: Recipe, rows: int) -> list[Advice]:
    """The same for a recipe."""
    return advise(rows, recipe.method, TrainingParams(**recipe.params))


def _of_adapter(rows: int, params: TrainingParams) -> Iterator[Advice]:
    low, high = rule_for(rows).rank
    if not low <= params.rank <= high:
        yield Advice(
            "rank",
            f"Rank {params.rank} with {rows:,} samples: {low} to {high} {rule_for(rows).words}.",
            f"{GUIDE}, “LoRA Rank”",
        )
    if not params.rank <= params.alpha <= 2 * params.rank and not params.use_rslora:
        yield Advice(
            "alpha",
            f"Alpha {params.alpha} at rank {params.rank}: one to two ranks, {params.rank} to {2 * params.rank}.",
            f"hybrid-training (one), {GUIDE} (two)",
        )


def _of_length(rows: int, params: TrainingParams) -> Iterator[Advice]:
    low, high = rule_for(rows).epochs
    epochs = params.epochs if params.epochs is not None else _epochs(rows, params)
    if epochs is not None and not low <= epochs <= high:
        steps = "" if params.epochs is not None else f" ({params.max_steps:,} steps)"
        yield Advice(
            "epochs",
            f"{epochs:.3g} epochs{steps} over {rows:,} samples: {low} to {high} {rule_for(rows).words}.",
            f"{GUIDE}, “Epochs”",
        )


def _epochs(rows: int, params: TrainingParams) -> float | None:
    """How often `max_steps` go through the rows."""
    return params.max_steps * params.rows_per_step / rows if params.max_steps and rows else None


def _of_rate(params: TrainingParams) -> Iterator[Advice]:
    if not min(SWEEP) <= params.learning_rate <= max(SWEEP):
        tried = ", ".join(f"{rate:.0e}".replace("e-0", "e-") for rate in SWEEP)
        yield Advice(
            "learning_rate",
            f"Learning rate {params.learning_rate:g}: {tried} are tried in this order. Too high diverges.",
            f"{GUIDE}, “Learning Rate”",
        )
