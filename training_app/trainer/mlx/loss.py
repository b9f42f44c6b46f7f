"""Batches of our rows as MLX's arrays, and the loss over the tokens that count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from training_app.trainer.tokens import IGNORED, Tokens


def to_arrays(rows: Sequence[Tokens], pad: int) -> tuple[Any, Any]:
    """Ids and labels, each (rows, longest row); what is short is filled up on the right, and not counted."""
    import mlx.core as mx

    longest = max(len(row.ids) for row in rows)
    ids = [[*row.ids, *[pad] * (longest - len(row.ids))] for row in rows]
    labels = [[*row.labels, *[IGNORED] * (longest - len(row.labels))] for row in rows]
    return mx.array(ids), mx.array(labels)


def counted_tokens(rows: Sequence[Tokens]) -> int:
    """How many tokens the loss counts. The first of a row has none before it that could predict it."""
    return sum(label != IGNORED for row in rows for label in row.labels[1:])


def summed_loss(model: Any, ids: Any, labels: Any) -> tuple[Any, Any]:
    """The cross entropy summed over the counted tokens, in nats, and how many of them the model puts first."""
    import mlx.core as mx
    import mlx.nn as nn

    logits = model(ids[:, :-1]).astype(mx.float32)
    wanted = labels[:, 1:]
    counted = wanted != IGNORED
    losses = nn.losses.cross_entropy(logits, mx.where(counted, wanted, 0)) * counted
    right = mx.logical_and(mx.argmax(logits, axis=-1) == wanted, counted)
    return losses.sum(), right.sum()
