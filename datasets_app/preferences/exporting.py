"""Preference pairs as lines of JSON, as trainers read them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from datasets_app.exchange.formats.pairs import Pair, holds_standard, pair_line
from datasets_app.models import PreferencePair
from datasets_app.preferences.pairs import usable
from datasets_app.secrets.guard import look_at_pairs, refuse_pairs


def pair_lines(*, plain: bool = False) -> Iterator[bytes]:
    """A line for each pair that may be trained on, oldest first. Raises `SecretsHeldBack` at once.

    `plain`: in the standard form, which knows no roles; pairs with a system prompt or earlier turns are left out of it.
    """
    pairs = usable(PreferencePair.objects.all())
    look_at_pairs(pairs)
    refuse_pairs(pairs)
    return _lines(pairs, plain)


def _lines(pairs: QuerySet[PreferencePair], plain: bool) -> Iterator[bytes]:
    texts = [f"{side}__search" for side in ("chosen", "rejected")]
    rows = pairs.select_related("chosen", "rejected").defer(*texts).order_by("pk")
    for row in rows.iterator(chunk_size=200):
        pair = Pair.of(row.chosen.text(), row.rejected.text())
        if not plain or holds_standard(pair):
            yield pair_line(pair, plain=plain)
