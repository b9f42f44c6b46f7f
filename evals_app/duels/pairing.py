"""Which answers stand against each other: those of two runs to one case."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models.functions import MD5, Trim

from evals_app.models import Case, Comparison, EvalRun, Result, ResultState


@dataclass(frozen=True)
class AnswerPair:
    """Two answers to one case; `left` is the baseline's here, whatever side a page shows it on."""

    case: Case
    left: Result
    right: Result


def pair_keys(comparison: Comparison) -> list[tuple[int, int]]:
    """The keys of the baseline's and the candidate's answer to each case that both answered, with different words.

    In the order of the cases' keys; of several repeats the first. Two queries. Conversations are no pairs: two of them
    are not answers to one question.
    """
    before, after = (_answers(run) for run in (comparison.baseline, comparison.candidate))
    both = [(before[key], after[key]) for key in sorted(before) if key in after]
    return [(left, right) for (left, said), (right, other) in both if said != other]


def pairs_of(comparison: Comparison) -> list[AnswerPair]:
    """The same with the answers themselves. Three queries."""
    keys = pair_keys(comparison)
    rows = Result.objects.select_related("case").in_bulk([key for pair in keys for key in pair])
    return [AnswerPair(rows[left].case, rows[left], rows[right]) for left, right in keys]


def _answers(run: EvalRun) -> dict[str, tuple[int, str]]:
    """Case key -> the answer's key, and a hash of its words."""
    rows = run.results.filter(repeat=0, transcript=[]).exclude(state=ResultState.PLANNED).exclude(answer="")
    return {key: (pk, said) for key, pk, said in rows.values_list("case__key", "pk", MD5(Trim("answer")))}
