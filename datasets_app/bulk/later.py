"""Which samples of an action were changed after it, so that undoing it would undo somebody's later change too."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from afsweb.core.models import Event
from datasets_app.bulk.verbs import effect_of
from datasets_app.models import BulkAction, Sample
from datasets_app.review.changes import CHANGES_NOTHING, UNDO, facet_sql, in_words, later_changes

SHOWN = 20


@dataclass(frozen=True)
class Changed:
    """A sample that was changed later, and its newest change as a clause. It is None when it was deleted."""

    number: int
    sample: Sample | None
    change: str


def changed_later(action: BulkAction) -> list[Changed]:
    """The first SHOWN of the samples that undo would leave alone."""
    ids = _ids(action, SHOWN)
    samples = Sample.objects.in_bulk(ids)
    lines = Event.objects.filter(batch=action.uuid, object_type=Sample._meta.label_lower, object_id__in=ids)
    return [Changed(line.object_id, samples.get(line.object_id), _change(line)) for line in lines.order_by("object_id")]


def count_changed_later(action: BulkAction) -> int:
    """How many samples undo would leave alone."""
    return len(_ids(action, None))


def intact_sql(action: BulkAction) -> tuple[str, list[list[str]]]:
    """SQL, with parameters: whether `s` still is as the line `e` left it and nothing that stands came after.

    Its own revision tells at once; where a later change was undone again, the columns and the later lines do.
    """
    facet = effect_of(action).facet
    sql = f"""(s.revision = t.revision + 1 OR ({facet_sql(facet, "s")} = e.after AND NOT EXISTS (
        SELECT FROM core_event AS l
        WHERE l.object_type = e.object_type AND l.object_id = e.object_id AND l.id > e.id AND l.undoes_id IS NULL
              AND l.verb <> ALL(%s) AND l.after ?| %s
              AND NOT EXISTS (SELECT FROM core_event AS u WHERE u.undoes_id = l.id))))"""
    return sql, [[*CHANGES_NOTHING, UNDO], list(facet)]


def _ids(action: BulkAction, limit: int | None) -> list[int]:
    """The samples that were changed later, by their numbers.

    First the few whose revision moved on, then each of these with its line of history (an action writes one a sample),
    found by its index: just after an action Postgres does not know yet how many lines there are, and would compare all
    samples with all lines.
    """
    intact, params = intact_sql(action)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH moved AS MATERIALIZED (
                    SELECT t.id, t.revision
                    FROM datasets_bulkpart AS part
                    CROSS JOIN LATERAL unnest(part.samples, part.revisions) AS t(id, revision)
                    LEFT JOIN datasets_sample AS s ON s.id = t.id
                    WHERE part.action_id = %s AND part.done_at IS NOT NULL AND part.undone_at IS NULL
                          AND s.revision IS DISTINCT FROM t.revision + 1)
                SELECT t.id
                FROM moved AS t
                JOIN LATERAL (
                    SELECT line.* FROM core_event AS line
                    WHERE line.object_type = %s AND line.object_id = t.id AND line.batch = %s
                          AND NOT EXISTS (SELECT FROM core_event AS u WHERE u.undoes_id = line.id)
                    LIMIT 1) AS e ON true
                LEFT JOIN datasets_sample AS s ON s.id = t.id
                WHERE {intact} IS NOT TRUE
                ORDER BY t.id LIMIT %s""",
            [action.pk, Sample._meta.label_lower, action.uuid, *params, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def _change(line: Event) -> str:
    event = later_changes(line).select_related("actor").first()
    return in_words(event) if event else "another program changed it"
