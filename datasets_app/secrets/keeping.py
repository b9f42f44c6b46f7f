"""Looking through texts of versions and keeping what was found: in statements over many rows."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from afsweb.core.models import Event, EventSource, User
from datasets_app.comments.places import texts_of
from datasets_app.models import Resolution, Sample, SecretFinding, SecretScan
from datasets_app.models import SampleVersion as Version
from datasets_app.secrets.scanning import EDITION, Found, find_secrets

Tell = Callable[[int], object]
# Texts that are held at once; the longest have 600 kB.
BATCH = 200
RESOLVED = "resolve secret"
_TEXTS = ("sample_id", "system", "instruction", "input", "output", "messages")


def unseen(versions: QuerySet[Version]) -> QuerySet[Version]:
    """Those of `versions` that this edition of the detectors did not look through."""
    seen = SecretScan.objects.filter(version=OuterRef("pk"), edition=EDITION)
    return versions.filter(~Exists(seen)).only(*_TEXTS)


def look_through(versions: Iterable[Version], writing: Callable[[], AbstractContextManager[Any]]) -> int:
    """Find and keep what looks like a secret in these versions, `writing` around what is written; how many it were.

    Safe to stop and to run twice.
    """
    versions = list(versions)
    found = [_finding(version, one) for version in versions for one in find_secrets(texts_of(version))]
    ids = [version.pk for version in versions]
    with writing():
        SecretFinding.objects.bulk_create(found, ignore_conflicts=True, batch_size=BATCH)
        scans = [SecretScan(version_id=pk, edition=EDITION) for pk in ids]
        SecretScan.objects.bulk_create(
            scans, update_conflicts=True, unique_fields=["version"], update_fields=["edition"]
        )
        if found:
            _recognise(ids)
        _settle_removed(ids)
    return len(versions)


def look_through_unseen(versions: QuerySet[Version], tell: Tell | None = None) -> None:
    """Look through those of `versions` that were not; `tell` hears how many so far. Outside a transaction.

    What was examined was looked through then, so of most there is nothing to read here.
    """
    missing = list(unseen(versions).order_by("pk").values_list("pk", flat=True))
    done = 0
    for start in range(0, len(missing), BATCH):
        ids = missing[start : start + BATCH]
        done += look_through(Version.objects.filter(pk__in=ids).only(*_TEXTS), transaction.atomic)
        if tell:
            tell(done)


def _finding(version: Version, one: Found) -> SecretFinding:
    return SecretFinding(
        sample_id=version.sample_id,
        version=version,
        field=one.field,
        line=one.line,
        kind=one.kind,
        excerpt=one.excerpt,
        digest=digest_of(one.secret),
    )


def digest_of(secret: str) -> str:
    """The name under which a secret is recognised in this installation, 64 hex digits (RFC 2104, SHA-256)."""
    return hmac.new(bytes.fromhex(settings.FINDING_KEY), secret.encode(), hashlib.sha256).hexdigest()


def _recognise(ids: Sequence[int]) -> None:
    """Let pass what a person let pass before: everywhere, or in an earlier version of the same sample."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE datasets_secretfinding AS found
               SET how = known.how, for_all = known.for_all, resolved_at = statement_timestamp(),
                   resolved_by_id = known.resolved_by_id
               FROM datasets_secretfinding AS known
               WHERE found.version_id = ANY(%s) AND found.how = '' AND known.digest = found.digest
                     AND known.how IN ('false_alarm', 'allowed')
                     AND (known.for_all OR known.sample_id = found.sample_id)""",
            [list(ids)],
        )


def _settle_removed(ids: Sequence[int]) -> None:
    """What an earlier version has and the current one, one of `ids`, has not, was removed by the edit between them."""
    still = SecretFinding.objects.filter(version__current_of=OuterRef("sample"), digest=OuterRef("digest"))
    earlier = SecretFinding.objects.filter(how=Resolution.OPEN, sample__current__in=ids)
    gone = list(earlier.exclude(version__in=ids).filter(~Exists(still)))
    if gone:
        SecretFinding.objects.filter(pk__in=[one.pk for one in gone]).update(how=Resolution.REMOVED, resolved_at=Now())
        record_resolved(gone, Resolution.REMOVED, None, EventSource.JOB)


def record_resolved(findings: Iterable[SecretFinding], how: Resolution, actor: User | None, via: EventSource) -> None:
    """A line of history for each, about its sample: what kind of secret and what became of it, in one statement."""
    lines = [
        Event(
            actor=actor,
            source=via,
            verb=RESOLVED,
            object_type=Sample._meta.label_lower,
            object_id=one.sample_id,
            before={"secret": one.kind, "found in": f"{one.field}, line {one.line}"},
            after={"secret": how.value},
        )
        for one in findings
    ]
    Event.objects.bulk_create(lines, batch_size=BATCH)
