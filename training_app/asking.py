"""Asking a version a question of one's own, as a job: loading a model takes seconds."""

from __future__ import annotations

from django.db import transaction

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.registry import job
from afsweb.core.models import Job, User
from afsweb.llm.answering import Prompt, Sampling, open_endpoint
from training_app.errors import AskingFailed, NoQuestion, NothingAnswers, QuestionTooLong
from training_app.models import ModelVersion

QUESTION_LIMIT = 4000
ASK = "training.ask"


def ask_version(version: ModelVersion, question: str, *, by: User | None, max_new_tokens: int = 128) -> Job:
    """Put the question to the version; the answer stands in the job's result. Raises a TrainingError."""
    question = question.strip()
    if not question:
        raise NoQuestion
    if len(question) > QUESTION_LIMIT or "\0" in question:
        raise QuestionTooLong(limit=QUESTION_LIMIT)
    if version.endpoint is None:
        raise NothingAnswers(version=version)
    with transaction.atomic():
        return enqueue(
            ASK,
            {"version_id": version.pk, "question": question, "max_new_tokens": max_new_tokens},
            title=f"Ask {version}",
            by=by,
            about=("show_version", version),
            priority=10,
        )


def questions_to(version: ModelVersion, limit: int = 10) -> list[Job]:
    """The newest questions to a version, with their answers where they have come."""
    return list(Job.objects.filter(about_uuid=version.uuid, kind=ASK).order_by("-created_at")[:limit])


@job(ASK, queue="eval", max_attempts=2)
def answer(ctx: JobContext, *, version_id: int, question: str, max_new_tokens: int) -> None:
    """Ask once, and keep the answer with what it took."""
    version = ModelVersion.objects.select_related("endpoint__base_weights", "endpoint__adapter_weights").get(
        pk=version_id
    )
    if version.endpoint is None:
        raise NothingAnswers(version=version)
    prompt = Prompt(key=0, messages=[{"role": "user", "content": question}])
    with open_endpoint(version.endpoint, job=ctx.job, purpose="ask") as endpoint:
        [given] = endpoint.answer([prompt], Sampling(max_new_tokens=max_new_tokens))
    if given.error:
        raise AskingFailed(said=given.error)
    ctx.finish(
        answer=given.text,
        input_tokens=given.input_tokens,
        output_tokens=given.output_tokens,
        milliseconds=given.milliseconds,
        finish_reason=given.finish_reason,
    )
