"""Silent repeats: what a person judged long ago, shown again as if it waited; how often the answer is the same."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from afsweb.core.models import User
from datasets_app.models import JUDGING, Decision, Review, ReviewQueue, Sample, SampleState
from datasets_app.review.leases import is_free_for, lease

LONG_AGO = 30  # decisions of the same person in the same queue
SURE = 0.95


@dataclass(frozen=True)
class Consistency:
    """How often one person answered the same when a sample came again: `same` of `n`, with an interval of 95 %."""

    same: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.same / self.n


def claim_repeats(user: User, queue: ReviewQueue, count: int, held: Collection[UUID]) -> dict[int, int]:
    """Lease up to `count` samples that `user` judged in `queue` LONG_AGO to be shown again: sample -> that decision.

    It goes through a person's decisions from the oldest to the newest, then begins anew.
    """
    eligible = _eligible(user, queue, held)
    last = _mine(user, queue).filter(repeat_of__isnull=False).order_by("-pk").values("repeat_of")[:1]
    cursor = Coalesce(Subquery(last), Value(0))
    found = dict(eligible.filter(pk__gt=cursor)[:count])
    if len(found) < count:
        found = dict(eligible[:count])
    Sample.objects.filter(is_free_for(user), pk__in=found).update(**lease(user))
    return found


def consistency(queue: ReviewQueue) -> dict[int, Consistency]:
    """Person -> how often the answer was the same, of those who were shown something twice; skipped ones do not count.

    To accept and to make golden is the same answer. The interval is Wilson's (J. Am. Stat. Assoc. 22, 1927, 209-212).
    """
    from statsmodels.stats.proportion import proportion_confint  # slow to load

    repeats = Review.objects.filter(
        queue=queue, repeat_of__isnull=False, undone_at__isnull=True, decision__in=JUDGING
    ).order_by()
    is_same = Q(decision=Decision.REJECT, repeat_of__decision=Decision.REJECT) | (
        ~Q(decision=Decision.REJECT) & ~Q(repeat_of__decision=Decision.REJECT)
    )
    counted = repeats.values_list("reviewer").annotate(same=Count("pk", filter=is_same), n=Count("pk"))
    return {
        person: Consistency(same, n, *map(float, proportion_confint(same, n, 1 - SURE, method="wilson")))
        for person, same, n in counted
    }


def _mine(user: User, queue: ReviewQueue) -> QuerySet[Review]:
    return Review.objects.filter(reviewer=user, queue=queue, undone_at__isnull=True)


def _eligible(user: User, queue: ReviewQueue, held: Collection[UUID]) -> QuerySet[Review, tuple[int, int]]:
    """(sample, decision), the oldest first: of texts that are still the current ones, and that nobody holds."""
    long_ago = _mine(user, queue).order_by("-pk").values("pk")[LONG_AGO : LONG_AGO + 1]
    free = Sample.objects.filter(is_free_for(user), pk=OuterRef("sample"), current=OuterRef("version"))
    free = free.exclude(state=SampleState.ARCHIVED).exclude(uuid__in=held)
    judged = _mine(user, queue).filter(decision__in=JUDGING, repeat_of__isnull=True, pk__lte=Subquery(long_ago))
    rows = judged.annotate(free=Subquery(free.values("pk"))).filter(free=F("sample"))
    return rows.order_by("pk").values_list("sample", "pk")
