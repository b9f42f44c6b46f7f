"""Finding two answers to one question that nobody has chosen between yet, and drawing which of them stands first."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from afsweb.core.models import User
from datasets_app.models import PreferencePair, Sample, SampleState, SampleVersion
from datasets_app.models.sample import PROMPT

# Looked through at once, newest first: in a million samples of which no two ask the same the search must end.
WINDOW = 5_000
JUDGED = (SampleState.PENDING, SampleState.ACCEPTED, SampleState.REJECTED)


@dataclass(frozen=True)
class Pick:
    """Two answers to one question, as they are shown. `newer` is where to go on when they are passed over."""

    first: SampleVersion
    second: SampleVersion
    newer: SampleVersion


def next_pick(user: User, before: int | None = None) -> Pick | None:
    """The newest pair among WINDOW versions below `before` that nobody chose between; None when there is none."""
    window = _answers()
    if before is not None:
        window = window.filter(pk__lt=before)
    found = _with_rival(SampleVersion.objects.filter(pk__in=window.order_by("-pk").values("pk")[:WINDOW]))
    newer = found.order_by("-pk").first()
    return _pick(user, newer) if newer else None


def pick_for(user: User, sample: Sample) -> Pick | None:
    """Two answers to this sample's question, one of them its own; None when there is no other to choose from."""
    mine = _answers().filter(current_of=sample)
    newer = _with_rival(mine, any_age=True).first()
    return _pick(user, newer) if newer else None


def oldest_looked_at(before: int | None = None) -> int | None:
    """Where to go on when WINDOW versions held no pair; None when they were all there are."""
    window = _answers() if before is None else _answers().filter(pk__lt=before)
    rows = window.order_by("-pk").values_list("pk", flat=True)[WINDOW - 1 : WINDOW]
    return next(iter(rows), None)


def _answers() -> QuerySet[SampleVersion]:
    return SampleVersion.objects.filter(current_of__state__in=JUDGED, messages__isnull=True)


def _shown(versions: QuerySet[SampleVersion] | None = None) -> QuerySet[SampleVersion]:
    rows = SampleVersion.objects.all() if versions is None else versions
    return rows.select_related("sample__domain").prefetch_related("verdicts").defer("search")


def _with_rival(versions: QuerySet[SampleVersion], *, any_age: bool = False) -> QuerySet[SampleVersion]:
    """Those of `versions` that have a rival: the newest other answer to the same question."""
    standing = PreferencePair.objects.filter(undone_at__isnull=True)
    here, there = OuterRef("pk"), OuterRef(OuterRef("pk"))
    judged = standing.filter(Q(chosen=here, rejected=there) | Q(chosen=there, rejected=here))
    rivals = (
        _answers()
        .annotate(prompt=PROMPT)
        .filter(~Exists(judged), prompt=OuterRef("prompt"), current_of__domain=OuterRef("current_of__domain"))
        .exclude(output=OuterRef("output"))
        .exclude(pk=OuterRef("pk"))
    )
    if not any_age:
        rivals = rivals.filter(pk__lt=OuterRef("pk"))
    rival = Subquery(rivals.order_by("-pk").values("pk")[:1])
    return _shown(versions).annotate(prompt=PROMPT).annotate(rival=rival).filter(rival__isnull=False)


def _pick(user: User, newer: SampleVersion) -> Pick:
    rival = _shown().get(pk=newer.rival)  # type: ignore[attr-defined]
    sides = (newer, rival) if _draw(user, newer, rival) else (rival, newer)
    return Pick(*sides, newer=newer)


def _draw(user: User, one: SampleVersion, other: SampleVersion) -> bool:
    """A coin that falls the same way whenever the same person looks at the same two."""
    return hashlib.sha256(f"{user.uuid}:{one.uuid}:{other.uuid}".encode()).digest()[0] % 2 == 0
