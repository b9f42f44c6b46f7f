"""A snapshot as the trainer feeds it: encoded, checked, counted, hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from training_app.trainer.errors import TemplateRefusesRow
from training_app.trainer.files import folder_sha256
from training_app.trainer.gates import Gate, stop_ids
from training_app.trainer.order import row_order
from training_app.trainer.rows import TRAIN, VALIDATION, Messages, read_rows
from training_app.trainer.spec import TrainSpec
from training_app.trainer.tokens import Tokens, encoder, load_tokenizer


@dataclass(frozen=True)
class Data:
    tokenizer: Any
    train: list[Tokens]
    validation: list[Tokens]
    hashes: dict[str, str]

    def train_set(self, spec: TrainSpec) -> Any:
        """The training rows in the order in which the run sees them, repeated as often as it does."""
        return _dataset(self.train).select(row_order(spec, [len(row.ids) for row in self.train]))

    def validation_set(self) -> Any:
        return _dataset(self.validation) if self.validation else None

    def counts(self) -> dict[str, int]:
        """Rows, and tokens of the training rows: all, and those that the loss counts."""
        return {
            "rows": len(self.train),
            "validation_rows": len(self.validation),
            "tokens": sum(len(row.ids) for row in self.train),
            "trained_tokens": sum(row.trained for row in self.train),
        }


def load_data(spec: TrainSpec) -> Data:
    """Read, encode and check the snapshot. Raises a `DataRefused`."""
    train = read_rows(spec.snapshot / TRAIN, required=True)
    validation = read_rows(spec.snapshot / VALIDATION, required=False)
    tokenizer = load_tokenizer(spec.base)
    gate = Gate(tokenizer, stop_ids(tokenizer, spec.base), spec.max_length)
    return Data(
        tokenizer,
        _encode(tokenizer, gate, train, TRAIN),
        _encode(tokenizer, gate, validation, VALIDATION),
        {
            "snapshot_sha256": folder_sha256(spec.snapshot),
            "template_sha256": hashlib.sha256(tokenizer.chat_template.encode()).hexdigest(),
        },
    )


def _encode(tokenizer: Any, gate: Gate, rows: Sequence[Messages], name: str) -> list[Tokens]:
    from jinja2 import TemplateError

    encode, encoded = encoder(tokenizer, rows, name), []
    for line, messages in enumerate(rows, start=1):
        try:
            encoded.append(encode(messages))
        except TemplateError as error:
            raise TemplateRefusesRow(line=line, name=name, problem=error) from None
    return gate.pass_rows(encoded, name)


def _dataset(rows: Sequence[Tokens]) -> Any:
    from datasets import Dataset

    return Dataset.from_dict({"input_ids": [row.ids for row in rows], "labels": [row.labels for row in rows]})
