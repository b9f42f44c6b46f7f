"""Gates that read the rows as this base's tokens: what the trainer refuses, known before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from training_app.gates.finding import Finding, Place, found
from training_app.preview.encoding import EncodedRows, encode_rows
from training_app.trainer.errors import DataRefused, EndOfTurnCut, EndOfTurnNotTrained, NothingTrained
from training_app.trainer.gates import Gate, stop_ids
from training_app.trainer.tokens import Tokens

SPLITS = ("train", "validation")
MASKED = Finding(
    "masked",
    "Nothing of the row is trained: the chat template shows no answer in it",
    "Choose a base model whose template marks answers, or mend these samples.",
    stops=True,
)
CUT = Finding(
    "truncated",
    "The row is longer than max_length and would lose the end of an answer",
    "Raise max_length in the recipe, or leave these samples out.",
    stops=True,
)
UNENDED = Finding(
    "end of turn",
    "An answer ends without a token that ends the turn, so the model would not learn to stop",
    "Choose another base model or chat template.",
    stops=True,
)
FAULTS: dict[type[DataRefused], Finding] = {NothingTrained: MASKED, EndOfTurnNotTrained: UNENDED, EndOfTurnCut: CUT}


def look_at_tokens(base: Path, folder: Path, max_length: int) -> Iterator[Finding]:
    """The gates over the first rows of each split. Raises BaseUnreadable, NoChatTemplate."""
    for split in SPLITS:
        if (folder / f"{split}.jsonl").is_file() and (folder / f"{split}.jsonl").stat().st_size:
            yield from _look(base, encode_rows(base, folder / f"{split}.jsonl"), split, max_length)


def _look(base: Path, encoded: EncodedRows, split: str, max_length: int) -> Iterator[Finding]:
    gate = Gate(encoded.tokenizer, stop_ids(encoded.tokenizer, base), max_length)
    faults: dict[type[DataRefused], list[Place]] = {kind: [] for kind in FAULTS}
    for line, row in enumerate(encoded.rows, start=1):
        kind = _fault(gate, row)
        if kind is not None:
            faults[kind].append(Place(split, line))
    for kind, rows in faults.items():
        yield from found(FAULTS[kind], rows, len(encoded.rows))
    if encoded.refused:
        line = len(encoded.rows) + 1
        yield Finding("template", encoded.refused, "", stops=True, count=1, total=line, rows=(Place(split, line),))


def _fault(gate: Gate, row: Tokens) -> type[DataRefused] | None:
    """What the trainer's own gate refuses the row for."""
    try:
        gate.pass_rows([row], "")
    except DataRefused as error:
        return type(error)
    return None
