"""A server that speaks OpenAI's chat completions (Ollama, llama-server, vLLM): plain HTTP on one asyncio loop.

A refusal for now (429, 5xx) is asked again after a while; a question that got no answer is not.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from afsweb.core.jobs.text import storable
from afsweb.core.models import Endpoint, Job
from afsweb.llm.answerers.meter import Meter, meter_of
from afsweb.llm.answerers.window import Loop, Outcome, Refused, ask_each
from afsweb.llm.answering import Answer, Answerer, EndpointUnusable, Prompt, Sampling
from afsweb.llm.keys import KeyCannotBeRead, KeysCannotBeKept, reveal

# A small machine may take minutes for an answer when many wait in its line; a server that is there connects at once.
TIMEOUT = httpx.Timeout(300.0, connect=10.0)
CONCURRENCY = 16
ASK_AGAIN = (429, 500, 502, 503, 504)


class OpenAICompatible(Answerer):
    """Keeps up to `width` requests under way."""

    def __init__(self, url: str, model: str, secret: str, width: int, meter: Meter | None) -> None:
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._model = model
        self._width = width
        self._meter = meter
        self._client = httpx.AsyncClient(
            timeout=TIMEOUT,
            headers={"Authorization": f"Bearer {secret}"} if secret else {},
            limits=httpx.Limits(max_connections=width, max_keepalive_connections=width),
        )
        self._loop = Loop()

    def stream(self, prompts: Iterable[Prompt], sampling: Sampling) -> Iterator[list[Answer]]:
        async def ask(prompt: Prompt) -> Outcome:
            return await self._ask(prompt, sampling)

        meter = self._meter.drawing(sampling) if self._meter else None
        yield from ask_each(self._loop, ask, prompts, self._width, meter)

    def close(self) -> None:
        self._loop.close(self._client.aclose())

    async def _ask(self, prompt: Prompt, sampling: Sampling) -> Outcome:
        began = time.monotonic()
        response = None
        try:
            response = await self._client.post(self._url, json=self._body(prompt, sampling))
            facts: dict[str, Any] = _read(response)
        except httpx.TimeoutException:
            facts = {"error": f"no answer within {time.monotonic() - began:.0f} s", "is_unknown": True}
        except httpx.ConnectError as error:
            facts = {"error": f"no answer: {error or type(error).__name__}"}
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            facts = {"error": f"no answer: {error or type(error).__name__}", "is_unknown": True}
        answer = Answer(key=prompt.key, milliseconds=round(1000 * (time.monotonic() - began)), **facts)
        if response is None or response.status_code not in ASK_AGAIN:
            return answer
        after = _seconds(response.headers.get("Retry-After", ""))
        return Refused(answer, after, is_down=after is None and response.status_code >= 500)

    def _body(self, prompt: Prompt, sampling: Sampling) -> dict[str, Any]:
        return {
            "model": self._model,
            "messages": list(prompt.messages),
            "temperature": sampling.temperature,
            "max_tokens": sampling.max_new_tokens,
            "seed": sampling.seed if prompt.seed is None else prompt.seed,
            "stream": False,
        }


def connect(endpoint: Endpoint, job: Job | None, purpose: str) -> OpenAICompatible:
    """Open the server of `endpoint`; nothing is sent yet. Raises EndpointUnusable."""
    url, secret = address_of(endpoint)
    width = endpoint.capabilities.get("concurrency", CONCURRENCY)
    return OpenAICompatible(url, endpoint.model, secret, width, meter_of(endpoint, job, purpose))


def list_models(endpoint: Endpoint) -> list[str]:
    """The names of the models that the server has, in order. Raises EndpointUnusable.

    `GET /models` is part of OpenAI's API (https://platform.openai.com/docs/api-reference/models/list); Ollama,
    llama-server and vLLM answer it as well.
    """
    url, secret = address_of(endpoint)
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    try:
        response = httpx.get(f"{url.rstrip('/')}/models", headers=headers, timeout=10.0)
        response.raise_for_status()
        return sorted(str(model["id"])[:200] for model in response.json()["data"])
    except httpx.HTTPStatusError as error:
        reason = f"it answered {error.response.status_code} {error.response.reason_phrase}"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = f"it does not answer ({error or type(error).__name__})"
    except (ValueError, LookupError, TypeError):
        reason = "what it answers is no list of models"
    raise EndpointUnusable(endpoint.name, storable(reason))


def address_of(endpoint: Endpoint) -> tuple[str, str]:
    """The server's address and the key in clear, "" without one. Raises EndpointUnusable."""
    if not endpoint.base_url:
        raise EndpointUnusable(endpoint.name, "it has no address. Enter it on the endpoint's page")
    try:
        return endpoint.base_url, reveal(endpoint.key) if endpoint.key else ""
    except (KeysCannotBeKept, KeyCannotBeRead) as error:
        raise EndpointUnusable(endpoint.name, str(error)) from None


def _seconds(said: str) -> float | None:
    """What Retry-After asks for: seconds or a date (RFC 9110, 10.2.3); None where it says neither."""
    if said.strip().isdecimal():
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, until.timestamp() - time.time())


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
