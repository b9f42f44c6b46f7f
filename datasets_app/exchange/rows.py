"""From an object to a sample's text: the plain form (Alpaca is one), and the chat form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from datasets_app.exchange.containers.strict_json import kind_of
from datasets_app.exchange.problems import (
    BothForms,
    EmptyField,
    FieldTooLong,
    LastNotAssistant,
    LoneSurrogate,
    MissingField,
    NeitherForm,
    NotHistory,
    NotMessages,
    NotTags,
    NotText,
    NulCharacter,
    UnknownRole,
    WrongTurn,
)
from datasets_app.models import Message, Text

FIELD_LIMIT = 200_000
KIND_LIMIT, GROUP_LIMIT, TAG_LIMIT, TAGS_LIMIT = 48, 120, 48, 50
ROLES = ("system", "user", "assistant")
_PLAIN = ("instruction", "input", "output", "history")
_KNOWN = {*_PLAIN, "messages", "system", "kind", "group_id", "tags"}
# What our own exports say of a sample, and what is found out anew here: left alone without a word.
_TOLD = {"sample", "version", "sha256", "domain", "source", "licence", "split", "state", "is_golden", "topic"}


@dataclass(frozen=True)
class Row:
    """What one line says: a text, its kind, its group ("" for one of its own), and the fields that were not taken.

    `rejected` is what a preference pair says instead, and is kept as an earlier version.
    """

    text: Text
    kind: str
    group_id: str
    ignored: tuple[str, ...]
    tags: tuple[str, ...] = ()
    rejected: Text | None = None


def read_row(content: dict[str, Any], *, rejected: Text | None = None) -> Row:
    """The sample that a line's object describes. Raises a `LineProblem`."""
    text = _chat_form(content) if content.get("messages") is not None else _plain_form(content)
    kind = _short(content, "kind", KIND_LIMIT)
    group_id = _short(content, "group_id", GROUP_LIMIT)
    ignored = tuple(names_of([key]) for key in content if key not in _KNOWN and key not in _TOLD)
    return Row(text, kind, group_id, ignored, _tags(content.get("tags")), rejected)


def _plain_form(content: dict[str, Any]) -> Text:
    if "instruction" not in content and "output" not in content:
        raise NeitherForm(keys=names_of(content))
    instruction, output = (_required(content, field) for field in ("instruction", "output"))
    text = Text(instruction, _optional(content, "input"), output, _optional(content, "system"))
    return _with_history(text, content["history"]) if content.get("history") else text


def _with_history(text: Text, history: Any) -> Text:
    """Earlier turns in Alpaca's form: `[[question, answer], …]`, as LLaMA-Factory documents it."""
    if not isinstance(history, list) or not all(isinstance(turn, list) and len(turn) == 2 for turn in history):
        raise NotHistory
    earlier = []
    for number, (question, answer) in enumerate(history, 1):
        earlier.append({"role": "user", "content": filled(question, f"history {number}, question")})
        earlier.append({"role": "assistant", "content": filled(answer, f"history {number}, answer")})
    chat = text.chat()
    return Text.of_chat([*chat[:-2], *earlier, *chat[-2:]])


def _chat_form(content: dict[str, Any]) -> Text:
    for field in (*_PLAIN, "system"):
        if content.get(field):
            raise BothForms(field=field)
    return Text.of_chat(read_messages(content["messages"], "messages"))


def read_messages(messages: Any, field: str) -> list[Message]:
    """A conversation whose turns are in order and whose last one is the assistant's. Raises a `LineProblem`."""
    if not isinstance(messages, list) or len(messages) < 2 or not all(isinstance(one, dict) for one in messages):
        raise NotMessages(field=field)
    read = [_message(message, number, field) for number, message in enumerate(messages, 1)]
    _check_turns(read)
    return read


def _message(message: dict[str, Any], number: int, field: str) -> Message:
    if "role" not in message or "content" not in message:
        raise NotMessages(field=field)
    role = message["role"]
    if not isinstance(role, str) or role not in ROLES:
        raise UnknownRole(number=number, role=names_of([role]))
    content = _text(message["content"], place := f"content of message {number}")
    return {"role": role, "content": filled(content, place)}


def _check_turns(messages: list[Message]) -> None:
    """System first if at all, then user and assistant in turn, the assistant last: what every chat template takes."""
    turns = [message["role"] for message in messages]
    start = 1 if turns[0] == "system" else 0
    for place, role in enumerate(turns[start:]):
        wanted = ROLES[1 + place % 2]
        if role != wanted:
            raise WrongTurn(number=start + place + 1, role=role, wanted=wanted)
    if turns[-1] != "assistant" or len(turns) == start:
        raise LastNotAssistant(role=turns[-1])


def _required(content: dict[str, Any], field: str) -> str:
    return filled(content.get(field), field)


def filled(value: Any, field: str) -> str:
    """A text that says something. Raises a `LineProblem`."""
    if value is None:
        raise MissingField(field=field)
    text = _text(value, field)
    if not text.strip():
        raise EmptyField(field=field)
    return text


def _tags(tags: Any) -> tuple[str, ...]:
    """A list of texts, each once, in their order."""
    if tags in (None, "", []):
        return ()
    if not isinstance(tags, list) or len(tags) > TAGS_LIMIT:
        raise NotTags(limit=TAGS_LIMIT)
    read = (_short({"tags": tag}, "tags", TAG_LIMIT) for tag in tags)
    return tuple(dict.fromkeys(tag for tag in read if tag))


def _optional(content: dict[str, Any], field: str) -> str:
    return "" if content.get(field) is None else _text(content[field], field)


def _short(content: dict[str, Any], field: str, limit: int) -> str:
    text = _optional(content, field).strip()
    if len(text) > limit:
        raise FieldTooLong(field=field, size=len(text.encode()), limit=limit)
    return text


def _text(value: Any, field: str) -> str:
    """`value`, when it is a text that the database can keep."""
    if not isinstance(value, str):
        raise NotText(field=field, kind=kind_of(value))
    if "\0" in value:
        raise NulCharacter(place=f"“{field}”")
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise LoneSurrogate(field=field) from None
    if size > FIELD_LIMIT:
        raise FieldTooLong(field=field, size=size, limit=FIELD_LIMIT)
    return value


def names_of(names: Any) -> str:
    """Field names for people: few, short, and fit for any database."""
    shown = [str(name)[:40].encode("utf-8", "replace").decode().replace("\0", "") for name in list(names)[:6]]
    return ", ".join(shown) or "nothing"
