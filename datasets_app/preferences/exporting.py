"""Preference pairs as lines of JSON, as trainers read them."""

from __future__ import annotations

from collections.abc import Iterator

from datasets_app.exchange.formats.pairs import Pair, holds_standard, pair_line
from datasets_app.models import PreferencePair
from datasets_app.preferences.pairs import usable


def pair_lines(*, plain: bool = False) -> Iterator[bytes]:
    """A line for each pair that may be trained on, oldest first.

    `plain`: in the standard form, which knows no roles; pairs with a system prompt or earlier turns are left out of it.
    """
    texts = [f"{side}__search" for side in ("chosen", "rejected")]
    rows = usable(PreferencePair.objects.all()).select_related("chosen", "rejected").defer(*texts).order_by("pk")
    for row in rows.iterator(chunk_size=200):
        pair = Pair.of(row.chosen.text(), row.rejected.text())
        if not plain or holds_standard(pair):
            yield pair_line(pair, plain=plain)
