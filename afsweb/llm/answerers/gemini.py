"""Gemini as something to evaluate: every question is a paid call, so it goes through the ledger and is sent once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from django.db import transaction

from afsweb.core.models import Call, CallState, Endpoint, Job
from afsweb.llm import gemini, ledger
from afsweb.llm.answerers import window
from afsweb.llm.answerers.meter import answer_of
from afsweb.llm.answerers.window import MOST_RETRIES, Outcome, Refused
from afsweb.llm.answering import Answer, Answerer, EndpointUnusable, Prompt, Sampling
from afsweb.llm.keys import KeyCannotBeRead, KeysCannotBeKept
from afsweb.llm.limits import seconds_to_wait
from afsweb.llm.request import NoAnswer, ProviderRefused, Reply, Request

if TYPE_CHECKING:
    from google.genai import Client


class GeminiAnswerer(Answerer):
    """Asks one question at a time, as fast as the endpoint's limit allows."""

    def __init__(self, endpoint: Endpoint, client: Client, job: Job | None, purpose: str) -> None:
        self._endpoint = endpoint
        self._client = client
        self._job = job
        self._purpose = purpose

    def stream(self, prompts: Iterable[Prompt], sampling: Sampling) -> Iterator[list[Answer]]:
        for prompt in prompts:
            yield from self._ask_patiently(prompt, sampling)

    def close(self) -> None:
        self._client.close()

    def _ask_patiently(self, prompt: Prompt, sampling: Sampling) -> Iterator[list[Answer]]:
        """One answer at last; a refusal for now, which costs nothing, is followed by another request."""
        for tries in count():
            yield from _wait(lambda: seconds_to_wait(self._endpoint))
            outcome = self._ask(prompt, sampling)
            if isinstance(outcome, Answer) or tries == MOST_RETRIES:
                answer = outcome if isinstance(outcome, Answer) else outcome.answer
                yield [replace(answer, retries=tries)]
                return
            yield from _pause(window.FIRST_WAIT * 2**tries)

    def _ask(self, prompt: Prompt, sampling: Sampling) -> Outcome:
        prefix = f"{self._purpose}:{prompt.key}:"
        before = Call.objects.filter(key__startswith=prefix).order_by("-pk").first()
        if before and before.state != CallState.FAILED:
            return answer_of(before, prompt)
        number = int(before.key.removeprefix(prefix)) + 1 if before else 1
        return self._send(prompt, sampling, f"{prefix}{number}")

    def _send(self, prompt: Prompt, sampling: Sampling, key: str) -> Outcome:
        request = _request(prompt, sampling)
        try:
            with transaction.atomic():
                call = ledger.open_call(
                    self._endpoint, request, key=key, purpose=self._purpose, budget=None, prefix=key, job=self._job
                )
        except ledger.NoPrice as error:
            raise EndpointUnusable(self._endpoint.name, str(error)) from None
        try:
            return self._keep(prompt, call, gemini.ask(self._client, self._endpoint, request))
        except ProviderRefused as error:
            ledger.close_failed(call, str(error))
            if error.wait == "today":
                raise EndpointUnusable(self._endpoint.name, str(error)) from None
            refused = Answer(prompt.key, error=str(error))
            return Refused(refused) if error.wait == "soon" else refused
        except NoAnswer as error:
            ledger.close_unknown(call, str(error))
            return Answer(prompt.key, error=str(error))

    def _keep(self, prompt: Prompt, call: Call, reply: Reply) -> Answer:
        ledger.settle(call, reply)
        return _answered(prompt, reply.text, reply.input_tokens, reply.output_tokens, reply.finish_reason)


def connect(endpoint: Endpoint, job: Job | None, purpose: str) -> GeminiAnswerer:
    """A client for the endpoint; nothing is sent yet. Raises EndpointUnusable."""
    try:
        return GeminiAnswerer(endpoint, gemini.connect(endpoint), job, purpose)
    except (gemini.GeminiNeedsKey, KeysCannotBeKept, KeyCannotBeRead) as error:
        raise EndpointUnusable(endpoint.name, str(error)) from None


def _request(prompt: Prompt, sampling: Sampling) -> Request:
    """The chat as Gemini's one prompt: its only user turn, or all turns with who said them."""
    system = "\n\n".join(message["content"] for message in prompt.messages if message["role"] == "system")
    turns = [message for message in prompt.messages if message["role"] != "system"]
    single = turns[0]["content"] if len(turns) == 1 else "\n\n".join(f"{t['role']}: {t['content']}" for t in turns)
    return Request(
        prompt=single,
        system=system,
        max_output_tokens=sampling.max_new_tokens,
        temperature=sampling.temperature,
        seed=sampling.seed if prompt.seed is None else prompt.seed,
    )


def _answered(prompt: Prompt, text: str, read: int | None, written: int | None, reason: str) -> Answer:
    return Answer(prompt.key, text.replace("\0", ""), read, written, reason)


def _wait(seconds: Callable[[], float]) -> Iterator[list[Answer]]:
    """Nothing, every half a second, for as long as `seconds` says."""
    while (left := seconds()) > 0:
        time.sleep(min(left, window.PATIENCE))
        yield []


def _pause(seconds: float) -> Iterator[list[Answer]]:
    until = time.monotonic() + seconds
    return _wait(lambda: until - time.monotonic())
