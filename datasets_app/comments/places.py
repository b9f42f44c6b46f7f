"""Where in a text a comment can stand: its fields, or the turns of a conversation, and their lines."""

from __future__ import annotations

from datasets_app.comments.errors import NoSuchPlace
from datasets_app.models import SampleVersion

FIELDS = ("system", "instruction", "input", "output")
TURN = "turn-"
LONGEST_QUOTE = 300  # characters


def texts_of(version: SampleVersion) -> dict[str, str]:
    """Field -> its text, in the order of the page, without empty ones; turn-1, turn-2, … in a conversation."""
    if version.messages:
        return {f"{TURN}{number}": one["content"] for number, one in enumerate(version.messages, 1)}
    return {name: text for name in FIELDS if (text := getattr(version, name))}


def label_of(field: str) -> str:
    """The field in words: output; turn 3."""
    return field.replace(TURN, "turn ")


def place_words(field: str, line: int | None) -> str:
    """The place in words: the whole text; output; output, line 4."""
    if not field:
        return "the whole text"
    return f"{label_of(field)}, line {line}" if line else label_of(field)


def quote(version: SampleVersion, field: str, line: int | None) -> str:
    """The beginning of the line at that place, "" for a whole field. Raises NoSuchPlace where the text has none."""
    if not field and line is None:
        return ""
    text = texts_of(version).get(field)
    lines = text.split("\n") if text is not None else []
    if text is None or (line is not None and not 1 <= line <= len(lines)):
        raise NoSuchPlace(place=place_words(field, line) if field else f"line {line} without a part")
    return lines[line - 1][:LONGEST_QUOTE] if line else ""
