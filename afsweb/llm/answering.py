"""Asking an endpoint questions, the same way for every provider: prompts in, answers out, errors as values.

Used by evaluation and by the page of a version. Generation has its own way (`afsweb.llm.gemini`), with its own budget.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from importlib import import_module

from afsweb.core.models import Endpoint, Job, Provider
from afsweb.refusal import Refusal

# Imported when used: each brings a client of its own.
ANSWERERS = {
    Provider.TRANSFORMERS: "afsweb.llm.answerers.local_weights",
    Provider.OPENAI_COMPATIBLE: "afsweb.llm.answerers.openai_compatible",
    Provider.GEMINI: "afsweb.llm.answerers.gemini",
}


class EndpointUnusable(Refusal):
    """The endpoint “{name}” cannot be asked: {reason}."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name=name, reason=reason.rstrip("."))


@dataclass(frozen=True)
class Sampling:
    """How answers are drawn: temperature 0 is greedy; `seed` fixes the draws where the provider allows it."""

    temperature: float = 0.0
    max_new_tokens: int = 64
    seed: int = 0

    def as_dict(self) -> dict[str, float | int]:
        """What is stored and hashed."""
        return asdict(self)


@dataclass(frozen=True)
class Prompt:
    """One question: `key` is the caller's own name for it, `messages` the chat so far ({role, content} each).

    `seed` draws this one with a seed of its own instead of the sampling's; local weights, which draw a whole batch at
    once, go by the sampling's.
    """

    key: int
    messages: Sequence[dict[str, str]]
    seed: int | None = None


@dataclass(frozen=True)
class Answer:
    """What came back. With `error` there is no text; `milliseconds` is its share of the time its batch took.

    `retries`: how often it was asked again after the server had refused it. `is_unknown`: it was sent and nothing came
    back, so it may have been billed.
    """

    key: int
    text: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    finish_reason: str = ""
    milliseconds: int | None = None
    error: str = ""
    retries: int = 0
    is_unknown: bool = False


class Answerer(ABC):
    """An open endpoint. Use it through `open_endpoint`."""

    @abstractmethod
    def stream(self, prompts: Iterable[Prompt], sampling: Sampling) -> Iterator[list[Answer]]:
        """Answers in groups as they come, in any order; a group may be empty, so that the caller can look around.

        Takes prompts only as fast as it asks them. Raises EndpointUnusable when the endpoint itself is gone.
        """

    def answer(self, batch: Sequence[Prompt], sampling: Sampling) -> list[Answer]:
        """One answer for each prompt, in their order. Raises EndpointUnusable."""
        found = {answer.key: answer for group in self.stream(batch, sampling) for answer in group}
        return [found[prompt.key] for prompt in batch]

    @abstractmethod
    def close(self) -> None:
        """Let go of the endpoint; answers still under way are lost."""


@contextmanager
def open_endpoint(endpoint: Endpoint, *, job: Job | None = None, purpose: str = "eval") -> Iterator[Answerer]:
    """Open the endpoint for the length of the block. `job` and `purpose` stand in the ledger where a call costs money.

    Raises EndpointUnusable, with what to do, when it cannot be asked at all.
    """
    connect = import_module(ANSWERERS[Provider(endpoint.provider)]).connect
    with closing(connect(endpoint, job, purpose)) as answerer:
        yield answerer
