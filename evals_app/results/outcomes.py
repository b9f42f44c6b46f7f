"""What became of questions, written on their Results."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from afsweb.llm.answering import Answer
from evals_app.models import Case, Result, ResultState
from evals_app.scorers import Scored, Scorer

COLUMNS = {
    "state": "text",
    "request_sha256": "text",
    "is_reused": "boolean",
    "retries": "integer",
    "answer": "text",
    "transcript": "jsonb",
    "stop_reason": "text",
    "is_unsafe": "boolean",
    "score": "double precision",
    "measures": "jsonb",
    "extracted": "text",
    "evidence": "jsonb",
    "explanation": "text",
    "scorer_version": "text",
    "input_tokens": "integer",
    "output_tokens": "integer",
    "milliseconds": "integer",
    "error": "text",
}
# One statement for a whole group. Row by row costs a round trip each, and `bulk_update` three times the CPU of this.
STORE = f"""
    UPDATE evals_result AS r
    SET lease = NULL, {", ".join(f"{name} = v.{name}" for name in COLUMNS)}
    FROM jsonb_to_recordset(%s::jsonb) AS v(id bigint, {", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())})
    WHERE r.id = v.id AND r.state = ANY(%s) AND r.lease IS NOT DISTINCT FROM %s
"""


def store(results: Sequence[Result], *, found_in: Sequence[ResultState], lease: UUID | None) -> None:
    """Save what became of the questions, those only that are still in one of these states under this lease."""
    rows = [{"id": result.pk} | {name: getattr(result, name) for name in COLUMNS} for result in results]
    with connection.cursor() as cursor:
        cursor.execute(STORE, [json.dumps(rows), [state.value for state in found_in], lease])


def set_outcome(result: Result, answer: Answer, case: Case, scorer: Scorer) -> None:
    """Set the columns, unsaved: the answer, with its score where the scorer is quick, or the error."""
    result.input_tokens, result.output_tokens = answer.input_tokens, answer.output_tokens
    result.milliseconds, result.error, result.retries = answer.milliseconds, answer.error, answer.retries
    if answer.error:
        result.state = ResultState.FAILED
    else:
        result.answer, result.stop_reason = answer.text, answer.finish_reason[:32]
        if scorer.when == "at once":
            set_score(result, case, scorer)
        else:
            result.state = ResultState.ANSWERED


def set_score(result: Result, case: Case, scorer: Scorer) -> None:
    """Set the columns of the score, unsaved: what the answer is worth."""
    write_scored(result, scorer.score(case.expected, result.answer), scorer)


def write_scored(result: Result, scored: Scored, scorer: Scorer) -> None:
    """Set the columns of a score that is known, unsaved."""
    result.state = ResultState.UNPARSED if scored.score is None else ResultState.SCORED
    result.score, result.extracted = scored.score, scored.extracted
    result.evidence, result.explanation = list(scored.evidence), scored.explanation[:300]
    result.measures, result.is_unsafe = dict(scored.measures), scored.is_unsafe
    result.scorer_version = scorer.version
