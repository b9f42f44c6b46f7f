"""Rows that would train silently wrong are refused before the first step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from training_app.trainer.errors import DataRefused, EndOfTurnCut, EndOfTurnNotTrained, NothingTrained
from training_app.trainer.plain import read_json
from training_app.trainer.tokens import IGNORED, Tokens


def stop_ids(tokenizer: Any, base_dir: Path) -> set[int]:
    """The tokens that end the model's turn: the tokenizer's, and those of the base's generation config."""
    listed = read_json(base_dir, "generation_config.json").get("eos_token_id")
    ids = {tokenizer.eos_token_id, *(listed if isinstance(listed, list) else [listed])}
    return {token for token in ids if isinstance(token, int)}


class Gate:
    """Checks encoded rows against one tokenizer's end of turn and one length limit (tokens)."""

    def __init__(self, tokenizer: Any, stops: set[int], max_length: int, *, leaves_out: bool = False) -> None:
        self._tokenizer = tokenizer
        self._stops = stops
        self._max_length = max_length
        self._leaves_out = leaves_out

    def keeps(self, row: Tokens) -> bool:
        """Whether a row is trained on: one that is too long is left out where that is allowed, else it is refused."""
        return not self._leaves_out or self._fits(row)

    def pass_rows(self, rows: Sequence[Tokens], name: str) -> list[Tokens]:
        """The rows cut to the length limit. Raises a `DataRefused` when any would lose what it should teach."""
        stops = ", ".join(sorted(self._tokenizer.decode([token]) for token in self._stops))
        self._refuse(rows, name, NothingTrained, lambda row: row.trained == 0)
        self._refuse(rows, name, EndOfTurnNotTrained, lambda row: not self._ends_its_turns(row), stops=stops)
        longest = max((len(row.ids) for row in rows), default=0)
        self._refuse(rows, name, EndOfTurnCut, lambda row: not (self._leaves_out or self._fits(row)), longest=longest)
        return [self._cut(row) for row in rows]

    def _fits(self, row: Tokens) -> bool:
        return self._cut(row).trained == row.trained

    def _cut(self, row: Tokens) -> Tokens:
        return row.cut(self._max_length)

    def _refuse(
        self, rows: Sequence[Tokens], name: str, kind: type[DataRefused], bad: Callable[[Tokens], bool], **more: object
    ) -> None:
        lines = [line for line, row in enumerate(rows, start=1) if bad(row)]
        if lines:
            raise kind(count=len(lines), total=len(rows), name=name, line=lines[0], **more)

    def _ends_its_turns(self, row: Tokens) -> bool:
        """Each trained span, but for white space after it, ends with a stop token."""
        spans = [list(span) for trained, span in groupby(row.labels, lambda label: label != IGNORED) if trained]
        return all(self._last_word(span) in self._stops for span in spans)

    def _last_word(self, span: list[int]) -> int | None:
        return next((token for token in reversed(span) if token in self._stops or self._shows(token)), None)

    def _shows(self, token: int) -> bool:
        return bool(self._tokenizer.decode([token]).strip())
