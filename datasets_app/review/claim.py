"""Claiming: the next samples of a queue for one person, so that nobody else gets the same."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction

from afsweb.core.models import User
from datasets_app.models import Decider, Sample
from datasets_app.review.leases import LEASE_SECONDS, is_free_for
from datasets_app.review.order import BY_INDEX_SQL, RANKED_SQL, WINDOW, with_gain
from datasets_app.review.queue import Queue, Show, standing
from datasets_app.review.repeats import claim_repeats
from datasets_app.review.seats import sit

Rows = list[tuple[Any, ...]]
# So many keys between the lowest and the highest of what is undecided, which an index knows; each draws the next one.
# One statement for all of them: a copy for each draw was planned anew each time.
DRAW = """
SELECT one.id FROM (
    SELECT ends.low + floor(random() * (ends.high - ends.low + 1))::bigint AS key
    FROM (SELECT min(id) AS low, max(id) AS high FROM datasets_sample
          WHERE NOT state = 'archived' AND NOT decided_by = 'person' AND NOT is_disputed AND decided_by = %s) AS ends,
         generate_series(1, %s)) AS drawn_key
CROSS JOIN LATERAL ({found} AND datasets_sample.id >= drawn_key.key ORDER BY datasets_sample.id LIMIT 1) AS one (id)"""
# The ordered candidates are looked up one by one until so many could be locked: the planner keeps a subquery's order.
PICK = """
WITH drawn (id) AS MATERIALIZED ({drawn}),
candidates (id, overall, gain) AS MATERIALIZED ({candidates}),
found (id, is_drawn, turn) AS MATERIALIZED (
    SELECT DISTINCT id, true, 0 FROM drawn UNION ALL
    SELECT id, false, row_number() OVER (ORDER BY {ranked}) FROM candidates WHERE id NOT IN (SELECT id FROM drawn)),
picked AS MATERIALIZED (
    SELECT datasets_sample.id, near.is_drawn, datasets_sample.current_id
    FROM (SELECT * FROM found ORDER BY turn, id OFFSET 0) AS near JOIN datasets_sample ON datasets_sample.id = near.id
    WHERE {free} ORDER BY near.turn, near.id LIMIT %s FOR UPDATE OF datasets_sample SKIP LOCKED),
numbered AS (SELECT row_number() OVER () AS place, id, is_drawn, current_id FROM picked)
"""
NONE_DRAWN = "SELECT NULL::bigint WHERE false"
LEASE_PICKED = """
UPDATE datasets_sample SET leased_to_id = %s, leased_until = statement_timestamp() + make_interval(secs => %s)
FROM numbered WHERE datasets_sample.id = numbered.id RETURNING place, numbered.id, is_drawn"""


def claim(queue: Queue, user: User, count: int, *, held: Collection[UUID] = ()) -> dict[int, int | None]:
    """Hold up to `count` samples for `user`: their primary keys in the order to show; `held` ones are passed over.

    Each with the key of the decision that it silently repeats, or None. Rows that others are claiming right now are
    skipped, so two people never get the same sample. One that was held for `user` before counts as free: a page that
    is opened again goes on with the same ones.
    """
    repeats = _draws(count, queue.rules.repeat_share) if queue.is_saved and queue.part == Show.WAITING else 0
    # One is claimed even where all shall be repeats: where none is left the queue is at its end, which they would hide.
    fresh, drawn = _claim_fresh(queue, user, max(count - repeats, min(count, 1)), held)
    repeated = claim_repeats(user, queue.rules, repeats, held) if repeats and (fresh or drawn) else {}
    if len(repeated) == count:
        return _strewn([], [], repeated)
    return _strewn(fresh, drawn, repeated)


def _claim_fresh(queue: Queue, user: User, count: int, held: Collection[UUID]) -> tuple[list[int], list[int]]:
    """The keys of samples that are now held for `user`: in the queue's order, and those drawn at random."""
    if count < 1:
        return [], []
    hold = _seat if queue.overlap > 1 else _lease
    try:
        rows = sorted(hold(queue, user, *_picking(queue, user, count, held)))
    except EmptyResultSet:  # the filter rules everything out
        rows = []
    return [pk for _, pk, is_drawn in rows if not is_drawn], [pk for _, pk, is_drawn in rows if is_drawn]


def _lease(_queue: Queue, user: User, pick: str, params: list[Any]) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(pick + LEASE_PICKED, [*params, user.pk, LEASE_SECONDS])
        return list(cursor.fetchall())


@transaction.atomic
def _seat(queue: Queue, user: User, pick: str, params: list[Any]) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(f"{pick} SELECT * FROM numbered", params)
        rows = cursor.fetchall()
    seated = sit(user, queue.rules.pk, queue.overlap, [version for *_, version in rows])
    return [(place, pk, is_drawn) for place, pk, is_drawn, version in rows if version in seated]


def _picking(queue: Queue, user: User, count: int, held: Collection[UUID]) -> tuple[str, list[Any]]:
    """The statement's beginning that finds, locks and numbers `count` samples: drawn ones, then by the order.

    The sample's own columns are asked again in the end: Postgres looks at them anew when it has waited for a row.
    """
    rules = queue.rules
    samples = queue.samples(user).filter(queue.free(user))
    samples = samples.exclude(uuid__in=held) if held else samples
    # Compiled once for both ways of finding: Django takes longer for it than Postgres for its plan.
    found, found_params = with_gain(samples, rules.order).order_by().query.sql_with_params()
    # What one person passed over is little, and found by that person's reviews rather than along the order's index.
    order = "" if queue.show == Show.PASSED else f"ORDER BY {BY_INDEX_SQL[rules.order]}"
    drawn, drawn_params = _drawing(queue, found, found_params, _draws(count, rules.random_share))
    free, free_params = _standing_and_free(queue.part, user.pk)
    near = f"{found} {order} LIMIT {WINDOW}"
    sql = PICK.format(drawn=drawn, candidates=near, ranked=RANKED_SQL[rules.order], free=free)
    return sql, [*drawn_params, *found_params, *free_params, count]


@lru_cache(maxsize=1_000)
def _standing_and_free(part: Show, user: int) -> tuple[str, Sequence[Any]]:
    """What a sample's own columns must say, in SQL with its parameters."""
    query = Sample.objects.filter(standing(part) & is_free_for(User(pk=user))).query
    return query.where.as_sql(query.get_compiler(connection=connection), connection)


def _drawing(queue: Queue, found: str, params: Sequence[Any], draws: int) -> tuple[str, list[Any]]:
    """The statement that draws so many of what `found` selects at random, each the next one from a key of its own."""
    if not draws:
        return NONE_DRAWN, []
    of = Decider.GATE if queue.part == Show.GATE else Decider.NOBODY
    return DRAW.format(found=found), [of.value, draws, *params]


def _draws(count: int, share: float) -> int:
    """How many of `count` cards a share of them makes, by chance."""
    return sum(random.random() < share for _ in range(count))


def _strewn(fresh: list[int], drawn: Iterable[int], repeated: dict[int, int]) -> dict[int, int | None]:
    """`fresh` in its order with the others anywhere between."""
    cards: list[int] = list(fresh)
    for one in [*drawn, *repeated]:
        cards.insert(random.randint(0, len(cards)), one)
    return {pk: repeated.get(pk) for pk in cards}
