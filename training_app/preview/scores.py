"""The table of scores that a loss computes: a number for each word of the vocabulary and each token of a row.

It is what long rows of a model with a large vocabulary run out of memory by (training-guide, “GPU Selection Based on
Context Length”): vocabulary × tokens × 4 bytes a row, whatever the weights are held in. A chunked loss never has it.
"""

from __future__ import annotations

from dataclasses import dataclass

from training_app.backends.params import TrainingParams
from training_app.models import Recipe
from training_app.preview.looking import Look
from training_app.preview.memory import chunk_bytes, logits_bytes

LENGTHS = (2_048, 8_192, 16_384)


@dataclass(frozen=True)
class ScoreTable:
    """At rows of `tokens`: the table of one row, of a batch, and what a chunked loss holds of it; in bytes."""

    tokens: int
    row: int
    batch: int
    chunked: int
    is_recipes: bool


def score_tables(recipe: Recipe, look: Look) -> list[ScoreTable]:
    """The table at the recipe's length and at the lengths that the guide tabulates, the shortest first."""
    params = TrainingParams(**recipe.params)
    own = min(look.lengths.longest or params.max_length, params.max_length)
    return [_table(look, tokens, params.batch_size, tokens == own) for tokens in sorted({own, *LENGTHS})]


def _table(look: Look, tokens: int, batch: int, is_recipes: bool) -> ScoreTable:
    row = logits_bytes(look.shape, tokens)
    return ScoreTable(tokens, row, row * batch, chunk_bytes(look.shape, tokens * batch), is_recipes)
