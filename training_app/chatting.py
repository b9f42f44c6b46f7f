"""A person's conversation with a version: one question after the other, each with all that was said before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import transaction

from afsweb.core.jobs.actions import Actor, cancel
from afsweb.core.jobs.errors import JobIsFinal
from afsweb.core.models import User
from training_app.asking import ask_version
from training_app.errors import NothingToStop, StillAnswering
from training_app.models import ModelVersion, Turn

# Turns that are shown and sent again. A context that is smaller refuses, and says so.
REMEMBERED = 20


def conversation(version: ModelVersion, person: User) -> list[Turn]:
    """Its turns since it was last cleared, the oldest first. One query."""
    turns = Turn.objects.filter(version=version, person=person, is_cleared=False).select_related("job")
    return list(turns.order_by("-pk")[:REMEMBERED])[::-1]


def ask_on(version: ModelVersion, question: str, *, by: User) -> Turn:
    """The next question of the conversation. Raises StillAnswering, and what `ask_version` does."""
    with transaction.atomic():
        # Two questions at once would not know of each other's answers.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        turns = conversation(version, by)
        if is_waiting(turns):
            raise StillAnswering(version=version)
        job = ask_version(version, question, by=by, history=list(_said(turns)))
        return Turn.objects.create(version=version, person=by, job=job, question=job.params["question"])


def is_waiting(turns: Sequence[Turn]) -> bool:
    """Whether the last question still has to be answered."""
    return bool(turns) and not turns[-1].job.is_final


def stop_answer(version: ModelVersion, *, by: User) -> None:
    """Stop the answer that is under way; the question stays, and is not sent again. Raises NothingToStop."""
    turns = conversation(version, by)
    if not is_waiting(turns):
        raise NothingToStop(version=version)
    try:
        cancel(turns[-1].job, Actor(by))
    except JobIsFinal:
        raise NothingToStop(version=version) from None


def clear_conversation(version: ModelVersion, *, by: User) -> int:
    """Begin anew; returns how many turns are gone from it. Raises StillAnswering."""
    if is_waiting(conversation(version, by)):
        raise StillAnswering(version=version)
    return Turn.objects.filter(version=version, person=by, is_cleared=False).update(is_cleared=True)


def _said(turns: Sequence[Turn]) -> Iterator[dict[str, str]]:
    """What was asked and answered; a question without an answer was never said."""
    for turn in turns:
        if turn.answer is not None:
            yield {"role": "user", "content": turn.question}
            yield {"role": "assistant", "content": turn.answer}
