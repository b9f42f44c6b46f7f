"""What mlx-lm trains on: a folder with train.jsonl and valid.jsonl (mlx-lm, LORA.md, section Data).

It takes the chat form, and `{"prompt", "completion"}`. `test.jsonl` is for its own evaluation, and optional.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from datasets_app.exchange.formats.base import Exported, Format, lines_of
from datasets_app.exchange.formats.chat import JOINED, content_of, fits
from datasets_app.exchange.problems import OtherForms
from datasets_app.exchange.rows import Row, filled, read_row
from datasets_app.models import Split, Text

FILES = {Split.TRAIN: "train.jsonl", Split.VALIDATION: "valid.jsonl"}


def completion(entry: Exported) -> dict[str, Any]:
    """The question, instruction and input joined as in the chat form, and the answer."""
    return {"prompt": entry.text.chat()[-2]["content"], "completion": entry.output}


def holds_completion(text: Text) -> bool:
    """Whether prompt and completion can say it: no system prompt, one turn."""
    return not text.system and not text.messages


def read_completion(content: dict[str, Any]) -> Row:
    """The sample of prompt and completion, each a text or (trl's prompt-completion form) messages.

    Raises a `LineProblem`.
    """
    prompt, answer = content.get("prompt"), content.get("completion")
    rest = {name: value for name, value in content.items() if name not in ("prompt", "completion")}
    if isinstance(prompt, list) and isinstance(answer, list):
        return read_row(rest | {"messages": [*prompt, *answer]})
    if isinstance(prompt, list) or isinstance(answer, list):
        raise OtherForms
    said = {"instruction": filled(prompt, "prompt"), "output": filled(answer, "completion")}
    return read_row(rest | said)


def fits_completion(columns: Collection[str]) -> bool:
    """Whether a row with these columns is a prompt with its completion."""
    return {"prompt", "completion"} <= set(columns)


MLX_CHAT = Format(
    key="mlx",
    name="MLX chat",
    description="A folder with train.jsonl and valid.jsonl of chat messages, for mlx_lm.lora --data.",
    read=read_row,
    fits=fits,
    write=lines_of(content_of),
    loses=JOINED,
    files=FILES,
)
MLX_COMPLETIONS = Format(
    key="mlx-completions",
    name="MLX prompt and completion",
    description="A folder with train.jsonl and valid.jsonl of prompt and completion, for mlx_lm.lora --data.",
    read=read_completion,
    fits=fits_completion,
    write=lines_of(completion),
    loses=f"Samples with a system prompt or with several turns are left out. {JOINED}",
    holds=holds_completion,
    files=FILES,
)
