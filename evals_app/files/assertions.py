"""promptfoo's assertions as what our scorers expect.

`contains` and its relatives look for a piece of the answer, wherever it stands; so does a pattern here. All
assertions of a test must hold at once: a pattern that looks ahead for each of them says that. Each `llm-rubric` is a
case of its own, because a case has one scorer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from evals_app.files.found import Lost
from evals_app.files.marked import Mapping
from evals_app.files.rubrics import reference_of
from evals_app.scorers import SCORERS

Filled = tuple[Mapping, Any]
"""An assertion, and its value with the variables in it."""
Scoring = tuple[str, dict[str, Any], list[str]]
"""A scorer's name, what it expects, answers that a person holds for good."""

_IGNORED = {"type", "value"}


def scored(asserts: Sequence[Filled]) -> tuple[list[Scoring], list[Lost]]:
    """How the assertions of one test are scored here, and which of them cannot be."""
    found: list[Scoring] = []
    lost = [*_extras(asserts)]
    wanted: list[tuple[bool, str]] = []
    equal: list[str] = []
    for one, value in asserts:
        kind, place = kind_of(one), f"Line {one.line}, {kind_of(one)}"
        if kind == "llm-rubric":
            if "rubric" in SCORERS and isinstance(value, str) and value.strip():
                found.append(("rubric", {"rubric": reference_of(value)}, []))
            else:
                lost.append(Lost(place, "it has no text, or there is no judge here"))
            continue
        pattern, reason = _pattern(kind, value)
        if pattern:
            wanted.append((kind.startswith("not-"), pattern))
            equal += [str(value)] if kind == "equals" else []
        else:
            lost.append(Lost(place, reason))
    if wanted:
        found.insert(0, _scoring(wanted, equal))
    return found, lost


def kind_of(one: Mapping) -> str:
    """The assertion's type; a question mark where it has none."""
    kind = one.get("type")
    return kind if isinstance(kind, str) else "?"


def rubrics_of(asserts: Sequence[Filled]) -> set[str]:
    """The texts that a judge is to go by."""
    return {value for one, value in asserts if kind_of(one) == "llm-rubric" and isinstance(value, str)}


def _scoring(wanted: list[tuple[bool, str]], equal: list[str]) -> Scoring:
    must = [pattern for denied, pattern in wanted if not denied]
    must_not = [pattern for denied, pattern in wanted if denied]
    # Every part has to be found from the answer's first character on; (?s:.) is any character, also a line's end.
    pattern = "".join(rf"(?=(?s:.)*?(?:{one}))" for one in must) if len(must) > 1 else "".join(must)
    expected = {"pattern": rf"\A{pattern}" if len(must) > 1 else pattern or r"\A"}
    if must_not:
        expected["forbidden"] = "|".join(f"(?:{one})" for one in must_not)
    return "regex", expected, equal[:1]


def _pattern(kind: str, value: Any) -> tuple[str, str]:
    """The pattern that says what an assertion asks for, or why there is none."""
    make = _PATTERNS.get(kind.removeprefix("not-"))
    if make is None:
        return "", "no scorer here does this"
    if value in (None, "", []) or not is_plain(value):
        return "", "its value is no text"
    try:
        pattern = make(value)
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return "", f"its pattern is none of Python's: {error}"
    return pattern, ""


def is_plain(value: Any) -> bool:
    """Whether it is a text or a number, or a list of those: what lies deeper may be endless where YAML refers back."""
    members = value if isinstance(value, list) else [value]
    return all(one is None or isinstance(one, str | int | float) for one in members)


def _listed(value: Any) -> list[str]:
    """A list, or a text of members separated by commas, as promptfoo takes both."""
    if isinstance(value, list):
        return [str(one) for one in value]
    return [one.strip() for one in str(value).split(",") if one.strip()]


def _local(pattern: str) -> str:
    """Flags at its start hold for the whole of it, also where it becomes a part of another pattern."""
    flags = re.match(r"\(\?([aimsux]+)\)", pattern)
    return f"(?{flags[1]}:{pattern[flags.end() :]})" if flags else f"(?:{pattern})"


def _any_of(value: Any) -> str:
    return "|".join(re.escape(one) for one in _listed(value))


def _all_of(value: Any) -> str:
    return r"\A" + "".join(rf"(?=(?s:.)*?{re.escape(one)})" for one in _listed(value))


_PATTERNS: dict[str, Callable[[Any], str]] = {
    "contains": lambda value: re.escape(str(value)),
    "icontains": lambda value: f"(?i:{re.escape(str(value))})",
    "contains-any": _any_of,
    "icontains-any": lambda value: f"(?i:{_any_of(value)})",
    "contains-all": _all_of,
    "icontains-all": lambda value: f"(?i:{_all_of(value)})",
    "equals": lambda value: rf"\A{re.escape(str(value))}\Z",
    "starts-with": lambda value: rf"\A{re.escape(str(value))}",
    "regex": lambda value: _local(str(value)),
}


def _extras(asserts: Sequence[Filled]) -> list[Lost]:
    return [
        Lost(f"Line {one.line}, {kind_of(one)}", f"its “{name}” has no counterpart")
        for one, _ in asserts
        for name in one
        if name not in _IGNORED
    ]
