"""Agreement: how alike the people of a queue with overlap judge, beyond what chance would give."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from datasets_app.models import Review, ReviewQueue

NEWEST = 10_000  # opinions that are looked at
SHOWN_PAIRS = 10
# Sample -> person -> whether the person accepts it.
Judgements = dict[int, dict[str, bool]]


@dataclass(frozen=True)
class Pair:
    """Cohen's kappa of two people over the `n` texts that both judged; None where chance alone explains all of it."""

    people: tuple[str, str]
    n: int
    kappa: float | None


@dataclass(frozen=True)
class Agreement:
    """Fleiss' kappa over the `complete` texts that as many people judged as the queue asks for, Krippendorff's alpha
    over the `compared` texts that more than one did, and Cohen's kappa of each pair. 1 is full agreement, 0 chance.
    """

    pairs: list[Pair]
    complete: int
    fleiss: float | None
    compared: int
    alpha: float | None


def agreement(queue: ReviewQueue) -> Agreement:
    """How alike people judged in `queue`: the newest opinions, NEWEST at most. To make golden is to accept."""
    judged = judgements(queue)
    complete = [list(one.values()) for one in judged.values() if len(one) == queue.overlap]
    compared = [one for one in judged.values() if len(one) > 1]
    return Agreement(pairs_of(compared)[:SHOWN_PAIRS], len(complete), fleiss(complete), len(compared), alpha(compared))


def judgements(queue: ReviewQueue) -> Judgements:
    """What people said of each text that they have a used seat before."""
    opinions = Review.objects.filter(queue=queue, seat__isnull=False).select_related("reviewer").order_by("-pk")
    judged: Judgements = defaultdict(dict)
    for one in opinions.only("version", "decision", "reviewer__username")[:NEWEST]:
        judged[one.version_id][str(one.reviewer)] = one.accepts
    return judged


def pairs_of(judged: Sequence[dict[str, bool]]) -> list[Pair]:
    """Cohen's kappa of every two people who judged a same text, those with most texts in common first."""
    tables: dict[tuple[str, str], list[list[int]]] = defaultdict(lambda: [[0, 0], [0, 0]])
    for one in judged:
        for people in combinations(sorted(one), 2):
            tables[people][one[people[0]]][one[people[1]]] += 1
    found = [Pair(people, sum(map(sum, table)), cohen(table)) for people, table in tables.items()]
    return sorted(found, key=lambda pair: (-pair.n, pair.people))


def cohen(table: Sequence[Sequence[int]]) -> float | None:
    """Cohen's kappa (Educ. Psychol. Meas. 20, 1960, 37-46) of a square table of counts; None where it is 0 / 0."""
    from statsmodels.stats.inter_rater import cohens_kappa  # slow to load

    filled = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    if any(sum(counts) == max(counts) for counts in filled) and filled[0] == filled[1]:
        return None
    return _number(cohens_kappa(table, return_results=False))


def fleiss(judged: Sequence[Sequence[bool]]) -> float | None:
    """Fleiss' kappa (Psychol. Bull. 76, 1971, 378-382) of texts judged by equally many; None where it is 0 / 0."""
    from statsmodels.stats.inter_rater import fleiss_kappa  # slow to load

    table = [[len(one) - sum(one), sum(one)] for one in judged]
    if not table or not all(map(sum, zip(*table, strict=True))):
        return None
    return _number(fleiss_kappa(table, method="fleiss"))


def alpha(judged: Sequence[dict[str, bool]]) -> float | None:
    """Krippendorff's alpha, nominal (Content Analysis, 4th ed., ch. 12), of texts judged by two or more; None where
    everybody said the same of everything.
    """
    import krippendorff  # slow to load

    counts = [[len(one) - sum(one.values()), sum(one.values())] for one in judged]
    if not counts or not all(map(sum, zip(*counts, strict=True))):
        return None
    return _number(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
