"""What a launch of a recipe on a snapshot would do: its steps, its lengths, its tokens, what would refuse it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path

from jinja2 import TemplateError

from afsweb.core.artifacts import unread_path
from datasets_app.models import Snapshot
from training_app.backends.params import TrainingParams
from training_app.errors import BaseHasNoWeights
from training_app.launch import check_snapshot
from training_app.models import Recipe
from training_app.preview.encoding import LOOKED_AT, encode_rows, read_messages
from training_app.preview.fit import memory_of, shape_of
from training_app.preview.lengths import Lengths, measure
from training_app.preview.memory import Memory
from training_app.preview.pieces import Piece, pieces_of
from training_app.preview.shape import Shape
from training_app.trainer.errors import TrainerError
from training_app.trainer.gates import Gate, stop_ids
from training_app.trainer.order import steps_of
from training_app.trainer.plain import load_plain
from training_app.trainer.rows import TRAIN

__all__ = ["LOOKED_AT", "Look", "look"]


@dataclass(frozen=True)
class Look:
    """What is known before the launch. `number` is the row that is shown, counted from 1.

    `rows` are the pairs where preferences are trained. `is_packed`: there are fewer lines than rows, so fewer `steps`.
    """

    rows: int
    looked_at: int
    steps: int
    is_packed: bool
    lengths: Lengths
    shape: Shape
    memory: Memory
    number: int
    pieces: list[Piece]
    problems: list[str] = field(default_factory=list)

    @property
    def trained_tokens(self) -> int:
        """Of the row that is shown."""
        return sum(len(piece.ids) for piece in self.pieces if piece.is_trained)


def look(recipe: Recipe, snapshot: Snapshot, number: int = 1) -> Look:
    """Look at the first LOOKED_AT rows, and at the row `number` of them token by token.

    Raises a TrainingError, a TrainerError, or a StorageError where the files of base or snapshot are not here.
    """
    check_snapshot(snapshot)
    if recipe.base_model.weights is None or snapshot.artifact is None:
        raise BaseHasNoWeights(model=recipe.base_model)
    base, params = unread_path(recipe.base_model.weights), TrainingParams(**recipe.params)
    file = unread_path(snapshot.artifact) / TRAIN
    lengths, problems = _measured(base, file, params.max_length)
    number = min(max(number, 1), min(snapshot.train_count, LOOKED_AT))
    pieces: list[Piece] = []
    with suppress(TrainerError, TemplateError):  # told among the problems
        row = next(islice(read_messages(file), number - 1, None))
        pieces = pieces_of(load_plain(base), row, params.max_length)
    shape = shape_of(base)
    rows = snapshot.train_count if params.objective == "sft" else snapshot.figures.get("pairs", {}).get("train", 0)
    return Look(
        rows=rows,
        looked_at=min(snapshot.train_count, LOOKED_AT),
        steps=steps_of(rows, params.rows_per_step, params.max_steps, params.epochs),
        is_packed=params.packing and params.max_steps is None,
        lengths=lengths,
        shape=shape,
        memory=memory_of(recipe, shape, lengths.longest or params.max_length),
        number=number,
        pieces=pieces,
        problems=list(problems),
    )


@lru_cache(maxsize=64)
def _measured(base: Path, file: Path, max_length: int) -> tuple[Lengths, tuple[str, ...]]:
    """The lengths of the first LOOKED_AT rows, and why the trainer would refuse them."""
    encoded = encode_rows(base, file)
    problems = [encoded.refused] if encoded.refused else []
    try:
        Gate(encoded.tokenizer, stop_ids(encoded.tokenizer, base), max_length).pass_rows(encoded.rows, TRAIN)
    except TrainerError as error:
        problems.append(str(error))
    return measure([len(row.ids) for row in encoded.rows], max_length), tuple(problems)
