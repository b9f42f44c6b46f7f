"""The job that does an action: part after part, each in one transaction with its decisions and its lines of history."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from uuid import UUID

from django.db import connection

from afsweb.core.jobs.context import JobContext, Stopped
from afsweb.core.jobs.registry import job
from afsweb.core.models import EventSource, WorkState
from datasets_app.bulk.parts import each_part, mark_done
from datasets_app.bulk.running import DO
from datasets_app.bulk.verbs import ANOTHER, ARCHIVED, CHANGED, DECISIONS, GONE, HELD, effect_of
from datasets_app.coverage.counting import count_all_soon
from datasets_app.golden.bulk import make_golden
from datasets_app.models import BulkAction, BulkPart, BulkVerb, GateVersion, Sample, SampleState, Source
from datasets_app.quality.embedding import default_embedder
from datasets_app.quality.examine import Examination
from datasets_app.review.changes import facet_sql

LABEL = Sample._meta.label_lower


def refuse_retry(*, action_id: int) -> str:
    """Why it must not run again by the job's own button, or ""."""
    action = BulkAction.objects.get(pk=action_id)
    return "It is undone, or being undone." if action.undo_job_id else ""


@job(DO, refuse_retry=refuse_retry)
def do_bulk(ctx: JobContext, *, action_id: int) -> None:
    """Do each part that is not done. Safe to stop and to run twice: a part and its mark are one transaction."""
    action = BulkAction.objects.select_related("created_by", "assignee").get(pk=action_id)
    if action.undo_job_id:
        return
    _mark(ctx, action, WorkState.RUNNING)
    try:
        for _ in _parts(ctx, action):
            action.refresh_from_db(fields=["done", "left_out"])
            ctx.progress(action.done + sum(action.left_out.values()), action.previewed)
    except Stopped:
        _mark(ctx, action, WorkState.STOPPED)
        raise
    with ctx.fenced():
        BulkAction.objects.filter(pk=action.pk).update(state=WorkState.SUCCEEDED, error="")
        count_all_soon(action.created_by)
        ctx.finish(done=action.done, left_out=action.left_out)


def _mark(ctx: JobContext, action: BulkAction, state: WorkState) -> None:
    with ctx.fenced():
        BulkAction.objects.filter(pk=action.pk).update(state=state, error="")


def _parts(ctx: JobContext, action: BulkAction) -> Iterator[None]:
    parts = BulkPart.objects.filter(action=action, done_at__isnull=True)
    if action.verb != BulkVerb.VERIFY:
        yield from each_part(ctx, parts, partial(_do, action, ctx.job.pk))
        return
    for part in parts.order_by("number").iterator(20):
        # An examination stores what it found piece by piece: it has no transaction that the part could be in.
        ids = _verify(ctx, part)
        with ctx.fenced():
            mark_done(action, part, len(ids), _why_left_out(action, part, set(ids), set()))
        yield


def _do(action: BulkAction, job_id: UUID, part: BulkPart) -> None:
    locked = lock_unchanged(action, part)
    ids = act_on(action, locked, job_id)
    mark_done(action, part, len(ids), _why_left_out(action, part, set(ids), set(locked) - set(ids)))


def lock_unchanged(action: BulkAction, part: BulkPart) -> list[int]:
    """Lock the samples of `part` that are as they were previewed and in nobody else's hands; in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT s.id FROM unnest(%s::bigint[], %s::int[]) AS t(id, revision)
               JOIN datasets_sample AS s ON s.id = t.id AND s.revision = t.revision
               WHERE s.leased_until IS NULL OR s.leased_until <= statement_timestamp() OR s.leased_to_id = %s
               ORDER BY s.id FOR NO KEY UPDATE OF s SKIP LOCKED""",
            [part.samples, part.revisions, action.created_by_id],
        )
        return [row[0] for row in cursor.fetchall()]


def act_on(action: BulkAction, ids: list[int], job_id: UUID) -> list[int]:
    """Do it to the locked samples `ids`; returns those that it was done to: gold may wait for another person."""
    if action.verb != BulkVerb.GOLDEN:
        write(action, ids, job_id)
        return ids
    return make_golden(ids, action.created_by, action.uuid, note=action.note, job_id=job_id, bulk_id=action.pk)


def write(action: BulkAction, ids: list[int], job_id: UUID) -> None:
    """Change the locked samples `ids`, with their decisions and their lines of history, in one statement."""
    effect, decision = effect_of(action), DECISIONS.get(action.verb)
    note = ": ".join(part for part in (action.get_reject_reason_display(), action.note) if part)
    review = (action.created_by_id, decision, action.reject_reason, action.note, str(action.uuid), action.pk)
    line = (action.created_by_id, EventSource.JOB, action.verb, LABEL, note[:300], action.uuid, job_id)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH old AS MATERIALIZED (
                    SELECT s.id, {facet_sql(effect.facet, "s")} AS before FROM datasets_sample AS s
                    WHERE s.id = ANY(%s)),
                changed AS (
                    UPDATE datasets_sample AS s
                    SET {effect.sets}, revision = s.revision + 1, leased_to_id = NULL, leased_until = NULL
                    FROM old WHERE s.id = old.id
                    RETURNING s.id, s.current_id, old.before, {facet_sql(effect.facet, "s")} AS after)
                {REVIEWED if decision else ""}
                INSERT INTO core_event (at, actor_id, source, verb, object_type, object_id, before, after, reason,
                                        batch, job_id, is_part)
                SELECT statement_timestamp(), %s, %s, %s, %s, id, before, after, %s, %s, %s, true FROM changed""",
            [ids, *effect.params, *(review if decision else ()), *line],
        )


REVIEWED = """, reviewed AS (
    INSERT INTO datasets_review (uuid, sample_id, version_id, reviewer_id, decision, reason, note, key, bulk_id, before,
                                 is_opinion)
    SELECT gen_random_uuid(), id, current_id, %s, %s, %s, %s, md5(%s || ':' || id)::uuid, %s, before, false
    FROM changed)"""


def _why_left_out(action: BulkAction, part: BulkPart, done: set[int], mine: set[int]) -> dict[str, list[int]]:
    """Reason -> the samples of `part` that are not among `done`; `mine` wait for another person's approval."""
    missing = [(pk, seen) for pk, seen in zip(part.samples, part.revisions, strict=True) if pk not in done]
    now = dict(Sample.objects.filter(pk__in=[pk for pk, _ in missing]).values_list("pk", "revision"))
    why: dict[str, list[int]] = {}
    for pk, seen in missing:
        reason = GONE if pk not in now else ANOTHER if pk in mine else HELD if now[pk] == seen else CHANGED
        why.setdefault(ARCHIVED if action.verb == BulkVerb.VERIFY and pk in now else reason, []).append(pk)
    return why


def _verify(ctx: JobContext, part: BulkPart) -> list[int]:
    """Examine the samples of a part anew, source by source; the archived ones not. Returns which."""
    gate, embedder = GateVersion.objects.get(is_current=True), default_embedder()
    rows = Sample.objects.filter(pk__in=part.samples, current__isnull=False).exclude(state=SampleState.ARCHIVED)
    of_source: dict[int, dict[int, int]] = {}
    for source_id, pk, version_id in rows.order_by("source", "pk").values_list("source", "pk", "current"):
        of_source.setdefault(source_id, {})[pk] = version_id
    for source in Source.objects.select_related("domain").filter(pk__in=of_source):
        Examination(ctx, source, gate, embedder).run(of_source[source.pk])
    return [pk for versions in of_source.values() for pk in versions]
