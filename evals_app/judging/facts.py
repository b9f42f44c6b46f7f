"""What is known about each judge under each rubric: whether it can be believed. Six queries, however many judges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import Corr
from django.db.models import Count, F, IntegerField, Max, Q, QuerySet
from django.db.models.functions import Cast, Floor, Length, Ln

from evals_app.judging.agreement import Measured, correlation, weighted_kappa
from evals_app.judging.drift import Drift, first_checks, since_first
from evals_app.judging.rubrics import SCORER
from evals_app.models import JudgeCheck, JudgedPair, Score
from evals_app.people.scores import people_mean
from evals_app.stats.intervals import wilson

LENGTH = Ln(Length("result__answer") + 1.0)


@dataclass(frozen=True)
class Share:
    """`count` of `of`, with Wilson's 95 % interval."""

    count: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.count / self.of


@dataclass(frozen=True)
class Flips:
    """What `pairs` of answers said, each compared twice: `flipped` with the places; `first` picks of the first place;
    the `longer` answer's wins of the pairs where both verdicts named one answer. `unread`: a reply could not be read.
    """

    pairs: int
    unread: int
    flipped: Share | None
    first: Share | None
    longer: Share | None


@dataclass(frozen=True)
class JudgeFacts:
    """One judge under one rubric in one version of both; `check` is its newest.

    `length` is the correlation of its scores with the length of answers, `people_length` that of people's on the same.
    """

    check: JudgeCheck
    runs: int
    opinions: int
    unread: int
    kappa: Measured | None
    length: Measured | None
    people_length: Measured | None
    flips: Flips | None
    drift: Drift | None


def newest_checks() -> QuerySet[JudgeCheck]:
    """The newest check of each judge under each rubric, as the page lists them."""
    newest = (
        JudgeCheck.objects.exclude(version="").order_by().values("version").annotate(newest=Max("pk")).values("newest")
    )
    return JudgeCheck.objects.filter(pk__in=newest).select_related("judge", "rubric")


def facts_of(checks: Sequence[JudgeCheck]) -> list[JudgeFacts]:
    """What is known about the judges of these checks, in their order."""
    versions = [check.version for check in checks]
    said, tables, flips = _opinions(versions), _tables(versions), _flips(versions)
    lengths, firsts, runs = _people_lengths(versions), first_checks(versions), _runs(versions)
    return [
        JudgeFacts(
            check=check,
            runs=runs.get(check.version, 0),
            opinions=said.get(check.version, {}).get("read", 0),
            unread=said.get(check.version, {}).get("unread", 0),
            kappa=weighted_kappa(tables.get(check.version, {})),
            length=_correlated(said.get(check.version)),
            people_length=_correlated(lengths.get(check.version)),
            flips=flips.get(f"pair {check.version}"),
            drift=since_first(firsts.get(check.version), check),
        )
        for check in checks
    ]


def _opinions(versions: Sequence[str]) -> dict[str, dict[str, Any]]:
    rows = Score.objects.filter(scorer=SCORER, version__in=versions).order_by().values("version")
    told = rows.annotate(
        read=Count("pk", filter=Q(value__isnull=False)),
        unread=Count("pk", filter=Q(value__isnull=True)),
        r=Corr("value", LENGTH),
    )
    return {row["version"]: row | {"n": row["read"]} for row in told}


def _tables(versions: Sequence[str]) -> dict[str, dict[tuple[int, int], int]]:
    """Version -> (the judge's quarter, people's) -> how many answers."""
    rows = _judged_by_people(versions).annotate(judge=_quarter("value"), person=_quarter("people"))
    found: dict[str, dict[tuple[int, int], int]] = {}
    for version, judge, person, count in (
        rows.order_by().values("version", "judge", "person").annotate(count=Count("pk"))
    ).values_list("version", "judge", "person", "count"):
        found.setdefault(version, {})[judge, person] = count
    return found


def _people_lengths(versions: Sequence[str]) -> dict[str, dict[str, Any]]:
    rows = _judged_by_people(versions).order_by().values("version")
    return {row["version"]: dict(row) for row in rows.annotate(r=Corr("people", LENGTH), n=Count("pk"))}


def _judged_by_people(versions: Sequence[str]) -> QuerySet[Score]:
    rows = Score.objects.filter(scorer=SCORER, version__in=versions, value__isnull=False)
    return rows.annotate(people=people_mean("result")).filter(people__isnull=False)


def _quarter(name: str) -> Cast:
    return Cast(Floor(F(name) * 4 + 0.5), IntegerField())


def _flips(versions: Sequence[str]) -> dict[str, Flips]:
    read = ~Q(forward="") & ~Q(backward="")
    named = Q(forward=F("backward"), forward__in=("left", "right"))
    left, right = Length("left__answer"), Length("right__answer")
    rows = JudgedPair.objects.filter(version__in=[f"pair {version}" for version in versions])
    told = (
        rows.annotate(left_length=left, right_length=right)
        .order_by()
        .values("version")
        .annotate(
            pairs=Count("pk"),
            read=Count("pk", filter=read),
            flipped=Count("pk", filter=read & ~Q(forward=F("backward"))),
            forward_first=Count("pk", filter=Q(forward="left")),
            backward_first=Count("pk", filter=Q(backward="right")),
            forward_picked=Count("pk", filter=Q(forward__in=("left", "right"))),
            backward_picked=Count("pk", filter=Q(backward__in=("left", "right"))),
            unequal=Count("pk", filter=named & ~Q(left_length=F("right_length"))),
            longer_left=Count("pk", filter=named & Q(forward="left", left_length__gt=F("right_length"))),
            longer_right=Count("pk", filter=named & Q(forward="right", left_length__lt=F("right_length"))),
        )
    )
    return {row["version"]: _as_flips(dict(row)) for row in told}


def _as_flips(row: dict[str, Any]) -> Flips:
    return Flips(
        pairs=row["pairs"],
        unread=row["pairs"] - row["read"],
        flipped=_share(row["flipped"], row["read"]),
        first=_share(row["forward_first"] + row["backward_first"], row["forward_picked"] + row["backward_picked"]),
        longer=_share(row["longer_left"] + row["longer_right"], row["unequal"]),
    )


def _runs(versions: Sequence[str]) -> dict[str, int]:
    rows = JudgeCheck.objects.filter(version__in=versions).order_by().values("version")
    return dict(rows.annotate(runs=Count("run")).values_list("version", "runs"))


def _correlated(row: dict[str, Any] | None) -> Measured | None:
    return correlation(row["r"], row["n"]) if row else None


def _share(count: int, of: int) -> Share | None:
    return Share(count, of, *wilson(count, of)) if of else None
