"""Rows and folders that tests of runs start from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from datasets_app.models import Snapshot
from tests.rows import chat_row, make_base, make_recipe, make_snapshot
from tests.training.test_shapes import QWEN_7B
from training_app.models import Recipe

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def trainable(folder: Path) -> tuple[Recipe, Snapshot]:
    """A recipe whose base has files (no trainer could use them), and a snapshot of one row."""
    (folder / "base").mkdir()
    (folder / "base" / "config.json").write_text("{}")
    return make_recipe(make_base(folder / "base")), make_snapshot(folder / "data", [chat_row("q", "a")])


def publish_base(folder: Path, rows: Sequence[dict[str, Any]]) -> Path:
    """Fill `folder` as a maker publishes a base, but for the weights: its tokenizer is learned from the rows."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator([one["content"] for row in rows for one in row["messages"]], trainer)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"eos_token": "<|im_end|>", "chat_template": CHATML}))
    (folder / "config.json").write_text(json.dumps(QWEN_7B))
    return folder
