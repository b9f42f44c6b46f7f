"""Writing the texts of versions in a given order: streamed from the database, a line of JSON for each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator

from django.db import connection

from datasets_app.exchange.formats.chat import chat_line
from datasets_app.models import Text
from datasets_app.snapshots.errors import SamplesVanished
from datasets_app.snapshots.members import Ids

# Texts of one statement. They are never held all at once: the longest have 600 kB.
BATCH = 2_000
IN_ORDER = """COPY (
    SELECT instruction, input, output, system, messages
    FROM unnest(%s::bigint[]) WITH ORDINALITY AS pick (id, place)
    JOIN datasets_sampleversion AS version ON version.id = pick.id ORDER BY place
) TO STDOUT"""

Lengths = Counter[int]
"""Bits of the number of characters of a text -> how many texts: 9 for 256 to 511."""


def write_texts(version_ids: Ids, write: Callable[[bytes], None], tell: Callable[[int], object]) -> Lengths:
    """Write these versions in the chat form, in this order; `tell` hears how many are done.

    Raises `SamplesVanished` when one is no longer there.
    """
    lengths, done = Lengths(), 0
    for start in range(0, len(version_ids), BATCH):
        for text in read_texts(version_ids[start : start + BATCH]):
            write(chat_line(text))
            lengths[len(text).bit_length()] += 1
            done += 1
        if done < min(start + BATCH, len(version_ids)):
            raise SamplesVanished
        tell(done)
    return lengths


def read_texts(version_ids: Ids) -> Iterator[Text]:
    """The texts of these versions in this order, one at a time; one that is not there is left out."""
    with connection.cursor() as cursor, cursor.copy(IN_ORDER, [version_ids.tolist()]) as copy:
        for instruction, asked, output, system, messages in copy.rows():
            yield Text(instruction, asked, output, system, json.loads(messages) if messages else None)
