"""From conversations to token ids and labels: only what the assistant says is trained, its end of turn included."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training_app.trainer.errors import BaseUnreadable, NoChatTemplate, TurnsNotMarked
from training_app.trainer.rows import Messages

# The label that torch's cross entropy leaves out: https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
IGNORED = -100
Render = Callable[[Messages], "Tokens"]


@dataclass(frozen=True)
class Tokens:
    """One row as trained: `labels` repeats `ids` where the loss counts and is `IGNORED` elsewhere."""

    ids: list[int]
    labels: list[int]

    @property
    def trained(self) -> int:
        return sum(label != IGNORED for label in self.labels)

    def cut(self, length: int) -> Tokens:
        return Tokens(self.ids[:length], self.labels[:length])


def load_tokenizer(base_dir: Path) -> Any:
    """The base's tokenizer, from its folder alone. Raises `BaseUnreadable` and `NoChatTemplate`."""
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(str(base_dir), local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BaseUnreadable(path=base_dir, problem=f"its tokenizer does not load ({error})") from None
    if not isinstance(tokenizer.chat_template, str):
        raise NoChatTemplate(path=base_dir)
    return tokenizer


def encoder(tokenizer: Any, name: str) -> Render:
    """How the rows of the file `name` become tokens with this tokenizer's chat template.

    With generation markers in the template they say what the assistant's tokens are. Without, each answer is what the
    template adds to the prompt before it, where it leaves the prompt as it is; `TurnsNotMarked` where it does not.
    """
    if _marks_turns(tokenizer.chat_template):
        return lambda messages: _encode_marked(tokenizer, messages)
    return lambda messages: _encode_unmarked(tokenizer, messages, name)


def _marks_turns(template: str) -> bool:
    return re.search(r"\{%-?\s*generation\s*-?%\}", template) is not None


def _encode_marked(tokenizer: Any, messages: Messages) -> Tokens:
    encoded = tokenizer.apply_chat_template(
        messages, tokenize=True, return_dict=True, return_assistant_tokens_mask=True
    )
    ids = list(encoded["input_ids"])
    mask = encoded["assistant_masks"]
    return Tokens(ids, [token if marked else IGNORED for token, marked in zip(ids, mask, strict=True)])


def _encode_unmarked(tokenizer: Any, messages: Messages, name: str) -> Tokens:
    """An answer begins where its prompt and the whole conversation part, as in trl's prompt-completion rows.

    It ends where the conversation up to it does.
    """
    ids = _ids(tokenizer, messages, add_generation_prompt=False)
    answers = [at for at, message in enumerate(messages) if message["role"] == "assistant"]
    labels = [IGNORED] * len(ids)
    for at in answers:
        begin = _common(_ids(tokenizer, messages[:at], add_generation_prompt=True), ids)
        so_far = ids if at == answers[-1] else _ids(tokenizer, messages[: at + 1], add_generation_prompt=False)
        if _common(so_far, ids) < len(so_far):
            raise TurnsNotMarked(name=name)
        labels[begin : len(so_far)] = ids[begin : len(so_far)]
    return Tokens(ids, labels)


def _common(one: list[int], other: list[int]) -> int:
    """How many tokens both begin with."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))


def _ids(tokenizer: Any, messages: Messages, *, add_generation_prompt: bool) -> list[int]:
    encoded = tokenizer.apply_chat_template(
        messages, tokenize=True, return_dict=True, add_generation_prompt=add_generation_prompt
    )
    return list(encoded["input_ids"])
