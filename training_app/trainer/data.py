"""A snapshot as the trainer feeds it: encoded, checked, counted, hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from training_app.trainer.errors import NoRowsShortEnough, NoValidation, TemplateRefusesRow, TokensDiffer
from training_app.trainer.files import folder_sha256
from training_app.trainer.gates import Gate, stop_ids
from training_app.trainer.order import row_order, rows_per_step
from training_app.trainer.packing import pack, packed
from training_app.trainer.pairs import PAIRS, VALIDATION_PAIRS, PairData, join_sides, read_pairs
from training_app.trainer.plain import load_plain
from training_app.trainer.rows import TRAIN, VALIDATION, Messages, read_rows
from training_app.trainer.spec import TrainSpec
from training_app.trainer.tokens import Tokens, encoder, load_tokenizer


@dataclass(frozen=True)
class Data:
    """What a training runs on; `questions` are validation conversations to answer at checkpoints.

    With `room` (tokens) rows are packed into lines of at most that many; without, each row is a line.
    """

    tokenizer: Any
    train: list[Tokens]
    validation: list[Tokens]
    hashes: dict[str, str]
    questions: list[Messages]
    left_out: int = 0
    room: int = 0

    @cached_property
    def packed(self) -> list[list[int]]:
        """Row numbers by line."""
        lengths = [len(row.ids) for row in self.train]
        return pack(lengths, self.room) if self.room else [[row] for row in range(len(lengths))]

    @property
    def lines(self) -> int:
        return len(self.packed)

    def order(self, spec: TrainSpec) -> list[int]:
        """Line numbers of all steps, one after the other."""
        return row_order(spec, [sum(len(self.train[row].ids) for row in line) for line in self.packed])

    def train_set(self, spec: TrainSpec) -> Any:
        """The training rows in the order in which the run sees them, repeated as often as it does."""
        if not self.room:
            return _dataset(self.train).select(self.order(spec))
        from datasets import Dataset

        lines = [packed([self.train[row] for row in line]) for line in self.packed]
        return Dataset.from_list(lines).select(self.order(spec))

    def validation_set(self) -> Any:
        return _dataset(self.validation) if self.validation else None

    def counts(self) -> dict[str, int]:
        """Rows, and tokens of the training rows: all, and those that the loss counts."""
        return {
            "rows": len(self.train),
            "validation_rows": len(self.validation),
            "tokens": sum(len(row.ids) for row in self.train),
            "trained_tokens": sum(row.trained for row in self.train),
            "left_out": self.left_out,
        }


def load_data(spec: TrainSpec) -> Data | PairData:
    """Read, encode and check what the objective trains on. Raises a `DataRefused`."""
    return _load_pairs(spec) if spec.objective == "dpo" else _load_rows(spec)


def _load_rows(spec: TrainSpec) -> Data:
    train = read_rows(spec.snapshot / TRAIN, required=True)
    validation = read_rows(spec.snapshot / VALIDATION, required=False)
    tokenizer = load_tokenizer(spec.base)
    encode = _Encoder(spec, tokenizer)
    (encoded, kept), (judged, _) = encode.rows(train, TRAIN), encode.rows(validation, VALIDATION)
    if not encoded:
        raise NoRowsShortEnough(name=TRAIN, length=spec.max_length)
    _refuse_unjudged(spec, VALIDATION, judged, validation)
    data = Data(
        tokenizer,
        encoded,
        judged,
        _hashes(spec, tokenizer),
        validation[: spec.domain_samples],
        len(train) + len(validation) - len(encoded) - len(judged),
        spec.max_length if spec.packing else 0,
    )
    first = [row for line in data.order(spec)[: rows_per_step(spec)] for row in data.packed[line]]
    _refuse_other_tokens(spec, [(kept[row], train[kept[row]], encoded[row]) for row in first], TRAIN)
    return data


def _load_pairs(spec: TrainSpec) -> PairData:
    tokenizer = load_tokenizer(spec.base)
    encode = _Encoder(spec, tokenizer)
    sides = {name: read_pairs(spec.snapshot / name, required=name == PAIRS) for name in (PAIRS, VALIDATION_PAIRS)}
    questions = read_rows(spec.snapshot / VALIDATION, required=False)
    pairs, left_out = {}, 0
    for name, (chosen, rejected) in sides.items():
        (one, kept), (other, also) = encode.rows(chosen, name), encode.rows(rejected, name)
        both = [row for row in kept if row in set(also)]
        left_out += len(chosen) - len(both)
        of, other_of = dict(zip(kept, one, strict=True)), dict(zip(also, other, strict=True))
        pairs[name] = join_sides([of[row] for row in both], [other_of[row] for row in both], name)
        if name == PAIRS:
            _refuse_other_tokens(spec, [(row, chosen[row], of[row]) for row in both[: rows_per_step(spec)]], name)
    if not pairs[PAIRS]:
        raise NoRowsShortEnough(name=PAIRS, length=spec.max_length)
    _refuse_unjudged(spec, VALIDATION_PAIRS, pairs[VALIDATION_PAIRS], questions)
    asked = questions[: spec.domain_samples]
    return PairData(tokenizer, pairs[PAIRS], pairs[VALIDATION_PAIRS], _hashes(spec, tokenizer), asked, left_out)


class _Encoder:
    """Rows of a file as tokens of one base, through the gate."""

    def __init__(self, spec: TrainSpec, tokenizer: Any) -> None:
        self._spec = spec
        self._tokenizer = tokenizer
        stops = stop_ids(tokenizer, spec.base)
        self._gate = Gate(tokenizer, stops, spec.max_length, leaves_out=spec.leave_out_longer)

    def rows(self, rows: Sequence[Messages], name: str) -> tuple[list[Tokens], list[int]]:
        """The tokens of each row that fits, and their numbers among `rows`. Raises a `DataRefused`."""
        from jinja2 import TemplateError

        encode, encoded = encoder(self._tokenizer, name), []
        for line, messages in enumerate(rows, start=1):
            try:
                encoded.append(encode(messages))
            except TemplateError as error:
                raise TemplateRefusesRow(line=line, name=name, problem=error) from None
        kept = [at for at, row in enumerate(encoded) if self._gate.keeps(row)]
        passed = self._gate.pass_rows(encoded, name)
        return [passed[at] for at in kept], kept


def _hashes(spec: TrainSpec, tokenizer: Any) -> dict[str, str]:
    return {
        "snapshot_sha256": folder_sha256(spec.snapshot),
        "template_sha256": hashlib.sha256(tokenizer.chat_template.encode()).hexdigest(),
    }


def _refuse_unjudged(spec: TrainSpec, name: str, judged: Sequence[object], questions: Sequence[object]) -> None:
    """What is to be picked by validation needs some. Raises `NoValidation`."""
    if not judged and (spec.early_stopping or spec.keep == "validation_loss"):
        raise NoValidation(setting="early_stopping" if spec.early_stopping else "keep validation_loss", name=name)
    if not questions and spec.domain_samples:
        raise NoValidation(setting="domain_samples", name=VALIDATION)


def _refuse_other_tokens(spec: TrainSpec, rows: Sequence[tuple[int, Messages, Tokens]], name: str) -> None:
    """What the launch page showed of the rows of the first step is what is trained, or nothing is: `TokensDiffer`."""
    show = encoder(load_plain(spec.base), name)
    for number, messages, tokens in rows:
        if show(messages).cut(spec.max_length) != tokens:
            raise TokensDiffer(line=number + 1, name=name)


def _dataset(rows: Sequence[Tokens]) -> Any:
    from datasets import Dataset

    return Dataset.from_dict({"input_ids": [row.ids for row in rows], "labels": [row.labels for row in rows]})
