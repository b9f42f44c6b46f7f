"""One answer as what a judge is asked."""

from __future__ import annotations

import json

from afsweb.llm.answering import Sampling
from evals_app.judging.prompt import Message, ask_about, ask_about_conversation
from evals_app.models import Case, Result, Rubric

# A mark with its reason takes some 40 tokens; models that think first need room for it.
JUDGING = Sampling(temperature=0.0, max_new_tokens=2048, seed=0)


def prompt_for(rubric: Rubric, case: Case, result: Result) -> list[Message]:
    """The chat that asks for the marks of an answer, or of a conversation where the result holds one."""
    if not result.transcript:
        return ask_about(rubric, case.messages, result.answer, case.references)
    persona = case.expected.get("persona")
    told = f"The user is a person of this kind:\n{json.dumps(persona, ensure_ascii=False)}" if persona else ""
    return ask_about_conversation(rubric, told, result.transcript, case.references)


def has_words(result: Result) -> bool:
    """Whether there is anything to judge."""
    return bool(result.answer.strip() or result.transcript)


def question_key(rubric: Rubric, result: Result) -> int:
    """One answer under one rubric as a prompt's key: in the ledger of paid calls an equal key is an equal question."""
    return (rubric.pk << 40) + result.pk
