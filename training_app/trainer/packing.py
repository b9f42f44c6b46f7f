"""Several rows in one line of a batch, and the proof that they do not see each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from training_app.trainer.errors import RowsSeeEachOther
from training_app.trainer.tokens import IGNORED, Tokens

# Largest mean difference of a token's log-probability, packed against alone: what the order of sums explains.
TOLERANCE = {"float32": 1e-4, "bfloat16": 5e-2, "float16": 1e-2}
# Rows that the proof looks at: enough for a line to have a first, a middle and a last one.
LOOKED_AT = 8


def pack(lengths: Sequence[int], room: int) -> list[list[int]]:
    """Row numbers by line, each line at most `room` tokens: the longest row first, into the fullest line that has room.

    Best-fit decreasing (Johnson et al., Worst-case performance bounds, SIAM J. Comput. 3, 1974).
    """
    lines: list[list[int]] = []
    # Room left -> lines with it; a length is at most some thousands, so looking for the fullest is a short walk.
    open_lines: dict[int, list[int]] = {}
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        left = next((left for left in range(lengths[row], room + 1) if open_lines.get(left)), None)
        if left is None:
            lines.append([])
            at, left = len(lines) - 1, room
        else:
            at = open_lines[left].pop()
        lines[at].append(row)
        open_lines.setdefault(left - lengths[row], []).append(at)
    return lines


def packed(rows: Sequence[Tokens]) -> dict[str, list[int]]:
    """One line as trl's collator takes it; a row's first token is never a target, for nothing in it comes before."""
    labels = [[IGNORED, *row.labels[1:]] for row in rows]
    return {
        "input_ids": [token for row in rows for token in row.ids],
        "labels": [label for row in labels for label in row],
        "seq_lengths": [len(row.ids) for row in rows],
    }


def prove_apart(trainer: Any, lines: Sequence[Sequence[Tokens]]) -> None:
    """Each token of packed rows has the log-probability that it has in its row alone, or training does not begin.

    Looked at by the very model, attention and device that train. Raises `RowsSeeEachOther`.
    """
    line = next((line[:LOOKED_AT] for line in lines if len(line) > 1), None)
    if line is None:
        return
    together = _log_probs(trainer, line)
    alone = [value for row in line for value in _log_probs(trainer, [row])]
    difference = sum(abs(one - other) for one, other in zip(together, alone, strict=True)) / len(alone)
    tolerance = TOLERANCE[str(trainer.model.dtype).removeprefix("torch.")]
    if not difference <= tolerance:
        raise RowsSeeEachOther(difference=f"{difference:.2g}", tolerance=f"{tolerance:g}")


def _log_probs(trainer: Any, rows: Sequence[Tokens]) -> list[float]:
    """Of each token after the first of its row, the asked ones and the answered ones alike."""
    import torch

    whole = [Tokens(row.ids, row.ids) for row in rows]
    inputs = trainer._prepare_inputs(trainer.data_collator([packed(whole)]))
    was_training = trainer.model.training
    trainer.model.eval()
    with torch.no_grad(), trainer.compute_loss_context_manager():
        told = trainer.model(**inputs, fused_lm_head=True)
    trainer.model.train(was_training)
    counted = inputs["labels"][:, 1:] != IGNORED
    values: list[float] = told.log_probs[counted].float().tolist()
    return values
