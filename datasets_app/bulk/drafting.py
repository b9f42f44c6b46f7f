"""From a wish to a draft: the samples that it is about are frozen in one statement, and counted by their fate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from afsweb.core.models import EventSource, User
from datasets_app.bulk.errors import BadBulk, TooManyPicked
from datasets_app.bulk.verbs import held_by_others, why_left_out
from datasets_app.models import BulkAction, BulkVerb, RejectReason, Sample
from datasets_app.search.filters import SampleFilter, filter_samples

PART = 2_000
PICKED_LIMIT = 1_000
FORGOTTEN_AFTER = timedelta(days=1)
ARGUMENTS = {
    BulkVerb.REJECT: ("reject_reason", "choose one of the nine reasons."),
    BulkVerb.TAG: ("tag", "write the tag."),
    BulkVerb.UNTAG: ("tag", "write the tag."),
}


@dataclass(frozen=True)
class Wish:
    """What a person asks for: the action with its argument, on what `SampleFilter.wanted` asks for or on `picked`."""

    verb: BulkVerb
    wanted: dict[str, Any] = field(default_factory=dict)
    picked: Sequence[UUID] | None = None
    reject_reason: str = ""
    note: str = ""
    tag: str = ""
    assignee: User | None = None

    def check(self) -> None:
        """Raise BadBulk when the action lacks its argument, TooManyPicked."""
        name, problem = ARGUMENTS.get(self.verb, ("verb", ""))
        if not getattr(self, name):
            raise BadBulk(problem=problem)
        if self.reject_reason and (self.verb != BulkVerb.REJECT or self.reject_reason not in RejectReason.values):
            raise BadBulk(problem="only a rejection has a reason, and it is one of the nine.")
        if self.picked is not None and not self.picked:
            raise BadBulk(problem="select some samples, or all results.")
        if self.picked is not None and len(self.picked) > PICKED_LIMIT:
            raise TooManyPicked(count=f"{len(self.picked):,}", limit=f"{PICKED_LIMIT:,}")

    def samples(self) -> QuerySet[Sample]:
        """Every sample that it names, those that will be left out too."""
        rows = Sample.objects.filter(current__isnull=False)
        return filter_samples(rows, self.wanted) if self.picked is None else rows.filter(uuid__in=self.picked)


@transaction.atomic
def draft(wish: Wish, *, by: User, via: EventSource = EventSource.UI) -> BulkAction:
    """Freeze what `wish` names now, and count it. Nothing changes until `confirm`. Raises BadBulk, TooManyPicked."""
    wish.check()
    BulkAction.objects.filter(confirmed_at__isnull=True, created_at__lt=Now() - FORGOTTEN_AFTER).delete()
    action = BulkAction.objects.create(
        verb=wish.verb,
        reject_reason=wish.reject_reason,
        note=wish.note,
        tag=wish.tag if wish.verb in (BulkVerb.TAG, BulkVerb.UNTAG) else "",
        assignee=wish.assignee if wish.verb == BulkVerb.ASSIGN else None,
        query=query_of(wish.wanted) if wish.picked is None else {},
        picked=None if wish.picked is None else list(wish.picked),
        created_by=by,
        via=via,
    )
    _freeze(action, wish.samples())
    action.save(update_fields=["previewed", "forecast"])
    return action


def query_of(wanted: dict[str, Any]) -> dict[str, Any]:
    """`SampleFilter.wanted` as JSON: what the address of the list would say."""
    said = {name: SampleFilter.base_fields[name].prepare_value(value) for name, value in wanted.items()}
    return {name: value if isinstance(value, list) else str(value) for name, value in said.items()}


def _freeze(action: BulkAction, samples: QuerySet[Sample]) -> None:
    """Store the samples in parts. One statement, so that the counts are of the same moment as the parts."""
    rows = samples.annotate(why=why_left_out(action), held=held_by_others(action.created_by)).order_by()
    sql, params = rows.values_list("pk", "revision", "state", "is_golden", "why", "held").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH matched (id, revision, state, is_golden, why, held) AS MATERIALIZED ({sql}),
                frozen AS (
                    INSERT INTO datasets_bulkpart (action_id, number, samples, revisions)
                    SELECT %s, number, array_agg(id ORDER BY id), array_agg(revision ORDER BY id)
                    FROM (SELECT id, revision, (row_number() OVER (ORDER BY id) - 1) / %s AS number
                          FROM matched WHERE why = '') AS numbered
                    GROUP BY number)
                SELECT why, state, is_golden, held, count(*) FROM matched GROUP BY 1, 2, 3, 4""",
            [*params, action.pk, PART],
        )
        counts = cursor.fetchall()
    states, left_out, held, golden = Counter[str](), Counter[str](), 0, 0
    for why, state, is_golden, is_held, count in counts:
        (left_out if why else states)[why or state] += count
        held += count if is_held and not why else 0
        golden += count if is_golden and not why else 0
    action.previewed = states.total()
    action.forecast = {"states": dict(states), "left_out": dict(left_out), "held": held, "golden": golden}
