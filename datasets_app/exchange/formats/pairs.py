"""Preference pairs: one prompt, the answer that was chosen and the one that was rejected, as trl reads them.

trl (1.16, trl/data_utils.py, and its page on dataset formats) takes `prompt`, `chosen` and `rejected`, or the last two
with the prompt inside them; each is a text (standard) or a list of messages (conversational).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from datasets_app.exchange.formats.base import Format, json_line
from datasets_app.exchange.problems import MissingField, NoPrompt, NotMessages, OtherForms, SameAnswers
from datasets_app.exchange.rows import Row, filled, read_messages, read_row
from datasets_app.models import Message, Text

_KNOWN = ("prompt", "chosen", "rejected", "system")


@dataclass(frozen=True)
class Pair:
    """What was asked (system and earlier turns too; the last message is the user's), and two answers to it."""

    prompt: list[Message]
    chosen: str
    rejected: str

    @classmethod
    def of(cls, chosen: Text, rejected: Text) -> Pair:
        """The pair of two texts that answer the same."""
        return cls(chosen.chat()[:-1], chosen.output, rejected.output)

    def text(self, answer: str) -> Text:
        """The prompt with one of its answers, as a sample's text."""
        return Text.of_chat([*self.prompt, {"role": "assistant", "content": answer}])


def conversational(pair: Pair) -> dict[str, Any]:
    """The object of a pair whose parts are lists of messages; it holds every prompt."""
    answers = {"chosen": pair.chosen, "rejected": pair.rejected}
    said = {name: [{"role": "assistant", "content": answer}] for name, answer in answers.items()}
    return {"prompt": pair.prompt, **said}


def standard(pair: Pair) -> dict[str, Any]:
    """The object of a pair whose parts are texts; it holds a prompt of one message (`holds_standard`)."""
    return {"prompt": pair.prompt[-1]["content"], "chosen": pair.chosen, "rejected": pair.rejected}


def holds_standard(pair: Pair) -> bool:
    """Whether the standard form can say this pair: it knows no roles, so a system prompt or earlier turns are lost."""
    return len(pair.prompt) == 1


def pair_line(pair: Pair, *, plain: bool = False) -> bytes:
    """One line of JSON of a pair, in the standard form where `plain`, else in the conversational one."""
    return json_line(standard(pair) if plain else conversational(pair))


def read_pair(content: dict[str, Any]) -> Pair:
    """The pair of an object. Raises a `LineProblem`."""
    for field in ("chosen", "rejected"):
        if content.get(field) is None:
            raise MissingField(field=field)
    if len({isinstance(content[name], list) for name in ("prompt", "chosen", "rejected") if content.get(name)}) > 1:
        raise OtherForms
    pair = _conversational(content) if isinstance(content["chosen"], list) else _standard(content)
    if pair.chosen == pair.rejected:
        raise SameAnswers
    return pair


def read(content: dict[str, Any]) -> Row:
    """The sample of the chosen answer, with the rejected one kept. Raises a `LineProblem`."""
    pair = read_pair(content)
    rest = {name: value for name, value in content.items() if name not in _KNOWN}
    messages = [*pair.prompt, {"role": "assistant", "content": pair.chosen}]
    return read_row(rest | {"messages": messages}, rejected=pair.text(pair.rejected))


def _standard(content: dict[str, Any]) -> Pair:
    if not content.get("prompt"):
        raise NoPrompt
    prompt: list[Message] = [{"role": "user", "content": filled(content["prompt"], "prompt")}]
    if content.get("system"):
        prompt.insert(0, {"role": "system", "content": filled(content["system"], "system")})
    return Pair(prompt, filled(content["chosen"], "chosen"), filled(content["rejected"], "rejected"))


def _conversational(content: dict[str, Any]) -> Pair:
    """With an explicit prompt, or with one that both conversations begin with."""
    opening = content.get("prompt") or []
    chosen, rejected = ([*opening, *_list(content, field)] for field in ("chosen", "rejected"))
    told = [read_messages(one, field) for one, field in ((chosen, "chosen"), (rejected, "rejected"))]
    shared = list(takewhile(lambda pair: pair[0] == pair[1], zip(*told, strict=False)))
    if any(len(one) != len(told[0]) for one in told) or len(shared) < len(told[0]) - 1:
        raise NoPrompt
    return Pair(told[0][:-1], told[0][-1]["content"], told[1][-1]["content"])


def _list(content: dict[str, Any], field: str) -> list[Any]:
    value = content[field]
    if not isinstance(value, list) or not value:
        raise NotMessages(field=field)
    return value


def fits(columns: Collection[str]) -> bool:
    """Whether a row with these columns is a pair."""
    return {"chosen", "rejected"} <= set(columns)


PAIRS = Format(
    key="pairs",
    name="preference pairs",
    description=(
        "One object per line with prompt, chosen and rejected, as texts or as lists of messages. The chosen answer"
        " becomes the sample; the rejected one is kept as an earlier version of it."
    ),
    read=read,
    fits=fits,
    loses="Kind, group and tags are not kept; as texts, neither are a system prompt and earlier turns.",
)
