"""The program `python -m training_app.trainer.tiny_base SPEC.json`: a tiny Qwen2-style base model out of nothing.

Random weights and a tokenizer learned from the given rows: enough to learn a small domain on a CPU in a minute, without
any download. Equal rows, seed and library versions give equal files.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training_app.trainer import environment
from training_app.trainer.checks import checked, names, read_spec, text, whole
from training_app.trainer.errors import TrainerError
from training_app.trainer.files import folder_sha256, write_json
from training_app.trainer.rows import read_rows

# ChatML, as Qwen2 speaks it, with the assistant's tokens marked for the loss.
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' }}"
    "{% if message['role'] == 'assistant' %}{% generation %}{{ message['content'] + '<|im_end|>' }}{% endgeneration %}"
    "{% else %}{{ message['content'] + '<|im_end|>' }}{% endif %}{{ '\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
PAD, START, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
ROPE_THETA = 10_000.0


@dataclass(frozen=True, kw_only=True)
class TinyBaseSpec:
    """`rows_file`: JSONL in the chat form whose texts the tokenizer learns; `out_dir` is written.

    `vocabulary` and `context` count tokens. `words` become one token each, beside the learned ones: a name that falls
    into letters and digits is much harder to learn.
    """

    rows_file: str = checked(text)
    out_dir: str = checked(text)
    seed: int = checked(whole(0, 2**32 - 1), 0)
    vocabulary: int = checked(whole(300, 100_000), 1024)
    words: tuple[str, ...] = checked(names, ())
    context: int = checked(whole(64, 100_000), 512)


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the folder and print one JSON line about it. Exit codes as the trainer's."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if len(arguments) != 1:
        print("usage: python -m training_app.trainer.tiny_base SPEC.json", file=sys.stderr)
        return 2
    try:
        print(json.dumps(build(read_spec(TinyBaseSpec, Path(arguments[0])))))
    except TrainerError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def build(spec: TinyBaseSpec) -> dict[str, object]:
    """Write tokenizer and weights to `out_dir`, whole or not at all; return its sha256, sizes and seconds."""
    began = time.monotonic()
    environment.prepare(1)
    rows = read_rows(Path(spec.rows_file), required=True)
    aside = Path(f"{spec.out_dir}.part")
    shutil.rmtree(aside, ignore_errors=True)
    tokenizer = _learn_tokenizer((message["content"] for row in rows for message in row), spec)
    tokenizer.save_pretrained(str(aside))
    parameters = _write_weights(tokenizer, spec, aside)
    shutil.rmtree(spec.out_dir, ignore_errors=True)
    aside.rename(spec.out_dir)
    return {
        "dir": spec.out_dir,
        "sha256": folder_sha256(Path(spec.out_dir)),
        "parameters": parameters,
        "vocabulary": len(tokenizer),
        "seconds": round(time.monotonic() - began, 3),
    }


def _learn_tokenizer(texts: Iterator[str], spec: TinyBaseSpec) -> Any:
    from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast, Qwen2Tokenizer

    # transformers cuts the texts of a Qwen2 model as its own class says, whatever tokenizer.json does: one way for all.
    qwen2 = Qwen2Tokenizer().backend_tokenizer
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer, tokenizer.pre_tokenizer = qwen2.normalizer, qwen2.pre_tokenizer
    tokenizer.decoder = qwen2.decoder
    trainer = trainers.BpeTrainer(
        vocab_size=spec.vocabulary,
        special_tokens=[PAD, START, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    # The role names stand in every prompt, if not in the texts.
    tokenizer.train_from_iterator([*texts, "system\n", "user\n", "assistant\n"], trainer)
    tokenizer.add_tokens([AddedToken(word, single_word=True, normalized=False) for word in spec.words])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=PAD,
        additional_special_tokens=[START],
        chat_template=CHAT_TEMPLATE,
        model_max_length=spec.context,
        clean_up_tokenization_spaces=False,
    )


def _write_weights(tokenizer: Any, spec: TinyBaseSpec, folder: Path) -> int:
    import torch
    from transformers import Qwen2Config, Qwen2ForCausalLM

    environment.hide_progress_bars()
    torch.manual_seed(spec.seed)
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=128,
        intermediate_size=256,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=spec.context,
        rope_parameters={"rope_type": "default", "rope_theta": ROPE_THETA},
        # Tied, the random embeddings would bound what an adapter can make the output say.
        tie_word_embeddings=False,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
    )
    model = Qwen2ForCausalLM(config)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.save_pretrained(str(folder))
    _write_rope_theta(folder / "config.json")
    return sum(parameter.numel() for parameter in model.parameters())


def _write_rope_theta(path: Path) -> None:
    """mlx-lm's qwen2 reads only the older top-level key, and silently takes a million without it."""
    write_json(path, {**json.loads(path.read_text(encoding="utf-8")), "rope_theta": ROPE_THETA})


if __name__ == "__main__":
    raise SystemExit(main())
