"""Adding samples of a source: rows of Sample with their first version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from afsweb.core.clock import database_now
from afsweb.core.models import Call
from datasets_app.models import Sample, SampleVersion, Source, Text


@dataclass(frozen=True)
class NewSample:
    """One sample to add. Without a `group_id` it is a group of its own."""

    text: Text
    kind: str = ""
    group_id: str = ""
    call: Call | None = None


@transaction.atomic
def add_samples(source: Source, added: Sequence[NewSample]) -> list[Sample]:
    """Insert a pending sample with its first version for each of `added`, in that order; five statements in all."""
    now, about = database_now(), {"domain_id": source.domain_id, "source": source}
    samples = Sample.objects.bulk_create(
        [Sample(kind=new.kind, group_id=new.group_id, created_at=now, **about) for new in added]
    )
    versions = SampleVersion.objects.bulk_create(
        [
            SampleVersion(sample=sample, call=new.call, created_at=now, **new.text.columns())
            for sample, new in zip(samples, added, strict=True)
        ]
    )
    make_current([version.pk for version in versions])
    for sample, version in zip(samples, versions, strict=True):
        sample.current = version
        sample.group_id = sample.group_id or own_group(sample)
    return samples


def own_group(sample: Sample) -> str:
    """The group of a sample that nobody put in one."""
    return f"sample-{sample.pk}"


def make_current(version_ids: list[int]) -> None:
    """Make each of these versions the current one of its sample, and give a sample without a group its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE datasets_sample AS sample
               SET current_id = version.id,
                   group_id = CASE sample.group_id WHEN '' THEN 'sample-' || sample.id ELSE sample.group_id END
               FROM datasets_sampleversion AS version
               WHERE version.sample_id = sample.id AND version.id = ANY(%s)""",
            [version_ids],
        )
