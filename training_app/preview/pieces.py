"""One sample as it would be trained: every token, what of it the loss counts, what of it is special."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from training_app.trainer.plain import PlainTokenizer
from training_app.trainer.rows import Messages
from training_app.trainer.tokens import IGNORED, Tokens, encoder


@dataclass(frozen=True)
class Piece:
    """A token's text, or that of several which share a character; `is_trained` where the loss counts it."""

    text: str
    ids: tuple[int, ...]
    is_trained: bool
    is_special: bool


def pieces_of(
    tokenizer: PlainTokenizer, messages: Messages, max_length: int, name: str = "the snapshot"
) -> list[Piece]:
    """The row cut to `max_length` tokens, token by token. Raises a DataRefused, or jinja2's TemplateError."""
    tokens = encoder(tokenizer, name)(messages).cut(max_length)
    return list(_pieces(tokenizer, messages, tokens))


def _pieces(tokenizer: PlainTokenizer, messages: Messages, tokens: Tokens) -> Iterator[Piece]:
    encoded = tokenizer.encode(messages)
    at = 0
    while at < len(tokens.ids):
        begin, end = encoded.offsets[at]
        after = at + 1
        # A character of several bytes may be several tokens: they are shown as one piece.
        while after < len(tokens.ids) and encoded.offsets[after] == (begin, end) and end > begin:
            after += 1
        yield Piece(
            encoded.rendered.text[begin:end],
            tuple(tokens.ids[at:after]),
            any(label != IGNORED for label in tokens.labels[at:after]),
            tokenizer.is_special(tokens.ids[at]),
        )
        at = after
