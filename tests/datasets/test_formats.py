"""What is written in a format reads back: as the very sample where it is lossless, else as the same conversation."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets_app.exchange.errors import NoSuchFormat
from datasets_app.exchange.formats import FORMATS, WRITTEN, Exported, find_format, format_of, read_any
from datasets_app.exchange.formats.pairs import (
    PAIRS,
    Pair,
    conversational,
    holds_standard,
    pair_line,
    read_pair,
    standard,
)
from datasets_app.exchange.problems import LineProblem
from datasets_app.exchange.reading import Reject, read_line, read_samples
from datasets_app.exchange.rows import Row
from datasets_app.models import Text
from tests.datasets.texts import ENTRIES, TEXTS, WORDS, exported

LOSSLESS = ("jsonl", "csv", "parquet")
KIND = {"csv": "csv", "parquet": "parquet", "huggingface": "parquet"}


def there_and_back(key: str, entries: list[Exported]) -> list[Row]:
    form = FORMATS[key]
    assert form.write is not None
    file = io.BytesIO(b"".join(form.write(entries)))
    found = list(read_samples(file, KIND.get(key, "jsonl"), form.read))
    assert not any(isinstance(one, Reject) for one in found), found
    return [one[1] for one in found if not isinstance(one, Reject)]


@pytest.mark.parametrize("key", LOSSLESS)
@settings(max_examples=150)
@given(st.lists(ENTRIES, min_size=1, max_size=4))
def test_lossless_formats_give_the_very_samples_back(key: str, entries: list[Exported]) -> None:
    rows = there_and_back(key, entries)
    assert [(row.text, row.kind, row.group_id, row.tags) for row in rows] == [
        (entry.text, entry.kind, entry.group_id, entry.tags) for entry in entries
    ]
    assert not any(row.ignored for row in rows)


@pytest.mark.parametrize("key", [key for key in WRITTEN if key not in LOSSLESS])
@settings(max_examples=100)
@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_the_others_give_the_same_conversation_back(key: str, texts: list[Text]) -> None:
    held = [text for text in texts if FORMATS[key].holds(text)]
    if held:
        rows = there_and_back(key, [exported(text) for text in held])
        assert [row.text.chat() for row in rows] == [text.chat() for text in held]


@settings(max_examples=100)
@given(TEXTS)
def test_alpaca_keeps_the_very_text(text: Text) -> None:
    assert there_and_back("alpaca", [exported(text)])[0].text == text


@pytest.mark.parametrize("key", WRITTEN)
def test_what_a_format_loses_is_said(key: str) -> None:
    entry = exported(Text("Which?", "LDA", "That."), "fact", "g-1", ["hard"])
    (row,) = there_and_back(key, [entry])
    same = (row.text, row.kind, row.group_id, row.tags) == (entry.text, entry.kind, entry.group_id, entry.tags)
    assert same == (not FORMATS[key].loses)


def test_alpaca_says_that_it_has_no_system_prompt_and_one_turn() -> None:
    assert "Alpaca has no system prompt and one turn only" in FORMATS["alpaca"].loses
    plain = FORMATS["alpaca"].write
    assert plain is not None
    assert json.loads(next(plain([exported(Text("Which?", "", "That."))]))) == {
        "instruction": "Which?",
        "input": "",
        "output": "That.",
    }


def test_completions_hold_one_turn_without_a_system_prompt() -> None:
    holds = FORMATS["mlx-completions"].holds
    chat = [{"role": role, "content": "x"} for role in ("user", "assistant", "user", "assistant")]
    assert [holds(one) for one in (Text("a", "b", "c"), Text("a", "", "c", "s"), Text.of_chat(chat))] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ({"instruction": "a", "output": "b"}, "jsonl"),
        ({"messages": []}, "jsonl"),
        ({"conversations": []}, "sharegpt"),
        ({"chosen": "a", "rejected": "b"}, "pairs"),
        ({"prompt": "a", "completion": "b"}, "mlx-completions"),
        ({"question": "a", "answer": "b"}, None),
        ({}, None),
    ],
)
def test_rows_are_told_apart_by_their_columns(content: dict[str, Any], key: str | None) -> None:
    found = format_of(content)
    assert (found.key if found else None) == key


@pytest.mark.parametrize("names", [("human", "gpt"), ("user", "assistant"), ("human", "chatgpt"), ("user", "model")])
def test_the_speakers_of_sharegpt_have_many_names(names: tuple[str, str]) -> None:
    turns = [{"from": names[0], "value": "Which?"}, {"from": names[1], "value": "That."}]
    row = read_any({"system": "Be brief.", "conversations": turns})
    assert row.text == Text("Which?", "", "That.", "Be brief.")
    other = [{"role": "user", "content": "Which?"}, {"role": "assistant", "content": "That."}]
    assert read_any({"conversations": other}).text == Text("Which?", "", "That.")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"conversations": "hello"}, "messages"),
        ({"conversations": [{"from": "human"}]}, "messages"),
        ({"conversations": [{"from": 3, "value": "x"}]}, "not_text"),
        ({"conversations": [{"from": "observation", "value": "x"}]}, "role"),
        ({"conversations": [{"from": "gpt", "value": "x"}, {"from": "human", "value": "y"}]}, "turns"),
        ({"prompt": "a", "completion": None}, "missing_field"),
        ({"prompt": "a", "completion": [{"role": "assistant", "content": "b"}]}, "pair"),
        ({"prompt": 3, "completion": "b"}, "not_text"),
        ({"chosen": "a", "rejected": None}, "missing_field"),
        ({"chosen": "a", "rejected": "b"}, "pair"),
        ({"prompt": "q", "chosen": "a", "rejected": "a"}, "pair"),
        ({"prompt": "q", "chosen": [{"role": "assistant", "content": "a"}], "rejected": "b"}, "pair"),
        ({"prompt": "q", "chosen": "a", "rejected": " "}, "empty_field"),
        ({"prompt": "q", "chosen": 1, "rejected": "b"}, "not_text"),
        ({"chosen": [1], "rejected": [{"role": "assistant", "content": "b"}]}, "messages"),
        ({"instruction": "a", "output": "b", "tags": "x"}, "tags"),
        ({"instruction": "a", "output": "b", "tags": [1]}, "not_text"),
        ({"instruction": "a", "output": "b", "tags": ["x" * 49]}, "field_too_long"),
    ],
)
def test_a_row_that_is_none_has_its_reason(content: dict[str, Any], code: str) -> None:
    found = read_line(json.dumps(content).encode(), 2)
    assert isinstance(found, Reject)
    assert found.problem.code == code


def test_a_format_that_nobody_knows_is_refused() -> None:
    with pytest.raises(NoSuchFormat, match="There are jsonl, chat, alpaca"):
        find_format("xml")


@settings(max_examples=150)
@given(TEXTS, WORDS)
def test_pairs_read_back_in_both_forms(text: Text, rejected: str) -> None:
    if rejected == text.output:
        return
    pair = Pair(text.chat()[:-1], text.output, rejected)
    assert read_pair(json.loads(pair_line(pair))) == pair
    row = PAIRS.read(conversational(pair))
    assert row.rejected is not None
    assert (row.text.chat(), row.rejected.output) == (text.chat(), rejected)
    assert row.rejected.chat()[:-1] == row.text.chat()[:-1]
    if holds_standard(pair):
        assert read_pair(standard(pair)) == pair


def test_a_pair_may_have_its_prompt_inside_both_answers() -> None:
    shared = [{"role": "user", "content": "Which?"}]
    good, poor = ({"role": "assistant", "content": one} for one in ("That.", "This."))
    assert read_pair({"chosen": [*shared, good], "rejected": [*shared, poor]}) == Pair(shared, "That.", "This.")
    other = [{"role": "user", "content": "What?"}]
    with pytest.raises(LineProblem, match="do not answer one prompt"):
        read_pair({"chosen": [*shared, good], "rejected": [*other, poor]})
