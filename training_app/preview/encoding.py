"""The first rows of a snapshot as a base's tokens: once for all that is shown of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

from jinja2 import TemplateError

from training_app.trainer.errors import NoRows, TrainerError
from training_app.trainer.plain import PlainTokenizer, load_plain
from training_app.trainer.rows import Messages, parse_row
from training_app.trainer.tokens import Tokens, encoder

LOOKED_AT = 2_000
"""Rows of a snapshot that are looked at while somebody waits; the trainer looks at all before its first step."""


@dataclass(frozen=True)
class EncodedRows:
    """The rows of a file up to the first that cannot be encoded, uncut; `refused` says why that one cannot."""

    tokenizer: PlainTokenizer
    rows: tuple[Tokens, ...]
    refused: str = ""


@lru_cache(maxsize=8)
def encode_rows(base: Path, file: Path) -> EncodedRows:
    """The first LOOKED_AT rows of `file`. Raises BaseUnreadable, NoChatTemplate, NoRows.

    Kept, for both folders are named by what is in them, and a page asks for the same with each row that it shows.
    """
    tokenizer, encoded = load_plain(base), list[Tokens]()
    show = encoder(tokenizer, file.name)
    try:
        for messages in islice(read_messages(file), LOOKED_AT):
            encoded.append(show(messages))
    except NoRows:
        raise
    except TrainerError as error:
        return EncodedRows(tokenizer, tuple(encoded), str(error))
    except TemplateError as error:
        said = f"The chat template refuses row {len(encoded) + 1}: {error}."
        return EncodedRows(tokenizer, tuple(encoded), said)
    return EncodedRows(tokenizer, tuple(encoded))


def read_messages(path: Path) -> Iterator[Messages]:
    """The conversations of the file. Raises what the trainer would: NoRows, RowsUnreadable."""
    if not path.is_file() or not path.stat().st_size:
        raise NoRows(name=path.name)
    with path.open(encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file, start=1):
            yield parse_row(line, number, path.name)
