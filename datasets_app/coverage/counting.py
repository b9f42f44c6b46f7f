"""Counting the coverage cells of a domain: how many samples of each kind there are about each topic."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue, waiting_job
from afsweb.core.jobs.registry import job
from afsweb.core.models import Job, User
from datasets_app.coverage.topics import save_topics, tell_topics, topic_code
from datasets_app.models import Domain, Sample

COUNT = "datasets.count_coverage"
# Texts that are held at once; the longest have 600 kB.
BATCH = 200


def count_soon(domain: Domain, by: User | None = None) -> Job | None:
    """Enqueue the counting of a domain's cells, unless one waits already; in the caller's transaction."""
    params = {"domain_id": domain.pk}
    if waiting_job(COUNT, params):
        return None
    return enqueue(COUNT, params, title=f"Count the coverage of {domain.name}", by=by)


def count_all_soon(by: User | None = None) -> None:
    """`count_soon` for every domain that has samples: an action on many may be about several."""
    for domain in Domain.objects.filter(Exists(Sample.objects.filter(domain=OuterRef("pk")))):
        count_soon(domain, by)


@job(COUNT)
def count_coverage(ctx: JobContext, *, domain_id: int) -> None:
    """Tell the topics of samples that have none yet, then count the cells. Safe to stop and to run twice."""
    domain = Domain.objects.get(pk=domain_id)
    told = _tell_missing(ctx, domain)
    with ctx.fenced():
        cells = count_cells(domain)
    ctx.finish(cells=cells, topics_told=told)


def _tell_missing(ctx: JobContext, domain: Domain) -> int:
    code = topic_code(domain)
    told = 0
    for ids in _untold(domain) if code else ():
        assert code is not None
        topics = tell_topics(code, ids)
        with ctx.fenced():
            save_topics(topics)
        told += len(ids)
        ctx.progress(told, note="telling topics")
    return told


def _untold(domain: Domain) -> Iterator[list[int]]:
    """The current versions of the domain's samples without a topic, oldest first, in batches."""
    last = 0
    untold = Sample.objects.filter(domain=domain, topic="", current__isnull=False).order_by("pk")
    while rows := list(untold.filter(pk__gt=last).values_list("pk", "current_id")[:BATCH]):
        yield [version for _, version in rows if version is not None]
        last = rows[-1][0]


@transaction.atomic
def count_cells(domain: Domain) -> int:
    """Count the cells of a domain anew, in one GROUP BY; returns how many there are. Archived samples do not count.

    Golden samples are counted among the accepted ones too.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO datasets_coveragecell
                   (domain_id, kind, topic, waiting, accepted, golden, rejected, counted_at)
               SELECT domain_id, kind, topic,
                   count(*) FILTER (WHERE state = 'pending'), count(*) FILTER (WHERE state = 'accepted'),
                   count(*) FILTER (WHERE is_golden), count(*) FILTER (WHERE state = 'rejected'),
                   statement_timestamp()
               FROM datasets_sample
               WHERE domain_id = %s AND state <> 'archived' AND current_id IS NOT NULL
               GROUP BY domain_id, kind, topic ORDER BY kind, topic
               ON CONFLICT (domain_id, kind, topic) DO UPDATE SET
                   waiting = EXCLUDED.waiting, accepted = EXCLUDED.accepted, golden = EXCLUDED.golden,
                   rejected = EXCLUDED.rejected, counted_at = EXCLUDED.counted_at
               RETURNING counted_at""",
            [domain.pk],
        )
        counted = cursor.fetchall()
        # What was not met this time has no sample any more.
        cursor.execute(
            "DELETE FROM datasets_coveragecell WHERE domain_id = %s AND counted_at < coalesce(%s, clock_timestamp())",
            [domain.pk, counted[0][0] if counted else None],
        )
    return len(counted)
