"""A server that speaks OpenAI's chat completions (Ollama, llama-server, vLLM): plain HTTP, one attempt a question."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpx

from afsweb.core.jobs.text import storable
from afsweb.core.models import Endpoint, Job
from afsweb.llm.answerers.window import ask_each
from afsweb.llm.answering import Answer, Answerer, EndpointUnusable, Prompt, Sampling
from afsweb.llm.keys import KeyCannotBeRead, KeysCannotBeKept, reveal

# A small machine may take minutes for an answer when many wait in its line; a server that is there connects at once.
TIMEOUT = httpx.Timeout(300.0, connect=10.0)
CONCURRENCY = 16


class OpenAICompatible(Answerer):
    """Keeps up to `width` requests under way from threads of its own."""

    def __init__(self, url: str, model: str, secret: str, width: int) -> None:
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._model = model
        self._width = width
        self._client = httpx.Client(
            timeout=TIMEOUT,
            headers={"Authorization": f"Bearer {secret}"} if secret else {},
            limits=httpx.Limits(max_connections=width, max_keepalive_connections=width),
        )

    def stream(self, prompts: Iterable[Prompt], sampling: Sampling) -> Iterator[list[Answer]]:
        yield from ask_each(lambda prompt: self._ask(prompt, sampling), prompts, self._width)

    def close(self) -> None:
        self._client.close()

    def _ask(self, prompt: Prompt, sampling: Sampling) -> Answer:
        began = time.monotonic()
        try:
            response = self._client.post(self._url, json=self._body(prompt, sampling))
            facts = _read(response)
        except httpx.TimeoutException:
            facts = {"error": f"no answer within {time.monotonic() - began:.0f} s"}
        except (httpx.HTTPError, httpx.InvalidURL, RuntimeError) as error:  # RuntimeError: closed by a stop
            facts = {"error": f"no answer: {error or type(error).__name__}"}
        return Answer(key=prompt.key, milliseconds=round(1000 * (time.monotonic() - began)), **facts)

    def _body(self, prompt: Prompt, sampling: Sampling) -> dict[str, Any]:
        return {
            "model": self._model,
            "messages": list(prompt.messages),
            "temperature": sampling.temperature,
            "max_tokens": sampling.max_new_tokens,
            "seed": sampling.seed if prompt.seed is None else prompt.seed,
            "stream": False,
        }


def connect(endpoint: Endpoint, _job: Job | None, _purpose: str) -> OpenAICompatible:
    """Open the server of `endpoint`; nothing is sent yet. Raises EndpointUnusable."""
    if not endpoint.base_url:
        raise EndpointUnusable(endpoint.name, "it has no address. Enter it on the endpoint's page")
    try:
        secret = reveal(endpoint.key) if endpoint.key else ""
    except (KeysCannotBeKept, KeyCannotBeRead) as error:
        raise EndpointUnusable(endpoint.name, str(error)) from None
    width = endpoint.capabilities.get("concurrency", CONCURRENCY)
    return OpenAICompatible(endpoint.base_url, endpoint.model, secret, width)


def _read(response: httpx.Response) -> dict[str, Any]:
    """The fields of an Answer that the response holds, or its error in words."""
    if response.status_code != 200:
        return {"error": storable(f"{response.status_code} {response.reason_phrase}: {response.text[:300]}")}
    try:
        answered = response.json()
        choice = answered["choices"][0]
        text = choice["message"].get("content") or ""
        usage = answered.get("usage") or {}
        return {
            "text": storable(text),
            "finish_reason": str(choice.get("finish_reason") or ""),
            "input_tokens": _count(usage.get("prompt_tokens")),
            "output_tokens": _count(usage.get("completion_tokens")),
        }
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {"error": storable(f"this is no chat completion: {response.text[:300]}")}


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and 0 <= value < 2**31 else None
