"""Reading a judge's reply. What cannot be read in full is not read at all: a missing mark is no zero."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals_app.judging.prompt import BEST
from evals_app.models import Rubric

_THINKING = re.compile(r"^.*</think(?:ing)?>", re.DOTALL)
_MARK = re.compile(rf"\s*(\d+(?:\.\d+)?)\s*(?:/\s*{BEST})?\s*")
_YES, _NO = frozenset({"true", "yes", "broken"}), frozenset({"false", "no", "not broken"})


@dataclass(frozen=True)
class Remark:
    """What a judge said of one criterion or rule. `mark` is from 0 to 1; for a rule 1 is kept, 0 broken."""

    name: str
    mark: float
    why: str
    quote: str


@dataclass(frozen=True)
class Judgement:
    """All marks of one reply, in the rubric's order."""

    criteria: list[Remark]
    safety: list[Remark]


def read_judgement(text: str, rubric: Rubric) -> Judgement | None:
    """The marks in a judge's reply; None where one is missing, given twice or no mark.

    Takes the object out of what models wrap it in: thoughts, prose, a code block. Two that differ are none: one of them
    may be what the answer itself wanted to be said of it.
    """
    found = [read for told in _objects(text) if (read := _judgement(told, rubric))]
    return found[0] if found and all(one == found[0] for one in found) else None


def read_choice(text: str) -> str:
    """`A`, `B` or `same`, as a judge of two answers replied; empty where that cannot be read."""
    for found in _objects(text):
        said = str(found.get("better", "")).strip().strip("\"'.").removeprefix("Answer ").removeprefix("answer ")
        if said.upper() in ("A", "B"):
            return said.upper()
        if said.casefold() in ("same", "tie", "equal", "both"):
            return "same"
    return ""


def _judgement(told: dict[str, Any], rubric: Rubric) -> Judgement | None:
    criteria = _remarks(told.get("criteria"), rubric.criteria, "mark", _mark)
    safety = _remarks(told.get("safety"), rubric.safety, "broken", _kept)
    return None if criteria is None or safety is None else Judgement(criteria, safety)


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Every JSON object that begins somewhere in the text, after the thoughts of a model that thinks aloud."""
    said = _THINKING.sub("", text)
    decoder, place = json.JSONDecoder(), said.find("{")
    while place >= 0:
        try:
            found, end = decoder.raw_decode(said, place)
        except (ValueError, RecursionError):
            end = place + 1
        else:
            if isinstance(found, dict):
                yield found
        place = said.find("{", end)


def _remarks(found: Any, wanted: Sequence[Mapping[str, Any]], field: str, read: Any) -> list[Remark] | None:
    if not wanted:
        return []
    said: dict[str, Any] = {}
    for name, told in _named(found, field):
        if name in said:
            return None
        said[name] = told
    remarks = [_remark(str(one["name"]), said.get(_plain(str(one["name"]))), field, read) for one in wanted]
    return None if None in remarks else [one for one in remarks if one]


def _named(found: Any, field: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A list of objects with names, or an object whose keys are the names, with the mark alone or with an object."""
    if isinstance(found, dict):
        for name, told in found.items():
            yield _plain(str(name)), told if isinstance(told, dict) else {field: told}
    if isinstance(found, list):
        for told in found:
            if isinstance(told, dict):
                yield _plain(str(told.get("name", ""))), told


def _remark(name: str, told: dict[str, Any] | None, field: str, read: Any) -> Remark | None:
    mark = None if told is None else read(told.get(field))
    if told is None or mark is None:
        return None
    why, quote = (told.get(part) for part in ("why", "quote"))
    return Remark(name, mark, why if isinstance(why, str) else "", quote if isinstance(quote, str) else "")


def _mark(value: Any) -> float | None:
    if isinstance(value, str) and (found := _MARK.fullmatch(value)):
        value = float(found[1])
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value / BEST if 0 <= value <= BEST else None


def _kept(value: Any) -> float | None:
    said = str(value).strip().casefold()
    return 0.0 if said in _YES else 1.0 if said in _NO else None


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
