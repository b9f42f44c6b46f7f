"""Putting the two answers to each case side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from evals_app.compare.noise import Repeats, floor_of
from evals_app.compare.report import CaseChange, Category, Difference, Outcome
from evals_app.results.scores import CaseScore, estimate_scores
from evals_app.stats import Pair, benjamini_hochberg, bootstrap_interval, cluster_differences, compare, judge, say


@dataclass(frozen=True, slots=True)
class CasePair:
    """One case in both runs."""

    baseline: CaseScore
    candidate: CaseScore

    @property
    def case_id(self) -> int:
        return self.baseline.case_id

    @property
    def is_answered(self) -> bool:
        """Whether both have a score; only such pairs are compared."""
        return self.baseline.score is not None and self.candidate.score is not None

    @property
    def outcome(self) -> Outcome:
        if not self.is_answered:
            return Outcome.MISSING
        if self.baseline.is_right:
            return Outcome.STILL_RIGHT if self.candidate.is_right else Outcome.BROKE
        return Outcome.FIXED if self.candidate.is_right else Outcome.STILL_FAILING


def pair_up(baseline: Iterable[CaseScore], candidate: Iterable[CaseScore]) -> list[CasePair]:
    """Pair the cases of two runs by their keys, in key order; the suites hold the same cases."""
    others = {case.key: case for case in candidate}
    return [CasePair(case, others[case.key]) for case in baseline if case.key in others]


def difference(pairs: Iterable[CasePair]) -> Difference | None:
    """Candidate minus baseline over the answered pairs; None without any."""
    paired = compare(_scores(pairs))
    return Difference(paired=paired, verdict=judge(paired), words=say(paired)) if paired else None


def bootstrap(pairs: Iterable[CasePair]) -> tuple[float, float] | None:
    """The bootstrap interval of the same difference; None where it has none."""
    return bootstrap_interval(cluster_differences(_scores(pairs)))


def _scores(pairs: Iterable[CasePair]) -> Iterator[Pair]:
    for pair in pairs:
        if pair.baseline.score is not None and pair.candidate.score is not None:
            yield Pair(pair.baseline.cluster, pair.baseline.score, pair.candidate.score)


def categories(pairs: Iterable[CasePair], repeats: tuple[Repeats, Repeats]) -> list[Category]:
    """The comparison within each category, in the order of their names, with Benjamini-Hochberg's p over all of them.

    `repeats` are those of both runs, for the noise of each category.
    """
    found: dict[str, list[CasePair]] = {}
    for pair in pairs:
        found.setdefault(pair.baseline.category, []).append(pair)
    differences = {name: difference(of) for name, of in sorted(found.items())}
    tested = {name: found.paired.p for name, found in differences.items() if found}
    adjusted = dict(zip(tested, benjamini_hochberg(list(tested.values())), strict=True))
    return [
        Category(
            name=name,
            cases=len(found[name]),
            baseline=estimate_scores(pair.baseline for pair in found[name]),
            candidate=estimate_scores(pair.candidate for pair in found[name]),
            difference=differences[name],
            p_adjusted=adjusted.get(name),
            noise_floor=floor_of(repeats, {pair.baseline.key for pair in found[name]}),
        )
        for name in differences
    ]


def change_of(pair: CasePair, leaked: Collection[int]) -> CaseChange:
    """The pair as it is kept."""
    return CaseChange(
        case=pair.case_id,
        outcome=pair.outcome,
        unparsed=pair.candidate.is_unparsed,
        leaked=pair.case_id in leaked,
        baseline=pair.baseline.score,
        candidate=pair.candidate.score,
        unstable=pair.baseline.is_unstable or pair.candidate.is_unstable,
    )
