"""Gemini through google-genai: one attempt per call, since a retry behind the ledger's back would be paid twice.

Facts about the client (3.4): no retries unless asked for on the sync path, but an empty HttpRetryOptions means five;
the client closes with its last reference, so it is kept while in use.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from afsweb.core.models import Endpoint
from afsweb.llm.keys import reveal
from afsweb.llm.request import NoAnswer, ProviderRefused, Reply, Request
from afsweb.refusal import Refusal

if TYPE_CHECKING:
    from google.genai import Client
    from google.genai.types import GenerateContentConfig, GenerateContentResponse

TIMEOUT_MILLISECONDS = 180_000
# Words of Google's quota ids and messages that mean the day's or the account's limit: waiting a minute does not help.
DAILY_WORDS = ("perday", "per day", "spend", "billing", "daily")


class GeminiNeedsKey(Refusal):
    """This endpoint has no provider key. Add one under Settings, Keys, and choose it on the endpoint's page."""


def connect(endpoint: Endpoint) -> Client:
    """A client for the endpoint. Raises GeminiNeedsKey and what `reveal` raises; sends nothing."""
    from google import genai
    from google.genai import types

    if endpoint.key is None:
        raise GeminiNeedsKey
    return genai.Client(
        api_key=reveal(endpoint.key),
        http_options=types.HttpOptions(
            base_url=endpoint.base_url or None,
            timeout=TIMEOUT_MILLISECONDS,
            retry_options=types.HttpRetryOptions(attempts=1),
        ),
    )


def ask(client: Client, endpoint: Endpoint, request: Request) -> Reply:
    """Send one request, once. Raises ProviderRefused for an error answer and NoAnswer when none came."""
    from google.genai import errors

    try:
        response = client.models.generate_content(
            model=endpoint.model, contents=request.prompt, config=_config(endpoint, request)
        )
    except errors.APIError as error:
        raise ProviderRefused(error.code, error.message or error.status or "", _wait(error)) from None
    except _network_errors() as error:
        raise NoAnswer(type(error).__name__) from None
    return _reply(response, request)


def _network_errors() -> tuple[type[Exception], ...]:
    import httpx2

    return httpx2.HTTPError, OSError, json.JSONDecodeError


def _config(endpoint: Endpoint, request: Request) -> GenerateContentConfig:
    from google.genai import types

    fields: dict[str, Any] = {"max_output_tokens": request.max_output_tokens, "seed": request.seed}
    if request.system:
        fields["system_instruction"] = request.system
    if request.schema:
        fields |= {"response_mime_type": "application/json", "response_json_schema": request.schema}
    # Models from 3.6 on refuse sampling settings; whether one takes them is a flag on its row.
    if request.temperature is not None and endpoint.capabilities.get("temperature", False):
        fields["temperature"] = request.temperature
    if request.thinking and endpoint.capabilities.get("thinking", False):
        fields["thinking_config"] = types.ThinkingConfig(thinking_level=types.ThinkingLevel(request.thinking))
    return types.GenerateContentConfig(**fields)


def _reply(response: GenerateContentResponse, request: Request) -> Reply:
    usage = response.usage_metadata
    candidate = response.candidates[0] if response.candidates else None
    parts = candidate.content.parts if candidate and candidate.content and candidate.content.parts else []
    text = "".join(part.text or "" for part in parts if not part.thought)
    return Reply(
        text=text,
        input_tokens=(usage and usage.prompt_token_count) or 0,
        output_tokens=(usage and usage.candidates_token_count) or 0,
        thinking_tokens=(usage and usage.thoughts_token_count) or 0,
        cached_tokens=(usage and usage.cached_content_token_count) or 0,
        finish_reason=candidate.finish_reason.name if candidate and candidate.finish_reason else "NO_CANDIDATE",
        parsed=_parsed(text) if request.schema else None,
    )


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _wait(error: Any) -> Any:
    if error.code not in (408, 429, 500, 502, 503, 504):
        return "no"
    said = json.dumps(error.details, default=str).lower()
    return "today" if error.code == 429 and any(word in said for word in DAILY_WORDS) else "soon"
