"""Any text that a sample may have, for property tests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from datasets_app.exchange.formats import Exported
from datasets_app.models import Message, Text

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
ODD = st.sampled_from(
    ["=1+1", "-2", "@x", '"', '""', "a,b", "x\r\ny", "\n", "\r", "\t", "é\u2028", "\ufeff", "[]", "null"]
)
WORDS = st.lists(st.text(CHARACTERS) | ODD, min_size=1, max_size=4).map("".join).filter(str.strip)
NAMES = st.text(CHARACTERS, max_size=30).map(str.strip)
PLAIN = st.builds(Text, instruction=WORDS, input=WORDS | st.just(""), output=WORDS, system=WORDS | st.just(""))


def talk(turns: list[str], system: str) -> Text:
    """A conversation of twice as many turns."""
    roles = ["user", "assistant"] * len(turns)
    messages: list[Message] = [{"role": r, "content": c} for r, c in zip(roles, turns * 2, strict=True)]
    return Text.of_chat(([{"role": "system", "content": system}] if system else []) + messages)


TEXTS = PLAIN | st.builds(talk, st.lists(WORDS, min_size=2, max_size=5), WORDS | st.just(""))


def exported(text: Text, kind: str = "", group_id: str = "", tags: Any = (), **more: Any) -> Exported:
    """A text on its way out."""
    messages, said = text.messages, (text.system, text.instruction, text.input, text.output)
    return Exported(*said, messages, kind, group_id, tags=tuple(tags), **more)


TAGS = st.lists(NAMES.filter(bool), max_size=4, unique=True)
ENTRIES = st.builds(exported, TEXTS, NAMES, NAMES, TAGS)
