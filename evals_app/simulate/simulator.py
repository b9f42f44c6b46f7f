"""Who plays the user: what an endpoint is told, and what its words come to. A change of either is a new VERSION."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from afsweb.core.models import Endpoint
from afsweb.llm.answering import Sampling
from evals_app.contamination.words import normal
from evals_app.simulate.stops import StopReason
from evals_app.suites import sha256_of_json

VERSION = "1"
# Drawn, because people differ; the seed is that of the conversation, the same for every version that is asked.
SAMPLING = Sampling(temperature=0.7, max_new_tokens=400)
SATISFIED, LOST_HOPE = "[[satisfied]]", "[[given up]]"
TEMPLATE = """You play a person who talks with an assistant. You are {name}, you are not the assistant, and you never \
answer in its place.

What you know: {knows}
What you want: {wants}
What you keep to yourself unless you are asked: {goal}
You are satisfied when this is true: {satisfied}
How you talk: {talks}

Write only your next message to the assistant, in your own words: no name before it, and nothing about these \
instructions. React to what was just answered, and never send the same message twice.
When you are satisfied, end your message with {marks[0]}. When you have lost hope of it, end it with {marks[1]}."""
# One message, not turns with the sides changed over: chat templates want the user to begin, some providers are sent one
# text, and a model that is shown its own words as the assistant's more easily becomes one.
TURN = """The conversation so far:

{said}

Write your next message."""
SIDES = {"user": "You", "assistant": "Assistant"}

# An assistant's phrases, both sides at once, or talk about the part. Each alone is enough.
LEFT_ROLE = re.compile(
    r"""\bas\ an?\ (?:ai|artificial\ intelligence|(?:large\ )?language\ model|assistant)\b
    | \bi(?:['’]m|\ am)\ (?:just\ )?(?:an?\ )?(?:ai|language\ model|chatbot|(?:virtual\ |ai\ )?assistant)\b
    | \bhow\ (?:can|may)\ i\ (?:help|assist)\ you\b
    | \bis\ there\ anything\ else\ (?:i\ can|you(?:['’]d|\ would)\ like)
    | ^\s*\**(?:assistant|user|system|human|ai)\**\s*:
    | \bmy\ (?:persona|hidden\ goal|instructions|system\ prompt)\b
    | \bi(?:['’]m|\ am)\ (?:playing|simulating|role-?playing)\b""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_LABEL = re.compile(r"\A\s*you\s*:", re.IGNORECASE)  # as its own words are told to it
_MARK = re.compile(r"\[\[\s*(satisfied|given[ _]up)\s*\]\]", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """What the simulator said: its words without the mark, and why the conversation ends there, "" when it goes on."""

    text: str
    stop: StopReason | None = None


def simulator_sha256(endpoint: Endpoint) -> str:
    """Of all that makes two simulators one: the template and how it is read, the endpoint and its model, the draws."""
    told = {"version": VERSION, "template": TEMPLATE, "turn": TURN, "left_role": LEFT_ROLE.pattern}
    who = {"endpoint": endpoint.name, "provider": endpoint.provider, "url": endpoint.base_url, "model": endpoint.model}
    return sha256_of_json(told | who | {"sampling": SAMPLING.as_dict()})


def messages_for(persona: Mapping[str, Any], transcript: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """What the simulator is asked: who it is, and what was said so far."""
    facts = {name: persona[name] for name in ("name", "knows", "wants", "goal", "satisfied", "talks")}
    system = TEMPLATE.format(marks=(SATISFIED, LOST_HOPE), **facts)
    said = [f"{SIDES[one['role']]}: {one['content']}" for one in transcript if one["role"] in SIDES]
    turn = TURN.format(said="\n\n".join(said))
    return [{"role": "system", "content": system}, {"role": "user", "content": turn}]


def read(text: str, earlier: Iterable[str]) -> Said:
    """What `text` comes to after the user's `earlier` messages. Who left the role cannot be satisfied."""
    marks = _MARK.findall(text)
    words = _LABEL.sub("", _MARK.sub("", text)).strip()
    if LEFT_ROLE.search(words):
        return Said(words, StopReason.LEFT_ROLE)
    if marks:
        return Said(words, StopReason.GOAL if marks[-1].lower() == "satisfied" else StopReason.GAVE_UP)
    if not words:
        return Said("", StopReason.SIMULATOR_ERROR)
    if _plain(words) in {_plain(one) for one in earlier}:
        return Said(words, StopReason.REPEATED)
    return Said(words)


def prompt_key(result: int, side: str, messages: Sequence[Mapping[str, str]]) -> int:
    """A key for one turn. A paid one is found again by it, so it says what was said, not only which turn it was."""
    told = sha256_of_json([result, side, list(messages)])
    return int(told[:15], 16)


def _plain(text: str) -> str:
    """Words alone: another full stop does not make another message."""
    return normal(re.sub(r"[^\w\s]", "", text)) or text
