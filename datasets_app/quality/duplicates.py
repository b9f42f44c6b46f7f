"""Texts that are the same but for case and spaces, and the clusters of all that is nearly the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from datasets_app.models import Domain, Sample
from datasets_app.quality.components import Components


def exact_duplicates(domain: Domain, sample_ids: Sequence[int]) -> dict[int, int]:
    """For those of these samples whose text an earlier one of the domain has, the id of the earliest such sample.

    Same normalised instruction and output, and the same input. Archived samples do not count; rejected ones do, since
    what was rejected once should not come back under another number.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT sample.id, min(earlier.id)
               FROM datasets_sample AS sample
               JOIN datasets_sampleversion AS mine ON mine.id = sample.current_id
               JOIN datasets_sampleversion AS other ON other.normal_sha256 = mine.normal_sha256
                                                       AND other.input = mine.input
               JOIN datasets_sample AS earlier ON earlier.current_id = other.id AND earlier.id < sample.id
               WHERE sample.id = ANY(%s) AND earlier.domain_id = %s AND earlier.state <> 'archived'
               GROUP BY sample.id""",
            [list(sample_ids), domain.pk],
        )
        return dict(cursor.fetchall())


def link_same_texts(duplicates: Components, domain: Domain, sample_ids: Sequence[int]) -> None:
    """Link these samples with those of other groups whose normalised instruction and output are the same."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT sample.id, min(same.id)
               FROM datasets_sample AS sample
               JOIN datasets_sampleversion AS mine ON mine.id = sample.current_id
               JOIN datasets_sampleversion AS other ON other.normal_sha256 = mine.normal_sha256
               JOIN datasets_sample AS same ON same.current_id = other.id AND same.group_id <> sample.group_id
               WHERE sample.id = ANY(%s) AND same.domain_id = %s AND same.state IN ('pending', 'accepted')
               GROUP BY sample.id""",
            [list(sample_ids), domain.pk],
        )
        duplicates.link_pairs(cursor.fetchall())


def assign_clusters(duplicates: Components) -> int:
    """Give linked samples the lowest id of their set as cluster; sets that meet an older cluster become one with it.

    Call it in a transaction that holds the domain's row, so that two jobs do not merge the same clusters differently.
    Returns how many samples changed.
    """
    touched = Sample.objects.filter(pk__in=list(duplicates.roots()), cluster__isnull=False)
    clusters = set(touched.values_list("cluster", flat=True))
    members = Sample.objects.filter(cluster__in=clusters).values_list("pk", "cluster")
    duplicates.link_pairs((pk, cluster or pk) for pk, cluster in members)
    return _write(duplicates.roots().items())


def _write(clusters: Iterable[tuple[int, int]]) -> int:
    rows = list(clusters)
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE datasets_sample AS sample SET cluster = new.cluster
               FROM unnest(%s::bigint[], %s::bigint[]) AS new(id, cluster)
               WHERE sample.id = new.id AND sample.cluster IS DISTINCT FROM new.cluster""",
            [[row[0] for row in rows], [row[1] for row in rows]],
        )
        return int(cursor.rowcount)
