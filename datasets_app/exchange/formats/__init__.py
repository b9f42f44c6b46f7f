"""The formats that samples come in and go out by, each a module; this is where they are found."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from datasets_app.exchange.errors import NoSuchFormat
from datasets_app.exchange.formats.alpaca import ALPACA
from datasets_app.exchange.formats.base import Exported, Format
from datasets_app.exchange.formats.chat import CHAT
from datasets_app.exchange.formats.hugging_face import HUGGING_FACE
from datasets_app.exchange.formats.mlx import MLX_CHAT, MLX_COMPLETIONS
from datasets_app.exchange.formats.own import OWN
from datasets_app.exchange.formats.pairs import PAIRS
from datasets_app.exchange.formats.parquet import PARQUET
from datasets_app.exchange.formats.sharegpt import SHAREGPT
from datasets_app.exchange.formats.table import CSV
from datasets_app.exchange.rows import Row

__all__ = ["FORMATS", "WRITTEN", "Exported", "Format", "find_format", "format_of", "read_any"]

FORMATS = {
    one.key: one
    for one in (
        OWN,
        CHAT,
        ALPACA,
        SHAREGPT,
        PAIRS,
        MLX_CHAT,
        MLX_COMPLETIONS,
        CSV,
        PARQUET,
        HUGGING_FACE,
    )
}
WRITTEN = {key: one for key, one in FORMATS.items() if one.write}
# A row is the first of these that its columns fit. Our own form reads Alpaca's and the chat form as well.
_TOLD_APART = (PAIRS, SHAREGPT, OWN, MLX_COMPLETIONS)


def find_format(key: str) -> Format:
    """The format called so. Raises `NoSuchFormat`."""
    if key not in FORMATS:
        raise NoSuchFormat(key=key[:40], known=", ".join(FORMATS))
    return FORMATS[key]


def format_of(columns: Collection[str]) -> Format | None:
    """The format whose rows have these columns, or None."""
    return next((one for one in _TOLD_APART if one.fits(columns)), None)


def read_any(content: dict[str, Any]) -> Row:
    """The sample that a row describes, in whichever format it is written. Raises a `LineProblem`."""
    return (format_of(content) or OWN).read(content)
