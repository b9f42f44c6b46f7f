"""A base's tokenizer without transformers: what the hub shows before a launch, and the trainer compares its own with.

It answers what `tokens.py` and `gates.py` ask of a tokenizer, from the files of the base's folder.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training_app.trainer.chat import Rendered, Span, render
from training_app.trainer.errors import BaseUnreadable, NoChatTemplate
from training_app.trainer.rows import Messages

TOKENIZER, CONFIG, TEMPLATE = "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"
SPECIAL = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")


@dataclass(frozen=True)
class Encoded:
    """A conversation as tokens, each with its span in the rendered text."""

    rendered: Rendered
    ids: list[int]
    offsets: list[Span]

    def mask(self) -> list[int]:
        """1 for each token of which any character is inside a marked span, as transformers has it; else 0."""
        spans = self.rendered.spans
        return [int(any(begin < stop and start < end for start, stop in spans)) for begin, end in self.offsets]


@dataclass(frozen=True)
class PlainTokenizer:
    """The tokens of one base. `chat_template` is its template's text."""

    chat_template: str
    special: dict[str, str]
    _tokenizer: Any

    @property
    def eos_token_id(self) -> int | None:
        """The token that ends a text, or None."""
        return self._id(self.special.get("eos_token"))

    def encode(
        self, messages: Messages, *, template: str | None = None, add_generation_prompt: bool = False
    ) -> Encoded:
        """The conversation as text and tokens. Raises jinja2's TemplateError."""
        template = template or self.chat_template
        rendered = render(template, messages, special=self.special, add_generation_prompt=add_generation_prompt)
        encoded = self._tokenizer.encode(rendered.text, add_special_tokens=False)
        return Encoded(rendered, list(encoded.ids), list(encoded.offsets))

    def apply_chat_template(
        self, messages: Messages, *, chat_template: str | None = None, add_generation_prompt: bool = False, **_: object
    ) -> dict[str, list[int]]:
        """`input_ids` and `assistant_masks`, as transformers' tokenizers answer. Raises jinja2's TemplateError."""
        encoded = self.encode(messages, template=chat_template, add_generation_prompt=add_generation_prompt)
        return {"input_ids": encoded.ids, "assistant_masks": encoded.mask()}

    def decode(self, ids: Sequence[int]) -> str:
        """The text of `ids`, special tokens included."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=False))

    def is_special(self, token: int) -> bool:
        """Whether `token` stands for itself in the vocabulary rather than for a piece of text."""
        return token in self._tokenizer.get_added_tokens_decoder()

    def special_texts(self) -> list[str]:
        """What tokens that stand for themselves are written as."""
        told = self._tokenizer.get_added_tokens_decoder().values()
        return [token.content for token in told if token.special]

    def _id(self, text: str | None) -> int | None:
        found: int | None = self._tokenizer.token_to_id(text) if text else None
        return found


def load_plain(base_dir: Path) -> PlainTokenizer:
    """The tokenizer in the folder of a base. Raises `BaseUnreadable` and `NoChatTemplate`."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(base_dir / TOKENIZER))
    except Exception as error:  # noqa: BLE001 (the library raises bare Exception for whatever is wrong)
        raise BaseUnreadable(path=base_dir, problem=f"its {TOKENIZER} does not load ({error})") from None
    config = read_json(base_dir, CONFIG)
    path = base_dir / TEMPLATE
    template = path.read_text(encoding="utf-8") if path.is_file() else config.get("chat_template")
    if not isinstance(template, str):
        raise NoChatTemplate(path=base_dir)
    return PlainTokenizer(template, _special(config), tokenizer)


def read_json(base_dir: Path, name: str) -> dict[str, Any]:
    """The JSON object in the file `name` of a base's folder; empty without the file. Raises `BaseUnreadable`."""
    path = base_dir / name
    try:
        told = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except ValueError as error:
        raise BaseUnreadable(path=base_dir, problem=f"{name} is not JSON ({error})") from None
    if not isinstance(told, dict):
        raise BaseUnreadable(path=base_dir, problem=f"{name} is not a JSON object")
    return told


def _special(config: dict[str, Any]) -> dict[str, str]:
    """The special tokens by name: each is a text, or an object with its text as `content`."""
    given = {name: config.get(name) for name in SPECIAL}
    texts = {name: told.get("content") if isinstance(told, dict) else told for name, told in given.items()}
    return {name: text for name, text in texts.items() if isinstance(text, str)}
