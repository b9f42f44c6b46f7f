"""Putting two answers before a person, and keeping which one was picked."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from evals_app.duels.pairing import pair_keys
from evals_app.errors import DuelGone, NothingToTakeBack
from evals_app.models import Comparison, Duel, Winner

Keys = tuple[int, int]
LONGEST = 3_600.0  # seconds: who took longer went away meanwhile, and their time says nothing


@dataclass(frozen=True)
class Next:
    """What is on the screen: None when the person has picked in every pair; how many of how many are done."""

    duel: Duel | None
    done: int
    total: int


def duels_of(comparison: Comparison) -> QuerySet[Duel]:
    """Every duel between answers of the comparison's two runs, whichever stood on the left."""
    runs = (comparison.baseline, comparison.candidate)
    return Duel.objects.filter(left__run__in=runs, right__run__in=runs)


def next_duel(comparison: Comparison, user: User) -> Next:
    """The pair that is open on the person's screen, else one that the fewest people have seen; sides are drawn.

    Asking again shows the same pair with the same sides, until it is decided.
    """
    pairs = pair_keys(comparison)
    mine = duels_of(comparison).filter(by=user)
    done = mine.exclude(winner="").count()
    open_now = mine.filter(winner="").order_by("pk").first()
    if open_now is None:
        pair = _least_seen(comparison, user, pairs)
        open_now = _draw(pair, user) if pair else None
    if open_now is None:
        return Next(None, done, done)
    shown = Duel.objects.select_related("left__case__suite", "right").get(pk=open_now.pk)
    return Next(shown, done, max(len(pairs), done + 1))


def decide(duel: Duel, by: User, winner: Winner) -> None:
    """Keep the pick, with the seconds that it took. Raises DuelGone when it is not on this person's screen."""
    seconds = (timezone.now() - duel.created_at).total_seconds()
    changes = {"winner": winner, "seconds": seconds if 0 <= seconds <= LONGEST else None}
    with transaction.atomic():
        if not Duel.objects.filter(pk=duel.pk, by=by, winner="").update(**changes):
            raise DuelGone
        record("pick", duel, actor=by, source=EventSource.UI, after={"winner": winner.value})


@transaction.atomic
def take_back_last(comparison: Comparison, by: User) -> None:
    """Put the last pair that the person decided back on the screen. Raises NothingToTakeBack."""
    mine = duels_of(comparison).filter(by=by)
    last = mine.exclude(winner="").order_by("-pk").first()
    if last is None:
        raise NothingToTakeBack
    mine.filter(winner="").delete()
    Duel.objects.filter(pk=last.pk).update(winner="", seconds=None, created_at=timezone.now())
    record("take back a pick", last, actor=by, source=EventSource.UI, before={"winner": last.winner})


def _least_seen(comparison: Comparison, user: User, pairs: list[Keys]) -> Keys | None:
    """Of the pairs that the person has not decided one that the fewest have, drawn at random."""
    seen: Counter[frozenset[int]] = Counter()
    own: set[frozenset[int]] = set()
    for left, right, person in duels_of(comparison).values_list("left", "right", "by"):
        seen[frozenset((left, right))] += 1
        if person == user.pk:
            own.add(frozenset((left, right)))
    waiting = [pair for pair in pairs if frozenset(pair) not in own]
    fewest = min((seen[frozenset(pair)] for pair in waiting), default=0)
    return secrets.choice([pair for pair in waiting if seen[frozenset(pair)] == fewest]) if waiting else None


def _draw(pair: Keys, user: User) -> Duel | None:
    left, right = pair if secrets.randbelow(2) else pair[::-1]
    try:
        with transaction.atomic():
            return Duel.objects.create(left_id=left, right_id=right, by=user)
    except IntegrityError:  # the same person in two windows
        both = Q(left=left, right=right) | Q(left=right, right=left)
        return Duel.objects.filter(both, by=user, winner="").first()
