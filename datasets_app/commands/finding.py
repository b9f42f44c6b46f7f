"""Finding what a command is about, by what a person calls it."""

from __future__ import annotations

from afsweb.core.finding import NoSuchRow, read_uuid
from afsweb.core.jobs.text import storable
from afsweb.core.naming import find_named
from datasets_app.errors import DatasetError
from datasets_app.models import Domain, Sample, Snapshot, Source, SourceState
from datasets_app.search.jumping import named_sample


class NoSuchDomain(DatasetError):
    """There is no domain “{name}”. There are {known}."""


def find_domain(slug: str) -> Domain:
    """Raises NoSuchDomain."""
    domain = Domain.objects.filter(slug=storable(slug)).first()
    if domain is None:
        raise NoSuchDomain(name=slug, known=", ".join(Domain.objects.values_list("slug", flat=True)))
    return domain


def find_source(called: str) -> Source:
    """The source of that name or id; by its name only one that was not undone. Raises NoSuchRow, SeveralRows."""
    sources = Source.objects.select_related("domain", "job", "created_by")
    return find_named(sources if read_uuid(called) else sources.exclude(state=SourceState.UNDONE), called)


def find_snapshot(called: str) -> Snapshot:
    """The snapshot of that name or id. Raises NoSuchRow."""
    return find_named(Snapshot.objects.select_related("domain", "job", "created_by", "artifact"), called)


def find_sample(called: str) -> Sample:
    """The sample of that number (12 or #12) or id, or its beginning, with its current version. Raises NoSuchRow."""
    number, uuid = called.removeprefix("#"), read_uuid(called)
    rows = Sample.objects.filter(current__isnull=False).select_related("current", "domain", "source")
    rows = rows.defer("current__search")
    if uuid is not None:
        sample = rows.filter(uuid=uuid).first()
    elif number.isdecimal() and len(number) < 19:  # a key is a bigint, of 19 digits at most
        sample = rows.filter(pk=int(number)).first()
    else:
        named = named_sample(called)
        sample = rows.filter(pk=named.pk).first() if named else None
    if sample is None:
        raise NoSuchRow(noun="sample", name=called)
    return sample
