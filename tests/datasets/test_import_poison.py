"""Whatever a file holds, each line gets a reason and nothing breaks."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets_app.exchange.containers.lines import LINE_LIMIT
from datasets_app.exchange.reading import Reject, read_samples
from datasets_app.exchange.rows import FIELD_LIMIT, Row
from datasets_app.models import Text
from tests.datasets.conftest import line

GOOD = json.dumps(line(0)).encode()


def read(content: bytes) -> list[tuple[int, Row] | Reject]:
    return list(read_samples(io.BytesIO(content)))


def code_of(content: bytes) -> str:
    """The reason on the first line, which must be the file's only one."""
    (found,) = read(content)
    assert isinstance(found, Reject), found
    assert found.line == 1
    return found.problem.code


def with_field(field: str, value: Any) -> bytes:
    return json.dumps(line(0) | {field: value}).encode()


def chat(*turns: tuple[Any, Any]) -> bytes:
    return json.dumps({"messages": [{"role": role, "content": content} for role, content in turns]}).encode()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\n \n\r\n", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (GOOD.decode().encode("utf-16"), "encoding"),
        (GOOD.decode().encode("utf-32"), "encoding"),
        ('{"instruction": "é", "output": "b"}'.encode("latin-1"), "encoding"),
        (b'{"instruction": "\xed\xa0\x80", "output": "b"}', "encoding"),
        (GOOD.replace(b"Which", b"Whi\x00ch"), "nul"),
        (GOOD.replace(b"Which", b"Whi\\u0000ch"), "nul"),
        (GOOD.replace(b"Which", b"Whi\\ud800ch"), "surrogate"),
        (with_field("group_id", "\ud800"), "surrogate"),
        (with_field("kind", "\0"), "nul"),
        (GOOD.replace(b'"input": ""', b'"input": NaN'), "number"),
        (GOOD.replace(b'"input": ""', b'"x": -Infinity'), "number"),
        (GOOD.replace(b'"input": ""', b'"x": 1e999'), "number"),
        (GOOD.replace(b'"input": ""', b'"x": ' + b"9" * 5000), "number"),
        (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, "too_deep"),
        (b"[" * 20_000 + b"]" * 20_000, "too_deep"),
        (GOOD[:-1], "not_json"),
        (GOOD + GOOD, "not_json"),
        (b"[" + GOOD + b"]", "not_json"),
        (b"42", "not_an_object"),
        (b'"text"', "not_an_object"),
        (b"null", "not_an_object"),
        (GOOD[:-1] + b', "output": "again"}', "duplicate_key"),
        (GOOD[:-1] + b', "x": {"\\u0000": 1, "\\u0000": 2}}', "duplicate_key"),
        (b"{}", "missing_field"),
        (b'{"\\ud800": "\\u0000"}', "missing_field"),
        (b'{"instruction": "a"}', "missing_field"),
        (b'{"instruction": "a", "output": null}', "missing_field"),
        (with_field("instruction", " \n "), "empty_field"),
        (with_field("output", ""), "empty_field"),
        (with_field("output", ["a"]), "not_text"),
        (with_field("input", 7), "not_text"),
        (with_field("system", {"a": 1}), "not_text"),
        (with_field("kind", True), "not_text"),
        (with_field("output", "é" * (FIELD_LIMIT // 2 + 1)), "field_too_long"),
        (with_field("kind", "k" * 49), "field_too_long"),
        (with_field("group_id", "g" * 121), "field_too_long"),
        (with_field("history", "earlier"), "messages"),
        (with_field("history", [["question"]]), "messages"),
        (with_field("history", [["question", 3]]), "not_text"),
        (with_field("messages", []), "two_forms"),
        (b'{"messages": []}', "messages"),
        (b'{"messages": "hello"}', "messages"),
        (b'{"messages": [1, 2]}', "messages"),
        (b'{"messages": [{"role": "user"}, {"role": "assistant"}]}', "messages"),
        (chat(("user", "a"), ("tool", "b")), "role"),
        (chat(("user", "a"), (["user"], "b")), "role"),
        (chat(("user", "a"), ("assistant", None)), "not_text"),
        (chat(("user", "a"), ("assistant", " ")), "empty_field"),
        (chat(("assistant", "a"), ("user", "b")), "turns"),
        (chat(("user", "a"), ("user", "b")), "turns"),
        (chat(("system", "a"), ("assistant", "b")), "turns"),
        (chat(("user", "a"), ("assistant", "b"), ("user", "c")), "turns"),
        (chat(("user", "a"), ("system", "b"), ("assistant", "c")), "turns"),
    ],
)  # fmt: skip
def test_reason(content: bytes, code: str) -> None:
    assert code_of(content) == code


def test_a_mark_may_start_the_file_but_no_other_line() -> None:
    first, second, third = read(b"\xef\xbb\xbf" + GOOD + b"\r\n" + b"\xef\xbb\xbf" + GOOD + b"\n" + GOOD)
    assert not isinstance(first, Reject)
    assert isinstance(second, Reject)
    assert (second.line, second.problem.code) == (2, "byte_order_mark")
    assert not isinstance(third, Reject)


def test_blank_lines_count_but_say_nothing() -> None:
    assert [entry[0] for entry in read(b"\n" + GOOD + b"\n\n\n" + GOOD) if isinstance(entry, tuple)] == [2, 5]


@pytest.mark.parametrize("size", [LINE_LIMIT + 1, LINE_LIMIT + 2, LINE_LIMIT + 3, 50_000_000])
def test_a_line_too_long_is_skipped_to_its_end(size: int) -> None:
    first, second = read(b"x" * size + b"\n" + GOOD)
    assert isinstance(first, Reject)
    assert (first.line, first.problem.code) == (1, "line_too_long")
    assert isinstance(second, tuple)
    assert second[0] == 2


def test_a_line_at_the_limit_is_read() -> None:
    padded = GOOD + b" " * (LINE_LIMIT - len(GOOD))
    assert [isinstance(entry, tuple) for entry in read(padded + b"\r\n" + padded)] == [True, True]


def test_the_longest_field_is_taken() -> None:
    (found,) = read(with_field("output", "x" * FIELD_LIMIT))
    assert isinstance(found, tuple)


@pytest.mark.parametrize("content", [b"[\n" + GOOD + b"\n]", b"[" + GOOD + b"]"])
def test_a_json_array_hears_how_to_become_lines(content: bytes) -> None:
    first = read(content)[0]
    assert isinstance(first, Reject)
    assert "jq" in str(first.problem)


@settings(max_examples=300)
@given(st.lists(st.binary(max_size=60), max_size=20).map(b"\n".join))
def test_any_bytes_are_read_line_by_line(content: bytes) -> None:
    found = read(content)
    numbers = [entry.line if isinstance(entry, Reject) else entry[0] for entry in found]
    assert numbers == sorted(set(numbers))
    assert found
    for entry in found:
        if isinstance(entry, Reject):
            (str(entry.problem) + entry.excerpt).encode()
            assert "\0" not in str(entry.problem) + entry.excerpt


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["instruction", "input", "output", "system", "messages", "history", "kind", "group_id"])


@settings(max_examples=500)
@given(st.dictionaries(KEYS | st.text(st.characters(), max_size=5), JSON, max_size=8))
def test_any_object_is_a_row_that_fits_the_table_or_a_reason(content: dict[str, Any]) -> None:
    (found,) = read(json.dumps(content).encode())
    if isinstance(found, Reject):
        assert len(str(found.problem)) < 1000
        (str(found.problem) + found.excerpt).encode()
    else:
        text = found[1].text
        assert text.instruction.strip() and text.output.strip()
        assert "\0" not in json.dumps(text.columns(), ensure_ascii=False).encode().decode()


TURN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(str.strip)
TEXTS = st.builds(Text, instruction=TURN, input=TURN | st.just(""), output=TURN, system=TURN | st.just(""))


@settings(max_examples=200)
@given(TEXTS)
def test_what_was_written_plainly_is_read_back_exactly(text: Text) -> None:
    fields = {"instruction": text.instruction, "input": text.input, "output": text.output, "system": text.system}
    (found,) = read(json.dumps(fields, ensure_ascii=False).encode())
    assert isinstance(found, tuple)
    assert found[1].text == text


@settings(max_examples=200)
@given(st.lists(TURN, min_size=1, max_size=6), st.booleans())
def test_what_was_written_as_chat_is_read_back_exactly(turns: list[str], system: bool) -> None:
    roles = ["user", "assistant"] * len(turns)
    messages = [{"role": role, "content": turn} for role, turn in zip(roles, turns * 2, strict=True)]
    messages = [{"role": "system", "content": "s"}, *messages] if system else messages
    (found,) = read(json.dumps({"messages": messages}).encode())
    assert isinstance(found, tuple)
    assert found[1].text.chat() == messages
