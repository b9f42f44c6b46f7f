"""Trying an endpoint while somebody waits: one real question, and what became of it in words."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from afsweb.core.models import Endpoint, Provider
from afsweb.llm.answering import Answer, EndpointUnusable, Prompt, Sampling, open_endpoint
from afsweb.refusal import Refusal

PATIENCE = 30.0  # seconds; a server that loads its model first may take longer
QUESTION = "Answer with the one word: ready"
SAMPLING = Sampling(temperature=0.0, max_new_tokens=16)


class LoadsTooLong(Refusal):
    """“{endpoint}” stands for weights that take long to load: ask its version on the version's page instead."""


@dataclass(frozen=True)
class Trial:
    """Whether it answered, after how many milliseconds, and that in a sentence."""

    ok: bool
    milliseconds: int
    said: str


def try_endpoint(endpoint: Endpoint) -> Trial:
    """Ask the endpoint one short question, as everything else asks it. Of a provider with a price it is a paid call.

    Raises LoadsTooLong for local weights.
    """
    if endpoint.provider == Provider.TRANSFORMERS:
        raise LoadsTooLong(endpoint=endpoint)
    began = time.monotonic()
    try:
        answer = _ask(endpoint)
    except EndpointUnusable as error:
        return Trial(False, 0, str(error))
    took = round(1000 * (time.monotonic() - began))
    if answer is None:
        return Trial(False, took, f"It gave no answer within {PATIENCE:.0f} s. It may be loading its model: try again.")
    if answer.error:
        return Trial(False, took, _in_words(endpoint, answer.error))
    tokens = "" if answer.output_tokens is None else f", {answer.output_tokens} tokens"
    return Trial(True, took, f"It answered “{_short(answer.text)}” in {took:,} ms{tokens}.")


def _ask(endpoint: Endpoint) -> Answer | None:
    # A paid call's key is used once: the time names this trial.
    prompt = Prompt(time.time_ns(), [{"role": "user", "content": QUESTION}])
    until = time.monotonic() + PATIENCE
    with open_endpoint(endpoint, purpose="test") as answerer:
        for group in answerer.stream([prompt], SAMPLING):
            if group:
                return group[0]
            if time.monotonic() > until:
                break
    return None


def _in_words(endpoint: Endpoint, error: str) -> str:
    advice: dict[str, Any] = {
        "no answer:": f"Is the server running, and is {endpoint.base_url or 'its address'} where it listens?",
        "401": "Its key is not taken: choose another one.",
        "403": "Its key may not do this: choose another one.",
        "404": f"Is the address right (it ends in /v1), and has it the model “{endpoint.model}”?",
        "429": "It takes no more requests for now: try later, or set a limit of requests a minute.",
    }
    said = next((text for start, text in advice.items() if error.startswith(start)), "")
    return f"It did not answer: {error.rstrip('.')}. {said}".strip()


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79]}…"
