"""A judge's opinion of an answer: read out of its reply, written on the answer and beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from afsweb.llm.answering import Answer
from evals_app.judging.marks import score_of
from evals_app.judging.reply import read_judgement
from evals_app.judging.rubrics import SCORER
from evals_app.models import Result, ResultState, Rubric, Score
from evals_app.scorers.base import Scored

EMPTY = Scored(None, explanation="The answer is empty.")
NOT_READ = "the judge's reply could not be read"
KEPT = 2_000  # characters of a reply that could not be read


@dataclass(frozen=True)
class Judged:
    """An answer with what became of it, unsaved; `score` is the opinion beside it, None where there was no reply."""

    result: Result
    score: Score | None


def opinion_of(result: Result, answer: Answer, rubric: Rubric, version: str) -> Judged:
    """Write the judge's reply on the result, unsaved.

    Where it gave none, or one that cannot be read, the result has failed: that is the judge's fault, and the answer
    must not earn 0 for it. Its version stays there, so that going on asks the judge again and not who answered.
    """
    if answer.error:
        _set_failed(result, f"the judge gave no answer: {answer.error}", version)
        return Judged(result, None)
    scored = read_scored(answer.text, rubric, result.answer)
    if scored is None:
        _set_failed(result, NOT_READ, version)
    else:
        set_judged(result, scored, version)
    return Judged(result, score_row(result, scored, answer.text, version))


def read_scored(reply: str, rubric: Rubric, text: str) -> Scored | None:
    """What the answer `text` is worth by a judge's reply; None where that cannot be read."""
    judgement = read_judgement(reply, rubric)
    return None if judgement is None else score_of(rubric, judgement, text)


def score_row(result: Result, scored: Scored | None, reply: str, version: str) -> Score:
    """The opinion as it is kept beside the answer, unsaved; one that could not be read has no value but its words."""
    found = scored or Scored(None, explanation=f"{NOT_READ}: {reply[:KEPT]}")
    told = {"extracted": found.extracted, "explanation": found.explanation, "measures": dict(found.measures)}
    return Score(
        result=result, scorer=SCORER, version=version, value=found.score, evidence=list(found.evidence), **told
    )


def set_judged(result: Result, scored: Scored, version: str) -> None:
    """Set the columns of the score, unsaved, as `outcomes.set_score` does for programs."""
    result.state = ResultState.UNPARSED if scored.score is None else ResultState.SCORED
    result.score, result.extracted = scored.score, scored.extracted
    result.evidence, result.explanation = list(scored.evidence), scored.explanation[:300]
    result.measures = result.measures | scored.measures
    result.is_unsafe, result.scorer_version, result.error = scored.is_unsafe, version, ""


def store_opinions(judged: Sequence[Judged]) -> None:
    """Save the opinions; one that the same judge gave before under the same version is replaced."""
    save_scores([one.score for one in judged if one.score])


def save_scores(scores: Sequence[Score]) -> None:
    """Save a judge's scores, each once for its version."""
    told = ["value", "extracted", "evidence", "explanation", "measures"]
    key = ["result", "scorer", "version", "by"]
    Score.objects.bulk_create(scores, update_conflicts=True, update_fields=told, unique_fields=key)


def _set_failed(result: Result, error: str, version: str) -> None:
    result.state, result.score, result.scorer_version, result.error = ResultState.FAILED, None, version, error[:2_000]
