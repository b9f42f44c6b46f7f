"""What samples are about: told by their domain's code, kept in `Sample.topic`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from datasets_app.domains.base import Domain as DomainCode
from datasets_app.domains.base import UnknownDomain, get_domain
from datasets_app.models import Domain, SampleVersion

Told = tuple[int, int, str]
"""A sample, the version that was read, the topic of that version."""


def topic_code(domain: Domain) -> DomainCode | None:
    """The code of a domain that can tell topics; None where this version of the program has none."""
    try:
        code = get_domain(domain.slug)
    except UnknownDomain:
        return None
    return code if code.topic_teller else None


def tell_topics(code: DomainCode, version_ids: Sequence[int]) -> list[Told]:
    """What each of these versions is about."""
    columns = ("sample_id", "pk", "instruction", "input", "output")
    rows = SampleVersion.objects.filter(pk__in=version_ids).values_list(*columns)
    return [(sample, pk, code.topic("\n".join(texts))) for sample, pk, *texts in rows]


def save_topics(told: Iterable[Told]) -> int:
    """Keep the topics of samples whose text is still the one that was read; one statement. Returns how many changed.

    It is no change that a reviewer's page must know of: `revision` stays.
    """
    # In the order of keys, as other bulk changes lock them, so that two never wait for each other.
    rows = sorted(told)
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE datasets_sample AS sample SET topic = new.topic
               FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS new(id, version, topic)
               WHERE sample.id = new.id AND sample.current_id = new.version AND sample.topic <> new.topic""",
            [[row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]],
        )
        return int(cursor.rowcount)


def label_of(domain: Domain, topic: str) -> str:
    """What people read for a topic of the domain."""
    code = topic_code(domain)
    return (code.topics.get(topic) if code else None) or topic or "not told"
