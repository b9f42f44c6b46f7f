"""Asking a version a question of one's own, as a job: loading a model takes seconds."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.registry import job
from afsweb.core.models import Job, User
from afsweb.llm.answering import Prompt, Sampling, open_endpoint
from training_app.errors import AskingFailed, NoQuestion, NothingAnswers, QuestionTooLong, WrongTemperature
from training_app.models import ModelVersion

QUESTION_LIMIT = 4000
ASK = "training.ask"
HOTTEST = 5.0
Messages = Sequence[dict[str, str]]


def ask_version(
    version: ModelVersion,
    question: str,
    *,
    by: User | None,
    history: Messages = (),
    system: str | None = None,
    temperature: float | None = None,
    max_new_tokens: int = 128,
) -> Job:
    """Put the question to the version; the answer stands in the job's result.

    `history`: what was said before, {role, content} each. The version's own system prompt and temperature hold where
    none is given. Raises a TrainingError.
    """
    question = question.strip()
    if not question:
        raise NoQuestion
    if len(question) > QUESTION_LIMIT or "\0" in question:
        raise QuestionTooLong(limit=QUESTION_LIMIT)
    system = version.system_prompt if system is None else system
    temperature = version.temperature or 0.0 if temperature is None else temperature
    if not 0 <= temperature <= HOTTEST:
        raise WrongTemperature(hottest=HOTTEST)
    if version.endpoint is None:
        raise NothingAnswers(version=version)
    with transaction.atomic():
        return enqueue(
            ASK,
            {
                "version_id": version.pk,
                "question": question,
                "history": list(history),
                "system": system,
                "temperature": temperature,
                "max_new_tokens": max_new_tokens,
            },
            title=f"Ask {version}",
            by=by,
            about=("show_version", version),
            priority=10,
        )


@job(ASK, queue="eval", max_attempts=2)
def answer(
    ctx: JobContext,
    *,
    version_id: int,
    question: str,
    max_new_tokens: int,
    history: Messages = (),
    system: str = "",
    temperature: float = 0.0,
) -> None:
    """Ask once, and keep the answer with what it took."""
    version = ModelVersion.objects.select_related("endpoint__base_weights", "endpoint__adapter_weights").get(
        pk=version_id
    )
    if version.endpoint is None:
        raise NothingAnswers(version=version)
    first = [{"role": "system", "content": system}] if system else []
    # The key names a paid call for good: with one key for all, a second question would get the first one's answer.
    prompt = Prompt(key=ctx.job.pk.int, messages=[*first, *history, {"role": "user", "content": question}])
    with open_endpoint(version.endpoint, job=ctx.job, purpose="ask") as endpoint:
        ctx.check_stop()  # loading took its time
        [given] = endpoint.answer([prompt], Sampling(temperature=temperature, max_new_tokens=max_new_tokens))
    if given.error:
        raise AskingFailed(said=given.error)
    ctx.finish(
        answer=given.text,
        input_tokens=given.input_tokens,
        output_tokens=given.output_tokens,
        milliseconds=given.milliseconds,
        finish_reason=given.finish_reason,
    )
