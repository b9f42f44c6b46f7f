"""What a scorer expects, as fields that a person fills in. A scorer without a shape here is filled in as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from datasets_app.domains.asm65816.registers import find_register
from evals_app.errors import UnknownRegister

Kind = Literal["text", "lines", "groups", "place", "direction"]
Texts = Mapping[str, str]
DIRECTIONS = (("name", "its name, by the address"), ("address", "its address, by the name"))


@dataclass(frozen=True)
class Part:
    """One field: `lines` is one text a line, `groups` one group a line with “ | ” between its texts."""

    name: str
    label: str
    help: str
    kind: Kind = "lines"
    is_required: bool = True


_KEYWORDS = Part("keywords", "Words", "One a line: each counts where the answer says it.")
SHAPES: Mapping[str, tuple[Part, ...]] = {
    "register_claims": (
        Part("register", "Register", "Its name or address, such as INIDISP or $2100.", "text"),
        Part("direction", "Asked for", "", "direction"),
    ),
    "exact": (Part("answers", "Right answers", "One a line; one of them is enough."),),
    "regex": (
        Part("pattern", "Pattern", "A regular expression that must occur in the answer.", "text"),
        Part("forbidden", "Forbidden pattern", "One that must not occur.", "text", is_required=False),
    ),
    "choice": (
        Part("options", "Options", "One a line. Write them into the question too, as A) B) C), in this order."),
        Part("right", "The right one", "Its number in the list, counted from 1.", "place"),
    ),
    "keyword": (
        Part("keywords", "Words", "One a line: each counts where the answer says it.", is_required=False),
        Part("any_of", "Groups", "One a line, words separated by |: of each group one is enough.", "groups", False),
        Part("forbidden", "Forbidden words", "One a line: any of them makes the answer worth nothing.", "lines", False),
    ),
    "keyword_legacy": (_KEYWORDS,),
}


class PartRefused(ValueError):
    """A field that cannot be read: `name` says which."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name


def expected_of(scorer: str, texts: Texts) -> dict[str, Any]:
    """What the fields say; those left empty stay out. Raises PartRefused."""
    if scorer == "register_claims":
        return _register(texts)
    values = {part.name: _read(part, texts.get(part.name, "")) for part in SHAPES[scorer]}
    return {name: value for name, value in values.items() if value not in ("", [])}


def texts_of(scorer: str, expected: Mapping[str, Any]) -> dict[str, str] | None:
    """The fields that say just this; None where they cannot, so that nothing is lost by editing."""
    if scorer not in SHAPES:
        return None
    try:
        texts = _texts(scorer, expected)
        return texts if expected_of(scorer, texts) == dict(expected) else None
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _texts(scorer: str, expected: Mapping[str, Any]) -> dict[str, str]:
    if scorer == "register_claims":
        return {"register": str(expected["address"]), "direction": str(expected["direction"])}
    return {part.name: _write(part, expected[part.name]) for part in SHAPES[scorer] if part.name in expected}


def _register(texts: Texts) -> dict[str, Any]:
    written = texts.get("register", "").strip()
    register = find_register(written)
    if register is None:
        raise PartRefused("register", str(UnknownRegister(name=written[:40])))
    facts = {"address": register.label, "name": register.name, "aliases": list(register.aliases)}
    return facts | {"direction": texts.get("direction", "")}


def _read(part: Part, text: str) -> Any:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if part.kind == "lines":
        return lines
    if part.kind == "groups":
        return [[word.strip() for word in line.split("|") if word.strip()] for line in lines]
    if part.kind == "place":
        if not text.strip().isdecimal() or int(text) < 1:
            raise PartRefused(part.name, "Write the number of an option, counted from 1.")
        return int(text) - 1
    return text.strip()


def _write(part: Part, value: Any) -> str:
    if part.kind == "lines":
        return "\n".join(value)
    if part.kind == "groups":
        return "\n".join(" | ".join(group) for group in value)
    return str(value + 1) if part.kind == "place" else str(value)
