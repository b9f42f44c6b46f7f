"""A snapshot's preference pairs as the trainer feeds them: two answers to one question, encoded and checked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training_app.trainer.errors import AnswersBeginApart, NoPairs, RowsUnreadable
from training_app.trainer.order import row_order
from training_app.trainer.rows import Messages, parse_row, read_lines
from training_app.trainer.spec import TrainSpec
from training_app.trainer.tokens import IGNORED, Tokens

PAIRS, VALIDATION_PAIRS = "pairs.jsonl", "validation_pairs.jsonl"
SIDES = ("chosen", "rejected")


@dataclass(frozen=True)
class Pair:
    """Token ids of what was asked, with how the answer opens, and of the two answers with their ends of turn."""

    prompt: list[int]
    chosen: list[int]
    rejected: list[int]

    @property
    def length(self) -> int:
        """Tokens of both rows."""
        return 2 * len(self.prompt) + len(self.chosen) + len(self.rejected)


@dataclass(frozen=True)
class PairData:
    """What a preference training runs on; `questions` are validation conversations to answer at checkpoints."""

    tokenizer: Any
    train: list[Pair]
    validation: list[Pair]
    hashes: dict[str, str]
    questions: list[Messages]
    left_out: int = 0

    @property
    def lines(self) -> int:
        return len(self.train)

    def train_set(self, spec: TrainSpec) -> Any:
        """The pairs in the order in which the run sees them, repeated as often as it does."""
        return _dataset(self.train).select(row_order(spec, [pair.length for pair in self.train]))

    def validation_set(self) -> Any:
        return _dataset(self.validation) if self.validation else None

    def counts(self) -> dict[str, int]:
        """Pairs, and tokens of the training pairs: all, and those of the answers."""
        return {
            "rows": len(self.train),
            "validation_rows": len(self.validation),
            "tokens": sum(pair.length for pair in self.train),
            "trained_tokens": sum(len(pair.chosen) + len(pair.rejected) for pair in self.train),
            "left_out": self.left_out,
        }


def read_pairs(path: Path, *, required: bool) -> tuple[list[Messages], list[Messages]]:
    """The conversations with the chosen answers, and those with the rejected ones, in the file's order.

    Each line has `prompt`, `chosen` and `rejected` as lists of messages. Raises `RowsUnreadable`; `NoPairs` when
    `required` and empty.
    """
    lines = read_lines(path) if path.is_file() else []
    if required and not lines:
        raise NoPairs(name=path.name)
    told = [_sides(line, number, path.name) for number, line in enumerate(lines, start=1)]
    return [chosen for chosen, _ in told], [rejected for _, rejected in told]


def _sides(line: str, number: int, name: str) -> tuple[Messages, Messages]:
    try:
        row = json.loads(line)
        whole = [json.dumps({"messages": [*row["prompt"], *row[side]]}) for side in SIDES]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        problem = f"it is not the JSON of a pair ({type(error).__name__})"
        raise RowsUnreadable(name=name, line=number, problem=problem) from None
    chosen, rejected = (parse_row(text, number, name) for text in whole)
    return chosen, rejected


def join_sides(chosen: Sequence[Tokens], rejected: Sequence[Tokens], name: str) -> list[Pair]:
    """One pair of each two rows: what both have before the last answer, and the two answers.

    Raises `AnswersBeginApart` where the rows differ before their answers.
    """
    return [_pair(one, other, line, name) for line, (one, other) in enumerate(zip(chosen, rejected, strict=True), 1)]


def _pair(chosen: Tokens, rejected: Tokens, line: int, name: str) -> Pair:
    (start, end), (other_start, other_end) = _answer(chosen), _answer(rejected)
    if chosen.ids[:start] != rejected.ids[:other_start]:
        raise AnswersBeginApart(line=line, name=name)
    return Pair(chosen.ids[:start], chosen.ids[start:end], rejected.ids[other_start:other_end])


def _answer(row: Tokens) -> tuple[int, int]:
    """Where the last trained stretch of a row begins, and where it ends."""
    end = max(at for at, label in enumerate(row.labels) if label != IGNORED) + 1
    before = [at for at, label in enumerate(row.labels[:end]) if label == IGNORED]
    return (before[-1] + 1 if before else 0), end


def _dataset(pairs: Sequence[Pair]) -> Any:
    from datasets import Dataset

    columns = {f"{name}_ids": [getattr(pair, name) for pair in pairs] for name in ("prompt", *SIDES)}
    return Dataset.from_dict(columns)
