from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.trainer.conftest import chat
from training_app.trainer.errors import NoRows, RowsUnreadable
from training_app.trainer.rows import read_rows


def test_rows_are_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    said = [chat("One?", "1\u2028still one"), chat("Two?", "2")]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in said), encoding="utf-8")

    assert read_rows(path, required=True) == [row["messages"] for row in said]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "not the JSON of a conversation"),
        ("[]", "not the JSON of a conversation"),
        ("", "not the JSON of a conversation"),
        ('{"text": "hello"}', "not the JSON of a conversation"),
        ('{"messages": []}', "last message is not the assistant's"),
        (json.dumps({"messages": [{"role": "user", "content": "?"}]}), "last message is not the assistant's"),
        (json.dumps({"messages": [{"role": "robot", "content": "?"}, *chat("?", "!")["messages"]]}), "'robot'"),
        (json.dumps({"messages": [{"role": "assistant", "content": None}]}), "content is not text"),
        (json.dumps(chat("?", "\ud800")), "content is not text"),
        (json.dumps(chat("?", " \n")), "an answer is empty"),
    ],
)
def test_wrong_line_is_refused_with_its_number(tmp_path: Path, line: str, problem: str) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text(json.dumps(chat("?", "!")) + f"\n{line}\n" + json.dumps(chat("?", "!")) + "\n")

    with pytest.raises(RowsUnreadable) as refused:
        read_rows(path, required=True)

    assert "Line 2 of train.jsonl" in str(refused.value)
    assert problem in str(refused.value)


def test_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_bytes('{"messages": "é"}'.encode("latin-1"))

    with pytest.raises(RowsUnreadable, match="not UTF-8"):
        read_rows(tmp_path / "train.jsonl", required=True)


@pytest.mark.parametrize("content", [None, "", "\n"])
def test_no_rows_are_refused_for_training_and_fine_for_validation(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "train.jsonl"
    if content is not None:
        path.write_text(content)

    assert read_rows(path, required=False) == []
    with pytest.raises(NoRows, match=r"train\.jsonl is missing or empty"):
        read_rows(path, required=True)
