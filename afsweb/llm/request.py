"""What is asked of a provider and what comes back, the same for every provider."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

# No tokenizer is at hand before the call: a reservation counts 3 characters a token, more than prose or code has.
CHARACTERS_PER_TOKEN = 3


@dataclass(frozen=True)
class Request:
    """One request. `schema` is the JSON Schema of the answer wanted; without it the answer is free text."""

    prompt: str
    system: str = ""
    schema: dict[str, Any] | None = None
    max_output_tokens: int = 2048
    temperature: float | None = None
    seed: int | None = None
    thinking: str = ""

    def sha256(self) -> str:
        """The same request has the same name, on every machine."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def input_tokens_at_most(self) -> int:
        """An upper bound on what the input costs, in tokens, for the reservation."""
        text = self.system + self.prompt + (json.dumps(self.schema) if self.schema else "")
        return len(text.encode()) // CHARACTERS_PER_TOKEN + 64


@dataclass(frozen=True)
class Reply:
    """A provider's answer with what it used, in tokens."""

    text: str
    input_tokens: int
    output_tokens: int
    thinking_tokens: int = 0
    cached_tokens: int = 0
    finish_reason: str = ""
    parsed: Any = field(default=None, compare=False)


class ProviderRefused(Exception):
    """The provider answered with an error. `wait` says what that means for the next request."""

    def __init__(self, code: int, message: str, wait: Literal["no", "soon", "today"] = "no") -> None:
        super().__init__(f"{code}: {message}"[:300])
        self.code = code
        self.wait = wait


class NoAnswer(Exception):
    """The request was sent and no answer came: it may have been billed, and is not sent again by itself."""

    def __str__(self) -> str:
        return f"{self.__doc__} ({self.args[0]})" if self.args else self.__doc__ or ""
