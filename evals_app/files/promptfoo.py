"""promptfoo's YAML: each prompt with each test's variables is a case, its assertions become what a scorer expects.

Source: promptfoo's documentation, “Configuration reference” and “Assertions and metrics”. A test passes there when
every assertion holds; here a pattern says the same, so that a case scores 1 just where the test would pass. What has
no counterpart is listed with its line: files, providers, code, filters in templates, weights, thresholds.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterator
from typing import Any

from evals_app.errors import SuiteFileRefused
from evals_app.files.assertions import Filled, is_plain, kind_of, rubrics_of, scored
from evals_app.files.found import Found, Lost
from evals_app.files.marked import Listing, Mapping, load
from evals_app.suites import CaseDraft

CATEGORY = "promptfoo"
MOST = 20_000  # cases of one file: variables that are lists multiply
_VARIABLE = re.compile(r"\{\{-?\s*([\w.]+)\s*-?\}\}")
_LEFT_OVER = re.compile(r"\{[{%#]")
_KNOWN = {"prompts", "tests", "defaultTest", "description"}
_KNOWN_OF_TEST = {"vars", "assert", "description", "metadata"}
_REASONS = {
    "providers": "whom to ask is chosen when an evaluation is launched",
    "targets": "whom to ask is chosen when an evaluation is launched",
    "scenarios": "scenarios are not read; write their tests out",
}
_ROLES = ("system", "user", "assistant")
Messages = list[dict[str, str]]


def read(text: str) -> Found:
    """The cases of a configuration. Raises SuiteFileRefused where it is none."""
    config = load(text)
    if not isinstance(config, Mapping) or "prompts" not in config or "tests" not in config:
        reason = "it is neither lines of JSON nor a promptfoo configuration with prompts and tests"
        raise SuiteFileRefused(place="The file", reason=reason)
    found = Found()
    for name in config:
        if name not in _KNOWN:
            found.lost.append(Lost(_at(config.line), f"“{name}”: {_REASONS.get(name, 'no part of a suite')}"))
    if isinstance(config.get("description"), str):
        found.facts["description"] = config["description"]
    default = config.get("defaultTest")
    default = default if isinstance(default, Mapping) else Mapping()
    _lost_of_test(default, found)
    prompts = _prompts(config, found)
    for number, line, test in _items(config["tests"], "tests", found):
        _read_test(number, line, test, default, prompts, found)
    return found


def _prompts(config: Mapping, found: Found) -> list[str]:
    """The prompts that are written out; those in files are lost."""
    value = config["prompts"]
    listed = value if isinstance(value, Listing) else Listing([value])
    prompts = []
    for at, one in enumerate(listed):
        line = listed.lines[at] if at < len(listed.lines) else config.line
        text = one.get("raw") if isinstance(one, Mapping) else one
        if (
            not isinstance(text, str)
            or text.startswith("file://")
            or re.fullmatch(r"\S+\.(txt|json|ya?ml|js|py|md)", text)
        ):
            found.lost.append(Lost(_at(line), f"prompt {at + 1} stands in another file: write it out here"))
        else:
            prompts.append(text)
    return prompts


def _items(value: Any, name: str, found: Found) -> Iterator[tuple[int, int, Mapping]]:
    if not isinstance(value, Listing):
        found.lost.append(Lost("The file", f"its {name} stand in another file: write them out here"))
        return
    for at, one in enumerate(value):
        if isinstance(one, Mapping):
            yield at + 1, one.line, one
        else:
            found.lost.append(Lost(_at(value.lines[at]), f"{name[:-1]} {at + 1} stands in another file"))


def _read_test(number: int, line: int, test: Mapping, default: Mapping, prompts: list[str], found: Found) -> None:
    place = f"{_at(line)}, test {number}"
    _lost_of_test(test, found)
    asserts = [*_asserts(default), *_asserts(test)]
    if not asserts:
        found.lost.append(Lost(place, "it asserts nothing, so that no answer could be scored"))
        return
    metadata = test.get("metadata")
    category = _said(metadata if isinstance(metadata, Mapping) else {}, "category") or CATEGORY
    cluster = _said(test, "description") or f"test {number}"
    variables = {**_vars(default), **_vars(test)}
    times = math.prod(len(value) for value in variables.values() if isinstance(value, list))
    if len(found.drafts) + times * len(prompts) > MOST:
        raise SuiteFileRefused(place=place, reason=f"the file comes to more than {MOST:,} cases")
    said: set[str] = set()
    for values, prompt in itertools.product(_combinations(variables), prompts):
        messages, filled, lost = _filled_test(prompt, values, asserts, place)
        scorings, more = scored(filled)
        found.drafts += [
            CaseDraft("", category, cluster, messages, expected, [], name, good) for name, expected, good in scorings
        ]
        found.rubrics |= rubrics_of(filled)
        found.lost += [one for one in (*lost, *more) if str(one) not in said]
        said |= {str(one) for one in (*lost, *more)}


def _filled_test(
    prompt: str, values: dict[str, Any], asserts: list[Mapping], place: str
) -> tuple[Messages, list[Filled], list[Lost]]:
    """What one prompt asks with these values, its assertions with their values, and those that cannot be filled in."""
    asked = _filled(prompt, values)
    if asked is None:
        why = "a prompt uses a variable that it does not have, or a filter or block of a template"
        return [], [], [Lost(place, why)]
    filled, lost = [], []
    for one in asserts:
        value = _filled_value(one.get("value"), values)
        if value is None and one.get("value") is not None:
            why = "its value uses more of templates than plain variables"
            lost.append(Lost(f"{_at(one.line)}, {kind_of(one)}", why))
        else:
            filled.append((one, value))
    return _messages(asked), filled, lost


def _filled(text: str, values: dict[str, Any]) -> str | None:
    """The template with its variables; None where it needs more than that."""
    missing = [name for name in _VARIABLE.findall(text) if name not in values]
    if missing or _LEFT_OVER.search(_VARIABLE.sub("", text)):
        return None
    return _VARIABLE.sub(lambda match: str(values[match[1]]), text)


def _filled_value(value: Any, values: dict[str, Any]) -> Any:
    if isinstance(value, str):
        return _filled(value, values)
    if isinstance(value, list) and is_plain(value):
        filled = [_filled_value(one, values) for one in value]
        return None if None in filled else filled
    return value


def _combinations(variables: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every combination where a variable is a list, as promptfoo runs them."""
    sides = [value if isinstance(value, list) else [value] for value in variables.values()]
    for values in itertools.product(*sides):
        yield dict(zip(variables, values, strict=True))


def _messages(text: str) -> Messages:
    """A prompt that is a chat in JSON, or one question."""
    if text.lstrip().startswith("["):
        try:
            turns = json.loads(text)
        except json.JSONDecodeError:
            turns = None
        if isinstance(turns, list) and turns and all(_is_turn(turn) for turn in turns):
            return [{"role": turn["role"], "content": turn["content"]} for turn in turns]
    return [{"role": "user", "content": text.strip()}]


def _is_turn(turn: Any) -> bool:
    return isinstance(turn, dict) and turn.get("role") in _ROLES and isinstance(turn.get("content"), str)


def _said(of: dict[str, Any], name: str) -> str:
    """A text of it, as much as a case's category or fact may have; empty where it is none."""
    value = of.get(name)
    return str(value)[:100] if isinstance(value, str | int | float) else ""


def _vars(test: Mapping) -> dict[str, Any]:
    """Its variables that are plain; the others are lost."""
    value = test.get("vars")
    return {name: one for name, one in value.items() if is_plain(one)} if isinstance(value, Mapping) else {}


def _asserts(test: Mapping) -> list[Mapping]:
    value = test.get("assert")
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, Listing) else []


def _lost_of_test(test: Mapping, found: Found) -> None:
    for name in test:
        if name not in _KNOWN_OF_TEST:
            found.lost.append(Lost(_at(test.line), f"“{name}” of a test has no counterpart"))
    metadata = test.get("metadata")
    for name in metadata if isinstance(metadata, Mapping) else ():
        if name != "category":
            found.lost.append(Lost(_at(test.line), f"the metadata “{name}” has no counterpart"))
    given = test.get("vars")
    for name, value in given.items() if isinstance(given, Mapping) else ():
        if not is_plain(value) or (isinstance(value, str) and value.startswith("file://")):
            found.lost.append(Lost(_at(test.line), f"the variable “{name}” is no plain text here"))


def _at(line: int) -> str:
    return f"Line {line}"
