"""What a version answers when it is asked about each subject: a collapse onto one answer is seen at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from evals_app.compare.report import NOTHING, Confused, Confusion
from evals_app.models import EvalRun, ResultState
from evals_app.scorers import Asked, get_scorer

# One answer for this share of at least so many subjects is a collapse; the seeds' own case was 41 of 43 registers.
COLLAPSE_SHARE, COLLAPSE_SUBJECTS = 0.5, 5


def confusion(run: EvalRun) -> Confusion:
    """Each subject's most frequent answer, wrong ones and large shares first. Empty for scorers without subjects."""
    subjects = confused_of(answers_about(run))
    subjects.sort(key=lambda c: (c.answered == c.right, -c.share, c.subject))
    return Confusion(subjects=subjects, collapse=collapse(subjects))


def answers_about(run: EvalRun) -> dict[Asked, Counter[str]]:
    """How often each answer was given about each subject, in the order of the cases. One query."""
    rows = run.results.filter(state__in=(ResultState.SCORED, ResultState.UNPARSED)).order_by("case__key")
    answers: dict[Asked, Counter[str]] = {}
    for scorer, expected, extracted in rows.values_list("case__scorer", "case__expected", "extracted"):
        asked = get_scorer(scorer or run.suite.scorer).asked(expected)
        if asked is not None:
            answers.setdefault(asked, Counter())[extracted or NOTHING] += 1
    return answers


def collapse(subjects: Iterable[Confused]) -> str:
    """The sentence about one answer that stands for at least half of the subjects; "" when none does."""
    answered = [subject.answered for subject in subjects if subject.answered != NOTHING]
    total = len(answered)
    if total < COLLAPSE_SUBJECTS:
        return ""
    name, count = Counter(answered).most_common(1)[0]
    if count < COLLAPSE_SUBJECTS or count / total < COLLAPSE_SHARE:
        return ""
    return f"One answer, {name}, for {count} of {total} subjects: the version collapsed onto it."


def confused_of(answers: Mapping[Asked, Counter[str]]) -> list[Confused]:
    """The most frequent answer about each subject."""
    return [_confused(asked, said) for asked, said in answers.items()]


def _confused(asked: Asked, said: Counter[str]) -> Confused:
    answered, count = said.most_common(1)[0]
    total = sum(said.values())
    return Confused(subject=asked.subject, right=asked.right, answered=answered, share=count / total, answers=total)
