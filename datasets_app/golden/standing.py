"""Where approvals stand: which wait for a second person, which are in force, which must be looked at again, and why."""

from __future__ import annotations

from typing import Any, cast

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from afsweb.core.models import User
from datasets_app.golden.approving import current
from datasets_app.models import Golden, SampleState, Score, Verdict
from datasets_app.quality.finding_codes import said_by_todays_verifiers

OPEN = (SampleState.PENDING, SampleState.ACCEPTED)


class Standing(models.TextChoices):
    """What the list of goldens can be narrowed to."""

    WAITING = "waiting", "waits for a second person"
    GOLDEN = "golden", "golden"
    STALE = "stale", "to be looked at again"
    OVER = "over", "no longer golden"


def waiting() -> QuerySet[Golden]:
    """Approved by one person of two, and the text still stands as they left it."""
    first: Any = current(Golden.objects.filter(needed=2, second_by__isnull=True))
    still = {"is_withdrawn": False, "sample__current": F("version"), "sample__state": SampleState.ACCEPTED}
    return cast("QuerySet[Golden]", first.filter(**still))


def waiting_for(user: User) -> QuerySet[Golden]:
    """Those that wait for somebody else than the person who approved first, so for `user` too."""
    return waiting().exclude(first_by=user)


def with_reasons(goldens: QuerySet[Golden]) -> QuerySet[Golden]:
    """`goldens` with why each must be looked at again: `is_edited`, `is_found_wrong`, `is_failing`."""
    later = Golden.objects.filter(sample=OuterRef("sample"), pk__gt=OuterRef("pk"))
    edited = Q(sample__state__in=OPEN, approved__isnull=False) & ~Q(sample__current=F("version")) & ~Exists(later)
    return goldens.annotate(
        is_edited=models.Case(models.When(edited & Q(is_withdrawn=False), then=True), default=False),
        is_found_wrong=models.Case(models.When(Q(sample__is_golden=True) & _found_wrong(), then=True), default=False),
        is_failing=models.Case(models.When(Q(sample__is_golden=True) & _failing(), then=True), default=False),
    )


def standing_as(goldens: QuerySet[Golden], standing: Standing) -> QuerySet[Golden]:
    """Those of `goldens`, of the current ones, that stand so."""
    rows: Any = with_reasons(current(goldens))
    stale = Q(is_edited=True) | Q(is_found_wrong=True) | Q(is_failing=True)
    in_force = Q(approved__isnull=False, sample__is_golden=True, sample__current=F("version"))
    waits = Q(pk__in=waiting().values("pk"))
    wanted = {
        Standing.WAITING: waits,
        Standing.GOLDEN: in_force,
        Standing.STALE: stale,
        Standing.OVER: ~in_force & ~waits & Q(is_edited=False),
    }
    return cast("QuerySet[Golden]", rows.filter(wanted[standing]))


def reasons_of(golden: Golden) -> list[str]:
    """Why it must be looked at again, in words; `with_reasons` has looked."""
    said = (
        ("is_edited", "the text was edited since"),
        ("is_found_wrong", "a verifier has found something wrong since"),
        ("is_failing", "the gate does not pass it any more"),
    )
    return [words for name, words in said if getattr(golden, name)]


def standing_of(golden: Golden) -> Standing:
    """Where a row that `current` and `with_reasons` have looked at stands."""
    sample = golden.sample
    if reasons_of(golden):
        return Standing.STALE
    if sample.current_id != golden.version_id or golden.is_withdrawn:  # type: ignore[attr-defined]
        return Standing.OVER
    if sample.is_golden:
        return Standing.GOLDEN
    waits = golden.approved is None and sample.state == SampleState.ACCEPTED
    return Standing.WAITING if waits else Standing.OVER


def _found_wrong() -> Exists:
    """Today's verifiers, told today's facts, have found something bad since a person last looked."""
    bad = Verdict.objects.filter(
        said_by_todays_verifiers(),
        version=OuterRef("version"),
        created_at__gt=OuterRef("looked_at"),
        findings__contains=[{"level": "bad"}],
    )
    return Exists(bad)


def _failing() -> Q:
    """The current gate does not pass the text, and it did when a person last looked, or that is not known."""
    failing = Score.objects.filter(version=OuterRef("version"), gate__is_current=True, passes=False)
    return Q(Exists(failing)) & (Q(passed__isnull=True) | Q(passed=True))
