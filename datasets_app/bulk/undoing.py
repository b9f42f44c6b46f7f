"""The job that undoes an action: every sample goes back to what its line of history kept, where nothing came after."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Field
from django.db.models.functions import Now

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.registry import job
from afsweb.core.models import EventSource, User
from datasets_app.bulk.later import intact_sql
from datasets_app.bulk.parts import each_part, mark_undone
from datasets_app.bulk.running import UNDO
from datasets_app.bulk.verbs import CHANGED, GONE, effect_of
from datasets_app.coverage.counting import count_all_soon
from datasets_app.golden.approving import take_back_approvals
from datasets_app.models import BulkAction, BulkPart, BulkVerb, Review, Sample

LABEL = Sample._meta.label_lower


def refuse_retry(*, action_id: int) -> str:
    """Why it must not run again, or ""."""
    return "It is undone." if BulkAction.objects.get(pk=action_id).undone_at else ""


@job(UNDO, refuse_retry=refuse_retry)
def undo_bulk(ctx: JobContext, *, action_id: int) -> None:
    """Put back what the action changed. Safe to stop and to run twice: a part and its mark are one transaction."""
    action = BulkAction.objects.select_related("created_by").get(pk=action_id)
    by = ctx.job.created_by or action.created_by
    parts = BulkPart.objects.filter(action=action, done_at__isnull=False, undone_at__isnull=True)
    for _ in each_part(ctx, parts, partial(_undo, action, by, ctx.job.pk)):
        action.refresh_from_db(fields=["undone", "kept"])
        ctx.progress(action.undone + sum(action.kept.values()), action.done)
    with ctx.fenced():
        BulkAction.objects.filter(pk=action.pk).update(undone_at=Now())
        count_all_soon(by)
        ctx.finish(undone=action.undone, kept=action.kept)


def _undo(action: BulkAction, by: User, job_id: UUID, part: BulkPart) -> None:
    lines = lock_intact(action, part)
    put_back(action, lines, by, job_id)
    mark_undone(action, part, len(lines), _kept(action, part))


def lock_intact(action: BulkAction, part: BulkPart) -> dict[int, int]:
    """Lock the samples of `part`; returns the lines of history of those that nothing changed since: line -> sample.

    First the locks, then the question: what a person did while we waited for a lock is seen.
    """
    intact, params = intact_sql(action)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM datasets_sample WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [part.samples]
        )
        cursor.execute(
            f"""SELECT e.id, t.id FROM unnest(%s::bigint[], %s::int[]) AS t(id, revision)
                JOIN datasets_sample AS s ON s.id = t.id
                JOIN core_event AS e ON e.batch = %s AND e.object_type = %s AND e.object_id = t.id
                                        AND e.object_id = ANY(%s)
                WHERE NOT EXISTS (SELECT FROM core_event AS u WHERE u.undoes_id = e.id) AND {intact}""",
            [part.samples, part.revisions, action.uuid, LABEL, part.samples, *params],
        )
        return dict(cursor.fetchall())


def put_back(action: BulkAction, lines: dict[int, int], by: User, job_id: UUID) -> None:
    """Restore the locked samples that the lines are about, mark their decisions as undone and say so in history."""
    if action.verb == BulkVerb.GOLDEN:
        decided = Review.objects.filter(bulk=action, sample__in=lines.values())
        take_back_approvals(decided.values_list("pk", flat=True))
    sets = restoring_sql(effect_of(action).facet)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH changed AS (
                    UPDATE datasets_sample AS s
                    SET {sets}, revision = s.revision + 1, leased_to_id = NULL, leased_until = NULL
                    FROM core_event AS e WHERE e.id = ANY(%s) AND s.id = e.object_id
                    RETURNING e.id, s.id AS sample_id, e.before, e.after),
                forgotten AS (
                    UPDATE datasets_review AS review SET undone_at = statement_timestamp()
                    FROM changed WHERE review.bulk_id = %s AND review.sample_id = ANY(%s)
                                       AND review.sample_id = changed.sample_id AND review.undone_at IS NULL)
                INSERT INTO core_event (at, actor_id, source, verb, object_type, object_id, before, after, reason,
                                        batch, job_id, is_part, undoes_id)
                SELECT statement_timestamp(), %s, %s, 'undo', %s, sample_id, after, before, '', %s, %s, true, id
                FROM changed""",
            [list(lines), action.pk, list(lines.values()), by.pk, EventSource.JOB, LABEL, action.undo_batch, job_id],
        )


def restoring_sql(facet: Mapping[str, str]) -> str:
    """The SET of an UPDATE that restores a facet of `s` from what the line `e` kept as JSON."""
    fields = {field.column: field for field in Sample._meta.concrete_fields}
    return ", ".join(f"{column} = {_read(fields[column], name)}" for name, column in facet.items())


def _read(field: Field[Any, Any], name: str) -> str:
    if isinstance(field, ArrayField):
        array = f"jsonb_array_elements_text(e.before -> '{name}') WITH ORDINALITY AS kept(item, place)"
        return f"ARRAY(SELECT item FROM {array} ORDER BY place)::{field.db_type(connection)}"
    return f"(e.before ->> '{name}')::{field.db_type(connection)}"


def _kept(action: BulkAction, part: BulkPart) -> dict[str, list[int]]:
    """Reason -> the samples of `part` that the action changed and that undo left alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT e.object_id, s.id IS NULL
               FROM core_event AS e LEFT JOIN datasets_sample AS s ON s.id = e.object_id
               WHERE e.batch = %s AND e.object_id = ANY(%s) AND e.object_type = %s
                     AND NOT EXISTS (SELECT FROM core_event AS u WHERE u.undoes_id = e.id)
               ORDER BY e.object_id""",
            [action.uuid, part.samples, LABEL],
        )
        why: dict[str, list[int]] = {}
        for pk, is_gone in cursor.fetchall():
            why.setdefault(GONE if is_gone else CHANGED, []).append(pk)
    return why
