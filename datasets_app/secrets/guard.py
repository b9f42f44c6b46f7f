"""What goes out has no secret in it that nobody let pass.

Asked before an export is written, a snapshot is built and a run trains on one.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse

from datasets_app.models import HELD_BACK, PreferencePair, Sample, SampleVersion, SecretFinding, Snapshot, SnapshotEntry
from datasets_app.secrets.errors import SecretsHeldBack
from datasets_app.secrets.keeping import Tell, look_through_unseen


def held_back() -> QuerySet[SecretFinding]:
    """The findings that nobody let pass."""
    return SecretFinding.objects.filter(HELD_BACK)


def open_findings() -> QuerySet[SecretFinding]:
    """Those of current texts: what people decide on. An edit takes them off the list, its undo puts them back on."""
    return held_back().filter(version__current_of__isnull=False)


def count_held(samples: QuerySet[Sample]) -> int:
    """How many of `samples` have one in their current text."""
    return samples.filter(current__in=held_back().values("version")).count() if held_back().exists() else 0


def count_held_entries(snapshot: Snapshot) -> int:
    """How many texts of a snapshot have one, the rejected answers of its pairs included."""
    held = held_back()
    if not held.exists():
        return 0
    entries = SnapshotEntry.objects.filter(snapshot=snapshot, version__in=held.values("version"))
    return entries.count() + snapshot.rejected_answers().filter(pk__in=held.values("version")).count()


def refuse_samples(samples: QuerySet[Sample]) -> None:
    """Raise `SecretsHeldBack` where one of them has an open finding."""
    refuse_count(count_held(samples))


def refuse_snapshot(snapshot: Snapshot) -> None:
    """Raise `SecretsHeldBack` where one of its texts has a finding that nobody let pass, be it edited since."""
    refuse_count(count_held_entries(snapshot), snapshot=snapshot.uuid)


def refuse_pairs(pairs: QuerySet[PreferencePair]) -> None:
    """Raise `SecretsHeldBack` where one of their texts has a finding that nobody let pass."""
    held = held_back().values("version")
    refuse_count(pairs.filter(Q(chosen__in=held) | Q(rejected__in=held)).count(), pairs="yes")


def look_at_samples(samples: QuerySet[Sample], tell: Tell | None = None) -> None:
    """Look through those of their texts that no examination looked through yet; outside a transaction."""
    look_through_unseen(SampleVersion.objects.filter(pk__in=samples.order_by().values("current")), tell)


def look_at_pairs(pairs: QuerySet[PreferencePair]) -> None:
    """The same for both texts of each pair."""
    for side in ("chosen", "rejected"):
        look_through_unseen(SampleVersion.objects.filter(pk__in=pairs.order_by().values(side)))


def look_at_snapshot(snapshot: Snapshot, tell: Tell | None = None) -> None:
    """The same for the texts of a snapshot."""
    entries = SnapshotEntry.objects.filter(snapshot=snapshot).order_by()
    look_through_unseen(SampleVersion.objects.filter(pk__in=entries.values("version")), tell)
    look_through_unseen(snapshot.rejected_answers(), tell)


def list_address(**asked: Any) -> str:
    """The address of the list of findings, narrowed."""
    query = urlencode(asked)
    return reverse("list_secrets") + (f"?{query}" if query else "")


def refuse_count(count: int, **asked: Any) -> None:
    """Raise `SecretsHeldBack` for that many samples, unless there are none; `asked` narrows the list that it names."""
    if count:
        raise SecretsHeldBack(count, list_address(**asked))
