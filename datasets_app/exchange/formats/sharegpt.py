"""ShareGPT: `conversations` of `from` and `value`, with role names of its own."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from datasets_app.exchange.containers.strict_json import kind_of
from datasets_app.exchange.formats.base import Exported, Format, lines_of
from datasets_app.exchange.formats.chat import JOINED
from datasets_app.exchange.problems import NotMessages, NotText, UnknownSpeaker
from datasets_app.exchange.rows import Row, names_of, read_row

# human, gpt and system are ShareGPT's own (axolotl, dataset-formats/conversation; LLaMA-Factory, data/README.md);
# the others are what published files hold instead (FastChat and its imitators).
ROLES = {
    "system": "system",
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "chatgpt": "assistant",
    "bing": "assistant",
    "bard": "assistant",
    "model": "assistant",
}
NAMES = {"system": "system", "user": "human", "assistant": "gpt"}


def content_of(entry: Exported) -> dict[str, Any]:
    """The object of a sample; a system prompt is its first turn, which both axolotl and LLaMA-Factory read."""
    turns = ({"from": NAMES[one["role"]], "value": one["content"]} for one in entry.text.chat())
    return {"conversations": list(turns)}


def read(content: dict[str, Any]) -> Row:
    """The sample of a conversation; `system` beside it is LLaMA-Factory's. Raises a `LineProblem`."""
    system, said = content.get("system"), messages_of(content.get("conversations"), "conversations")
    opening = [{"role": "system", "content": system}] if system else []
    rest = {name: value for name, value in content.items() if name not in ("conversations", "system")}
    return read_row(rest | {"messages": [*opening, *said]})


def messages_of(turns: Any, field: str) -> list[dict[str, Any]]:
    """Turns of `from` and `value` as messages; those of `role` and `content` as they are. Raises a `LineProblem`."""
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        raise NotMessages(field=field)
    return [_message(turn, number, field) for number, turn in enumerate(turns, 1)]


def _message(turn: dict[str, Any], number: int, field: str) -> dict[str, Any]:
    if "role" in turn and "from" not in turn:  # some files have the other names under this heading
        return turn
    if "from" not in turn or "value" not in turn:
        raise NotMessages(field=field)
    speaker = turn["from"]
    if not isinstance(speaker, str):
        raise NotText(field=f"from of turn {number}", kind=kind_of(speaker))
    if speaker not in ROLES:
        raise UnknownSpeaker(number=number, speaker=names_of([speaker]))
    return {"role": ROLES[speaker], "content": turn["value"]}


def fits(columns: Collection[str]) -> bool:
    """Whether a row with these columns is ShareGPT's."""
    return "conversations" in columns


SHAREGPT = Format(
    key="sharegpt",
    name="ShareGPT",
    description="One object per line with conversations of from (human, gpt, system) and value.",
    read=read,
    fits=fits,
    write=lines_of(content_of),
    loses=JOINED,
)
