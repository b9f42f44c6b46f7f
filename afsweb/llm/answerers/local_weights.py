"""Weights on this machine, loaded by the trainer's interpreter in a process of its own (afsweb.llm.local)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import islice

from django.conf import settings

from afsweb.core.artifacts import artifact_path
from afsweb.core.jobs.text import storable
from afsweb.core.models import Artifact, Endpoint, Job
from afsweb.llm.answering import Answer, Answerer, EndpointUnusable, Prompt, Sampling
from afsweb.llm.local.client import LocalModel, LocalModelFailed
from afsweb.llm.local.protocol import Answer as LocalAnswer
from afsweb.storage import StorageError

BATCH = 16


class LocalWeights(Answerer):
    """Asks in batches, one after the other: the model itself computes a batch at once."""

    def __init__(self, name: str, model: LocalModel) -> None:
        self._name = name
        self._model = model

    def stream(self, prompts: Iterable[Prompt], sampling: Sampling) -> Iterator[list[Answer]]:
        waiting = iter(prompts)
        while batch := list(islice(waiting, BATCH)):
            yield self._ask(batch, sampling)

    def close(self) -> None:
        self._model.close()

    def _ask(self, batch: list[Prompt], sampling: Sampling) -> list[Answer]:
        began = time.monotonic()
        try:
            answers = self._model.answer(
                [{"key": prompt.key, "messages": list(prompt.messages)} for prompt in batch],
                max_new_tokens=sampling.max_new_tokens,
                temperature=sampling.temperature,
                seed=sampling.seed,
            )
        except LocalModelFailed as error:
            raise EndpointUnusable(self._name, str(error)) from None
        share = round(1000 * (time.monotonic() - began) / len(batch))
        return [_answer(answer, share) for answer in answers]


def connect(endpoint: Endpoint, _job: Job | None, _purpose: str) -> LocalWeights:
    """Load the weights of `endpoint`, which takes seconds to minutes. Raises EndpointUnusable."""
    base, adapter = endpoint.base_weights, endpoint.adapter_weights
    if base is None:
        raise EndpointUnusable(endpoint.name, "its base model has no weights here. Add them on the base model's page")
    try:
        folders = artifact_path(base), _path(adapter)
        return LocalWeights(endpoint.name, LocalModel(settings.TRAINER_PYTHON, *folders))
    except (StorageError, LocalModelFailed, OSError) as error:
        raise EndpointUnusable(endpoint.name, str(error)) from None


def _path(artifact: Artifact | None) -> str | None:
    return str(artifact_path(artifact)) if artifact else None


def _answer(answer: LocalAnswer, milliseconds: int) -> Answer:
    return Answer(
        key=int(answer.key),
        text=storable(answer.text),
        input_tokens=answer.prompt_tokens,
        output_tokens=answer.output_tokens,
        finish_reason=answer.finish_reason or "",
        milliseconds=milliseconds,
        error=answer.error or "",
    )
