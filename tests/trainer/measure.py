"""`python measure.py SPEC ADAPTER`, in trl's interpreter: what plain torch and peft say of a run, as JSON.

`first`: the loss of the base over the rows of the first step, tokens and mask as the launch page shows them;
`before` and `after`: the loss over the validation rows without and with the adapter. All in nats a counted token.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

from training_app.trainer.order import row_order, rows_per_step
from training_app.trainer.plain import load_plain
from training_app.trainer.rows import read_rows
from training_app.trainer.spec import load_spec
from training_app.trainer.tokens import Tokens, encoder


def loss(model: Any, rows: list[Tokens]) -> float:
    total, count = 0.0, 0
    for row in rows:
        logits = model(input_ids=torch.tensor([row.ids])).logits[0, :-1].float()
        labels = torch.tensor(row.labels[1:])
        total += torch.nn.functional.cross_entropy(logits, labels, reduction="sum").item()
        count += int((labels != -100).sum())
    return total / count


def main(spec_path: str, adapter: str) -> None:
    spec = load_spec(Path(spec_path))
    tokenizer = load_plain(spec.base)
    train, validation = (
        [encoder(tokenizer, name)(row) for row in read_rows(spec.snapshot / name, required=True)]
        for name in ("train.jsonl", "validation.jsonl")
    )
    order = row_order(spec, [len(row.ids) for row in train])[: rows_per_step(spec)]
    base = AutoModelForCausalLM.from_pretrained(spec.base_dir, dtype=torch.float32)
    told = {"first": loss(base, [train[number] for number in order]), "before": loss(base, validation)}
    tuned = PeftModel.from_pretrained(base, adapter)
    print(json.dumps(told | {"after": loss(tuned, validation)}))


with torch.no_grad():
    main(*sys.argv[1:])
