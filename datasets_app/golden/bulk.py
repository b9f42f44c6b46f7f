"""The golden decision on many samples at once: what `decide` does with one, in six statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from afsweb.core.models import EventSource, User
from datasets_app.golden.approving import WITHDRAWING
from datasets_app.models import STANDING, Decider, Sample, SampleState
from datasets_app.review.changes import facet_sql

# What `approval_of` finds out about each sample: `step` says what comes of it.
PLAN = f"""
CREATE TEMPORARY TABLE golden_plan ON COMMIT DROP AS
SELECT *, step = 'first' AND needed = 2 AS waits
FROM (
    SELECT sample.id AS sample_id, sample.current_id AS version_id, gen_random_uuid() AS uuid, said.id AS replaces_id,
           {facet_sql(STANDING, "sample")} AS before,
           CASE WHEN said.id IS NULL OR said.is_withdrawn THEN 'first' WHEN said.approved IS NOT NULL THEN 'kept'
                WHEN said.first_by_id = %(user)s THEN 'mine' ELSE 'second' END AS step,
           CASE WHEN said.id IS NULL OR said.is_withdrawn THEN domain.golden_approvals ELSE said.needed END AS needed,
           CASE WHEN said.id IS NULL OR said.is_withdrawn THEN %(user)s ELSE said.first_by_id END AS first_by_id,
           score.passes AS passed
    FROM (SELECT * FROM datasets_sample
          WHERE id = ANY(%(ids)s) AND state <> 'archived' AND current_id IS NOT NULL
          ORDER BY id FOR NO KEY UPDATE) AS sample
    JOIN datasets_domain AS domain ON domain.id = sample.domain_id
    LEFT JOIN LATERAL (
        SELECT golden.*, EXISTS (
            SELECT FROM datasets_review AS review
            WHERE review.version_id = golden.version_id AND review.id > golden.review_id
              AND review.decision = ANY(%(withdrawing)s) AND review.undone_at IS NULL AND NOT review.is_opinion
        ) AS is_withdrawn
        FROM datasets_golden AS golden WHERE golden.version_id = sample.current_id AND golden.is_current
    ) AS said ON true
    LEFT JOIN datasets_gateversion AS gate ON gate.is_current
    LEFT JOIN datasets_score AS score ON score.version_id = sample.current_id AND score.gate_id = gate.id
) AS found
"""
REVIEWS = """
INSERT INTO datasets_review (uuid, key, sample_id, version_id, reviewer_id, decision, reason, note, before, is_opinion,
                             waits, resolution,
                             bulk_id)
SELECT uuid, md5(%(batch)s || ':' || sample_id)::uuid, sample_id, version_id, %(user)s, 'golden', '', %(note)s, before,
       false, waits, '', %(bulk)s
FROM golden_plan WHERE step <> 'mine' ORDER BY sample_id
"""
REPLACED = """
UPDATE datasets_golden SET is_current = false FROM golden_plan
WHERE datasets_golden.id = golden_plan.replaces_id AND step IN ('first', 'second')
"""
APPROVALS = """
INSERT INTO datasets_golden (sample_id, version_id, review_id, first_by_id, second_by_id, needed, is_current,
                             replaces_id, passed)
SELECT plan.sample_id, plan.version_id, review.id, plan.first_by_id, CASE step WHEN 'second' THEN %(user)s END,
       plan.needed, true, plan.replaces_id, plan.passed
FROM golden_plan AS plan JOIN datasets_review AS review USING (uuid) WHERE step IN ('first', 'second')
"""
SAMPLES = """
UPDATE datasets_sample SET state = %(state)s, decided_by = %(person)s, is_golden = NOT waits,
                           is_disputed = false, revision = revision + 1,
                           leased_to_id = NULL, leased_until = NULL
FROM golden_plan WHERE datasets_sample.id = golden_plan.sample_id AND step <> 'mine'
"""
EVENTS = """
INSERT INTO core_event (actor_id, source, verb, object_type, object_id, before, after, reason, batch, job_id,
                        is_part)
SELECT %(user)s, %(source)s, 'golden', %(label)s, sample_id, before,
       before || jsonb_build_object('state', %(state)s::text, 'decided_by', %(person)s::text, 'is_golden', NOT waits,
                                    'is_disputed', false),
       %(note)s, %(batch)s, %(job)s, true
FROM golden_plan WHERE step <> 'mine' ORDER BY sample_id
"""
TAKEN = "SELECT sample_id FROM golden_plan WHERE step <> 'mine' ORDER BY sample_id"


@transaction.atomic
def make_golden(
    sample_ids: Sequence[int],
    user: User,
    batch: UUID,
    *,
    note: str = "",
    source: EventSource = EventSource.JOB,
    job_id: UUID | None = None,
    bulk_id: int | None = None,
) -> list[int]:
    """Take the golden decision on the current texts of these samples (primary keys), with its lines of history.

    Returns those that it was taken on: archived ones, and those that wait for somebody else than `user`, are left
    alone. The caller has made sure that nobody changed them since they were shown.
    """
    told: dict[str, Any] = {
        "ids": list(sample_ids),
        "user": user.pk,
        "batch": str(batch),
        "bulk": bulk_id,
        "note": note,
        "source": source,
        "job": job_id,
        "withdrawing": list(WITHDRAWING),
        "state": SampleState.ACCEPTED,
        "person": Decider.PERSON,
        "label": Sample._meta.label_lower,
    }
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS golden_plan")
        cursor.execute(PLAN, told)
        cursor.execute("ANALYZE golden_plan")
        for statement in (REVIEWS, REPLACED, APPROVALS, SAMPLES, EVENTS):
            cursor.execute(statement, told)
        cursor.execute(TAKEN)
        return [row[0] for row in cursor.fetchall()]
