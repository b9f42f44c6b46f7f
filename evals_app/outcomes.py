"""What became of a question, as the columns of its Result."""

from __future__ import annotations

from afsweb.llm.answering import Answer
from evals_app.models import Case, ResultState
from evals_app.scorers import Scorer


def outcome_of(answer: Answer, case: Case, scorer: Scorer) -> dict[str, object]:
    """The columns of a Result that say what became of the question."""
    facts: dict[str, object] = {
        "input_tokens": answer.input_tokens,
        "output_tokens": answer.output_tokens,
        "milliseconds": answer.milliseconds,
    }
    if answer.error:
        return facts | {"state": ResultState.FAILED, "error": answer.error}
    return facts | {"answer": answer.text} | score_columns(scorer, case, answer.text)


def score_columns(scorer: Scorer, case: Case, answer: str) -> dict[str, object]:
    """The columns of a Result that say what an answer is worth."""
    scored = scorer.score(case.expected, answer)
    return {
        "state": ResultState.UNPARSED if scored.score is None else ResultState.SCORED,
        "score": scored.score,
        "extracted": scored.extracted,
        "evidence": scored.evidence,
        "explanation": scored.explanation,
        "scorer_version": scorer.version,
    }
